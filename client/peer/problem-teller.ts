export interface ProblemTeller {
  /** An attempt has failed: looks for the cause, if nobody looks for it yet, and tells of one that is new. */
  look(): void;
  /** There is a connection, or nobody wants one any more: what is found now is of no use. */
  forget(): void;
}

/** Finds causes one at a time, and says each once until it is forgotten. */
export function createProblemTeller(
  find: (signal: AbortSignal) => Promise<string>,
  tell: (sentence: string) => void,
): ProblemTeller {
  let told: string | null = null;
  let search: AbortController | null = null;
  const run = async (own: AbortController): Promise<void> => {
    const sentence = await find(own.signal);
    if (search !== own) return;
    search = null;
    if (sentence === told) return;
    told = sentence;
    tell(sentence);
  };
  return {
    look() {
      if (search !== null) return;
      search = new AbortController();
      void run(search);
    },
    forget() {
      search?.abort();
      search = null;
      told = null;
    },
  };
}
