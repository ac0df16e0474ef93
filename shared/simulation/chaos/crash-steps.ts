import type { Hasher } from "../../base/hash.ts";
import { defaultConfig } from "../../run/config.ts";
import type { VirtualClock } from "../network/virtual-clock.ts";
import { type Audit, auditOf } from "./audit.ts";
import { booksOf, layout } from "./books.ts";
import { createHistoryChecker } from "./history-checker.ts";
import { createLedger } from "./ledger.ts";
import type { SimulatedPeer } from "./simulated-peer.ts";
import { createWorld, type World } from "./world.ts";

/** Four full levels of the heap tree. */
export const crashPeers = 15;
/** Who is struck, by position: the root, an inner peer on each level, a leaf; null: a newcomer. */
const positions = { root: 0, inner: 1, "lower inner": 4, leaf: 9, newcomer: null } as const;

/** A peer in one step of the protocol. */
export interface CrashStep {
  readonly role: keyof typeof positions;
  readonly step: string;
  /** Whether a peer is there. `others`: of the living, how many have committed the round that it has. */
  isThere(world: World, simulated: SimulatedPeer, others: number): boolean;
}

const training = (world: World, simulated: SimulatedPeer): boolean => world.phaseOf(simulated) === "training";
const collecting = (world: World, simulated: SimulatedPeer): boolean => world.phaseOf(simulated) === "collecting";
const reported = (world: World, simulated: SimulatedPeer): boolean => world.phaseOf(simulated) === "reported";
/** Somebody has committed the round, and it has not. */
const awaited = (world: World, simulated: SimulatedPeer): boolean =>
  world.phaseOf(simulated) === "down" && simulated.position !== 0;
const isFirst = ({ round }: World, { peer }: SimulatedPeer): boolean => peer.tip!.round === round;

export const crashSteps: readonly CrashStep[] = [
  { role: "leaf", step: "trains, before its up", isThere: training },
  { role: "leaf", step: "has sent its up", isThere: reported },
  { role: "leaf", step: "before it applies, while the total is under way", isThere: awaited },
  { role: "leaf", step: "has applied the total", isThere: (world, leaf, others) => isFirst(world, leaf) && others >= 4 },
  ...(["inner", "lower inner"] as const).flatMap((role): CrashStep[] => [
    { role, step: "trains", isThere: training },
    { role, step: "has its own part, before its up", isThere: collecting },
    { role, step: "has sent its up", isThere: reported },
    { role, step: "before it applies, while the total is under way", isThere: awaited },
    {
      role,
      step: "has applied the total and passed it on",
      isThere: (world, inner, others) => isFirst(world, inner) && others >= 2,
    },
  ]),
  { role: "root", step: "has its own part, before it decides", isThere: collecting },
  {
    role: "root",
    step: "has decided, and nobody else has the total",
    isThere: (world, root, others) => isFirst(world, root) && others === 0,
  },
  {
    role: "root",
    step: "has decided, and some have the total",
    isThere: (world, root, others) => isFirst(world, root) && others >= 5 && others <= 9,
  },
  { role: "newcomer", step: "dials its donor", isThere: (_world, { linked }) => linked.size > 0 },
  { role: "newcomer", step: "has a snapshot, before it is admitted", isThere: (_world, { peer }) => (peer.tip?.round ?? 0) > 0 },
];

export interface CrashOptions {
  readonly seed: number;
  readonly clock: VirtualClock;
  readonly hasher: Hasher;
  /** How long until socket and links are noticed dead. */
  readonly noticeMs: number;
  /** Whether what the peer sent last is lost with it. */
  readonly losesSent: boolean;
}

export interface CrashOutcome {
  /** The longest time without a new round at those who live, from the last one before the crash on. */
  readonly maxGapMs: number;
  /** The longest gap (ms) without a crash. */
  readonly usualGapMs: number;
  readonly audit: Audit;
  readonly left: number;
}

/** A run of whole peers in which one is gone at one step; ten rounds later the books are examined. */
export async function playCrash({ role, isThere }: CrashStep, options: CrashOptions): Promise<CrashOutcome> {
  const { seed, clock, hasher, noticeMs, losesSent } = options;
  const config = { ...defaultConfig, scheme: "ef14(topk(10%))", seed, startAt: crashPeers, rounds: 0 };
  const books = booksOf(config);
  const ledger = createLedger(books);
  const checker = createHistoryChecker(() => world.simulatedPeers);
  const say = (): void => {};
  let newest = 0;
  let lastMs = 0;
  let gapMs = 0;
  const world: World = createWorld({
    ...{ seed, clock, hasher, layout, ledger, config, say },
    succeeds() {},
    report(simulated, report) {
      checker.hear(simulated, report);
      if (report.type !== "round" || report.round <= newest || !world.simulatedPeers.has(simulated.id) || simulated === victim)
        return;
      newest = report.round;
      gapMs = Math.max(gapMs, clock.now() - lastMs);
      lastMs = clock.now();
    },
  });
  let victim: SimulatedPeer | undefined;
  const until = async (done: () => boolean): Promise<void> => {
    if (!(await clock.run({ until: done, limitMs: 200_000 })))
      throw new Error("expected the run to get there, got 200 s without");
  };
  for (let i = 0; i < crashPeers; i += 1) world.add();
  await until(() => newest >= 3);
  gapMs = 0;
  await until(() => newest >= 7);
  const usualGapMs = gapMs;
  const position = positions[role];
  const struck = position === null ? world.add() : [...world.simulatedPeers.values()].find((one) => one.position === position)!;
  victim = struck;
  await until(() => {
    const { round } = struck.peer.tip ?? { round: 0 };
    const others = [...world.simulatedPeers.values()].filter(({ peer }) => peer !== struck.peer && peer.tip!.round >= round);
    return newest >= 8 && isThere(world, struck, others.length);
  });
  gapMs = 0;
  if (losesSent) for (const other of world.simulatedPeers.values()) if (other !== struck) world.network.lose(struck.id, other.id);
  world.crash(struck, noticeMs);
  const from = newest;
  await until(() => newest >= from + 10 && checker.whole.streak >= 3);
  world.halt();
  await clock.advance(8_000);
  const survivors = [...world.simulatedPeers.values()];
  const audit = auditOf(survivors, { conserves: books.conserves, checker, ledger, say });
  for (const { gate } of survivors) gate.close();
  return { maxGapMs: gapMs, usualGapMs, audit, left: survivors.length };
}
