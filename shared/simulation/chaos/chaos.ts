import type { Hasher } from "../../base/hash.ts";
import { type Rng, seeded } from "../../base/random.ts";
import type { Inspect } from "../../peer/step.ts";
import { defaultConfig } from "../../run/config.ts";
import type { VirtualClock } from "../network/virtual-clock.ts";
import { auditOf } from "./audit.ts";
import { booksOf, layout, layoutWithStatistics } from "./books.ts";
import { aggregatesOf, type DrawnRun, drawRun, runText } from "./draw-run.ts";
import type { Fault } from "./faults/fault.ts";
import { createHistoryChecker } from "./history-checker.ts";
import { createLedger } from "./ledger.ts";
import { type Phase, phases, type SimulatedPeer } from "./simulated-peer.ts";
import { traceText } from "./trace-text.ts";
import { createWorld, type World } from "./world.ts";

export interface ChaosOptions {
  readonly seed: number;
  /** The seed draws how many peers begin. */
  readonly peers: { readonly min: number; readonly max: number };
  /** Fields of the run that the seed does not draw. */
  readonly run: Partial<DrawnRun>;
  /** The kinds of fault of which the seed draws. */
  readonly faults: readonly Fault[];
  readonly clock: VirtualClock;
  readonly hasher: Hasher;
  trace?(line: string): void;
  /** Who is told of all that happens to a peer's rounds, and all that they do. */
  readonly inspect?: (name: string) => Inspect;
}

/** What came of one seed. */
export interface Verdict {
  readonly seed: number;
  /** What the peers summed, and how. */
  readonly run: DrawnRun;
  readonly peers: number;
  readonly rounds: number;
  readonly commits: number;
  /** Injected, by kind and the victim's phase: "crash training" → 2. */
  readonly faults: Readonly<Record<string, number>>;
  readonly divergences: readonly string[];
  readonly hangs: readonly string[];
  readonly doubleCounts: number;
  readonly untruthful: readonly string[];
  /** The largest error of a residual relative to its account; see `Balance`. */
  readonly conservationError: number;
  /** Peers whose account is not to be known: attempts or headers were forgotten. */
  readonly unknown: number;
  /** At one peer: messages that came too early, and those that wait to be sent. */
  readonly maxBufferedBytes: number;
  readonly rollbacks: number;
  readonly virtualMs: number;
}

/** Rounds that a seed must reach before its faults end, and those it must play in the quiescence that follows. */
const minRounds = 20;
const quietRounds = 10;
/** One in so many seeds has a model with statistics. */
const statisticsEvery = 8;
/** A round takes a second or two; a first deadline takes sixty. */
const hangMs = 100_000;
const settleMs = 150_000;

/** One seeded run: faults one after the other and over one another, then quiescence; and what the books say at the end. */
export async function playChaos(options: ChaosOptions): Promise<Verdict> {
  const { seed, clock, hasher } = options;
  const rng = seeded(seed, "chaos");
  const peers = options.peers.min + rng.integer(options.peers.max - options.peers.min + 1);
  const run = drawRun(rng.fork("run"), options.run, { from: aggregatesOf(seed) });
  const config = { ...defaultConfig, ...run, seed, startAt: 1 + rng.integer(Math.ceil(peers / 2)), rounds: 0 };
  const hasStatistics = rng.fork("statistics").integer(statisticsEvery) === 0;
  const books = booksOf(config);
  const ledger = createLedger(books);
  const say = (text: string): void => options.trace?.(`${(clock.now() / 1_000).toFixed(3).padStart(9)}  ${text}`);
  say(`${runText(run)}${hasStatistics ? ", with statistics" : ""}`);
  const checker = createHistoryChecker(() => world.simulatedPeers);
  const world: World = createWorld({
    seed,
    clock,
    hasher,
    layout: hasStatistics ? layoutWithStatistics : layout,
    ledger,
    config,
    say,
    ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
    succeeds(heir, former) {
      ledger.succeeds(heir, former);
      checker.succeeds(heir, former);
    },
    report(simulated, report) {
      checker.hear(simulated, report);
      if (options.trace !== undefined) {
        const text = traceText(report, (id) => world.simulatedPeers.get(id)?.name ?? id.slice(0, 4));
        if (text !== null) say(`${simulated.name}  ${text}`);
      }
    },
  });
  const hangs: string[] = [];
  const watch = createWatch(world, (text) => hangs.push(text));
  const counted: Record<string, number> = {};
  const until = (done: () => boolean, limitMs: number): Promise<boolean> =>
    clock.run({ until: () => hangs.length > 0 || done(), limitMs });

  for (let i = 0; i < peers; i += 1) {
    world.add();
    await clock.advance(rng.integer(4) === 0 ? rng.integer(600) : 0);
  }
  // Most seeds begin with a run that is under way; the others with one that has yet to form.
  if (rng.integer(4) > 0) await until(() => world.round > 0, hangMs);
  let active = 0;
  const planned = options.faults.length === 0 ? 0 : 3 + rng.integer(14);
  for (let i = 0; i < planned && hangs.length === 0; i += 1) {
    await until(() => false, rng.integer(3) === 0 ? 0 : rng.integer(3_000));
    const injected = await injectOne(world, options.faults, rng, until);
    if (injected === null) continue;
    counted[injected.key] = (counted[injected.key] ?? 0) + 1;
    active += 1;
    clock.after(injected.lastsMs, () => {
      active -= 1;
      injected.heal();
    });
  }
  await until(() => active === 0, 120_000);
  await until(() => world.round >= minRounds, hangMs * minRounds);
  say("quiescence");
  const from = world.round;
  const isWhole = (): boolean => checker.whole.streak >= quietRounds && checker.whole.round >= from + quietRounds;
  if (hangs.length === 0 && !(await until(isWhole, settleMs))) hangs.push(lonelyText(world));
  watch.stop();
  world.halt();
  await clock.advance(8_000);

  const survivors = [...world.simulatedPeers.values()];
  const { isOneChain, ...found } = auditOf(survivors, { conserves: books.conserves, checker, ledger, say });
  // A run that hangs is not asked to end as one.
  const divergences =
    isOneChain || hangs.length > 0 ? found.divergences : [...found.divergences, "the peers do not end on one tip"];
  for (const simulated of survivors) simulated.gate.close();
  return {
    seed,
    run,
    peers,
    rounds: world.round,
    commits: checker.commits,
    faults: counted,
    ...found,
    divergences,
    hangs,
    maxBufferedBytes: watch.maxBufferedBytes(),
    rollbacks: checker.rollbacks,
    virtualMs: clock.now(),
  };
}

