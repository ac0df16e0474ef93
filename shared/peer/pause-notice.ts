/** What a member knows when it looks around because no round has been committed for a while. */
export interface Idle {
  readonly isRoot: boolean;
  /** Its parent is the root, the link there is lost, and nobody takes it in. */
  readonly hasLostRoot: boolean;
  /** The root's deadline has passed. */
  readonly isOverdue: boolean;
}

/** Says, once a pause, that no rounds are to be expected while the signaling server is away, and that they go on. */
export interface PauseNotice {
  /** Whether there is a connection to the server. */
  connected(isConnected: boolean): void;
  idle(facts: Idle): void;
  committed(): void;
}

export function createPauseNotice(say: (text: string) => void): PauseNotice {
  let isConnected = true;
  let isPaused = false;
  return {
    connected(is) {
      isConnected = is;
    },
    idle(facts) {
      const reason = reasonOf(facts);
      if (isConnected || isPaused || reason === null) return;
      isPaused = true;
      say(`${reason} and the signaling server does not answer: the run goes on when it is back`);
    },
    committed() {
      if (isPaused) say("the run goes on");
      isPaused = false;
    },
  };
}

function reasonOf({ isRoot, hasLostRoot, isOverdue }: Idle): string | null {
  if (hasLostRoot) return "the root is gone";
  if (!isOverdue) return null;
  return isRoot ? "more than half of the peers are out of reach" : "no totals come from the root";
}
