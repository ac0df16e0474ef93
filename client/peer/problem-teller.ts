export interface ProblemTeller {
  /** After a failed attempt: looks for the cause unless a search is on, and tells it if it is new. */
  look(): void;
  /** Drops the search and what was told: there is a connection, or none is wanted any more. */
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