/** Draws a fault, a victim and a phase, waits a little until the victim is in that phase, and lets it happen. */
async function injectOne(
  world: World,
  faults: readonly Fault[],
  rng: Rng,
  until: (done: () => boolean, limitMs: number) => Promise<boolean>,
): Promise<{ key: string; lastsMs: number; heal(): void } | null> {
  const fault = drawFault(faults, rng);
  const wanted: Phase = phases[rng.integer(phases.length)]!;
  let victim = drawVictim(world, wanted, rng);
  await until(() => world.phaseOf(victim) === wanted, 1_000);
  if (!world.simulatedPeers.has(victim.id)) victim = drawVictim(world, wanted, rng);
  const phase = world.phaseOf(victim);
  const injected = fault.inject(world, victim);
  if (injected === null) return null;
  const { text, lastsMs, heal, hindered = [] } = injected;
  world.say(`⚡ ${text} (${phase})`);
  for (const id of hindered) world.hindered.set(id, (world.hindered.get(id) ?? 0) + 1);
  return {
    key: `${fault.name} ${phase}`,
    lastsMs,
    heal() {
      for (const id of hindered) world.hindered.set(id, world.hindered.get(id)! - 1);
      heal?.();
      if (lastsMs > 0) world.say(`over: ${text}`);
    },
  };
}

function drawFault(faults: readonly Fault[], rng: Rng): Fault {
  const total = faults.reduce((sum, { weight = 1 }) => sum + weight, 0);
  let at = rng.integer(total);
  const isDrawn = ({ weight = 1 }: Fault): boolean => {
    at -= weight;
    return at < 0;
  };
  return faults.find(isDrawn)!;
}

/** The root more often than its share; for a joining victim, one that is not yet in. */
function drawVictim(world: World, wanted: Phase, rng: Rng): SimulatedPeer {
  const all = [...world.simulatedPeers.values()];
  const joining = all.filter((simulated) => world.phaseOf(simulated) === "joining");
  if (wanted === "joining" && joining.length > 0) return joining[rng.integer(joining.length)]!;
  const root = all.find(({ position }) => position === 0);
  return root !== undefined && rng.integer(3) === 0 ? root : all[rng.integer(all.length)]!;
}

/** Looks once a second: whether rounds go on while they must, and what has piled up. */
function createWatch(world: World, hung: (text: string) => void): { stop(): void; maxBufferedBytes(): number } {
  let best = 0;
  let idleMs = 0;
  let most = 0;
  let cancel = (): void => {};
  const look = (): void => {
    for (const { id, machines } of world.simulatedPeers.values())
      most = Math.max(most, (machines?.inbox.waitingBytes ?? 0) + world.network.waitingBytes(id));
    if (world.round > best) {
      best = world.round;
      idleMs = 0;
    } else if (mustGoOn(world)) idleMs += 1_000;
    if (idleMs > hangMs) return hung(`no commit after round ${best} for ${hangMs / 1_000} s: ${stateText(world)}`);
    cancel = world.clock.after(1_000, look);
  };
  look();
  return { stop: () => cancel(), maxBufferedBytes: () => most };
}

/** The server answers, and more than half of the roster is alive and well. */
function mustGoOn({ server, roster, simulatedPeers, hindered }: World): boolean {
  if (!server.answers) return false;
  if (roster === null) return true;
  if (!roster.running) return false;
  const well = roster.members.filter(({ peer }) => simulatedPeers.has(peer) && (hindered.get(peer) ?? 0) === 0);
  return 2 * well.length > roster.members.length;
}

function lonelyText(world: World): string {
  return `not everybody counts ${settleMs / 1_000} s after the last fault: ${stateText(world)}`;
}

function stateText(world: World): string {
  const states = [...world.simulatedPeers.values()].map((simulated) => {
    const { name, position, peer, refused } = simulated;
    if (refused !== null) return `${name} refused (${refused})`;
    return `${name}@${position ?? "-"}:${peer.tip?.round ?? "-"} ${world.phaseOf(simulated)}`;
  });
  return `roster ${world.roster?.version[1]} of ${world.roster?.members.length}; ${states.join(", ")}`;
}
