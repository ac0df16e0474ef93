/** A bug that random seeds catch. What it is stands at the head of its patch. */
export interface SeededBug {
  readonly patch: string;
  /** Under what the first seed that fails comes soon. */
  readonly peers: string;
  readonly faults: string;
  readonly scheme?: string;
}

/** A bug that a law of the fast tests catches, for random seeds seldom or never meet it. */
export interface UnlawfulBug {
  readonly patch: string;
  readonly file: string;
  /** The name of the law, or the beginning of it. */
  readonly law: string;
}

const ef21 = "ef21(topk(5%))";

export const seededBugs: readonly SeededBug[] = [
  { patch: "settled-on-send", peers: "2..8", faults: "all" },
  { patch: "no-fence", peers: "2..8", faults: "all" },
  { patch: "contributors-ignored", peers: "2..8", faults: "all" },
  { patch: "no-quorum", peers: "2..8", faults: "all" },
  { patch: "rejected-of-latest", peers: "2..8", faults: "all" },
  { patch: "rejected-forgotten", peers: "2..8", faults: "all" },
  { patch: "one-attempt-record", peers: "2..8", faults: "all" },
  { patch: "excluded-dropped", peers: "2..8", faults: "all" },
  { patch: "no-rollback", peers: "3..8", faults: "isolate,stall" },
  { patch: "restored-after-sent", peers: "3..6", faults: "reload" },
  { patch: "ef21-by-arrivals", peers: "2..8", faults: "all", scheme: ef21 },
  { patch: "ef21-without-reset", peers: "2..8", faults: "all", scheme: ef21 },
  { patch: "ef21-reset-at-adoption", peers: "2..8", faults: "all", scheme: ef21 },
  { patch: "overlap-unchecked", peers: "3..8", faults: "link,slow" },
  { patch: "late-parts-dropped", peers: "6..8", faults: "stall,slow,freeze" },
  { patch: "no-resend", peers: "2..3", faults: "link" },
  { patch: "no-sync", peers: "2..8", faults: "all" },
  { patch: "version-one", peers: "2..8", faults: "all" },
  { patch: "version-reused", peers: "2..5", faults: "restart,isolate" },
  { patch: "no-gathering", peers: "3..8", faults: "restart" },
  { patch: "ready-once", peers: "2..8", faults: "all" },
  { patch: "promise-broken", peers: "3..6", faults: "isolate" },
  { patch: "one-donor", peers: "2..8", faults: "join,crash,silence,block" },
];

export const unlawfulBugs: readonly UnlawfulBug[] = [
  {
    patch: "arrival-order",
    file: "test/reduce/conservation.test.ts",
    law: "does not depend on the order in which messages arrive",
  },
  {
    patch: "cut-while-searching",
    file: "test/reduce/all-reduce.test.ts",
    law: "takes nothing from a root's residual for what its merge cut in the first sum",
  },
  { patch: "ef21-stale", file: "test/compress/missed-rounds.test.ts", law: "EF21 brings what is believed nearer" },
  { patch: "flat-deadline", file: "test/simulation/slow-links.test.ts", law: "leaves nobody out" },
  { patch: "one-hop-deadline", file: "test/simulation/slow-links.test.ts", law: "leaves nobody out" },
  { patch: "unbounded-mailbox", file: "test/peer/rounds.test.ts", law: "fills 64 places and no more" },
  { patch: "no-complaints", file: "test/simulation/lost-links.test.ts", law: "cost a root of" },
  {
    patch: "no-rejoin-window",
    file: "test/signaling/room/run.test.ts",
    law: "keeps the places of half a roster that vanishes at once",
  },
  {
    patch: "undo-ignores-winner",
    file: "test/replica/reconcile.test.ts",
    law: "remembers Σ Δ − Σ what the totals of its chain took",
  },
  { patch: "chain-unchecked", file: "test/peer/rounds.test.ts", law: "made on another chain is in no sum" },
  { patch: "snapshot-without-headers", file: "test/peer/rounds.test.ts", law: "is told which rounds led to ours" },
  { patch: "stray-participant", file: "test/signaling/room/lobby-histories.test.ts", law: "end within a minute" },
  { patch: "hasty-rosters", file: "test/simulation/slow-links.test.ts", law: "newcomers who come every half second do not keep" },
];
