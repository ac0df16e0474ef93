import type { Clock } from "../base/clock.ts";
import type { Hasher } from "../base/hash.ts";
import type { Layout } from "../base/layout.ts";
import type { Tip } from "../base/tip.ts";
import type { Links, PeerId } from "../base/transport.ts";
import { compareVersions } from "../base/version.ts";
import { textOf } from "../checkpoint/load-checkpoint.ts";
import { createLinkKeeper, type LinkKeeper } from "../membership/link-keeper.ts";
import { createLinkReporter } from "../membership/link-reporter.ts";
import { neighborhoodOf } from "../membership/neighbors.ts";
import { type Checkpoint, CheckpointError } from "../replica/checkpoint.ts";
import { defaultConfig, type RunConfig } from "../run/config.ts";
import { describeRun } from "../run/describe-run.ts";
import { isOver } from "../run/is-over.ts";
import { isSchemaDigest } from "../run/long-schema.ts";
import { readRun } from "../run/read-run.ts";
import type { PeerReport } from "../run/report.ts";
import { runDifferences } from "../run/run-differences.ts";
import type { Evaluation, Trainer } from "../run/trainer.ts";
import type { IceServer, Member, ServerMessage, Signaling } from "../signaling/protocol/messages.ts";
import { otherConfiguration } from "../signaling/protocol/refusals.ts";
import type { RunDescription } from "../signaling/protocol/run-description.ts";
import type { Delta } from "../vector/device-vector.ts";
import { createRun, type FirstParameters, type Run } from "./create-run.ts";
import { askedFor, helloOf } from "./hello.ts";
import { createPauseNotice } from "./pause-notice.ts";
import { createPeerSaves, type PeerCheckpoints } from "./peer-checkpoints.ts";
import { createPlaceLog } from "./place-log.ts";
import { createRoundReporter } from "./round-reporter.ts";
import { createSchemaExchange } from "./schema-exchange.ts";
import type { Inspect } from "./step.ts";

/** How long (ms) a peer whose run is over waits for the server before it does without: the room may train another run by now. */
const aloneMs = 5_000;

export interface PeerOptions {
  readonly room: string;
  /** For people: "tab · webgpu". */
  readonly label: string;
  /** What this peer asks for; null takes whatever the room has. */
  readonly config: RunConfig | null;
  /** The run that the room gets from a peer that asks for none and is its first; the default one where absent. */
  readonly proposal?: RunConfig;
  /** The schema of `config` or `proposal`, where these have only its digest. */
  readonly schema?: string;
  readonly links: Links;
  readonly signaling: Signaling;
  readonly clock: Clock;
  readonly hasher: Hasher;
  /** Called once the room's configuration, with its whole schema, and this peer's seat are known. */
  createTrainer(config: RunConfig, seat: number): Promise<Trainer<Delta>>;
  /** What a run that begins with a model begins with; absent: this peer has none. */
  readonly firstParameters?: FirstParameters;
  /** The room's STUN and TURN servers: known before any link is dialled. */
  onIceServers?(servers: readonly IceServer[]): void;
  report(report: PeerReport): void;
  /** Where to save what a restarted peer goes on from; without it a restart begins with nothing. */
  readonly checkpoints?: PeerCheckpoints;
  /** A snapshot of more bytes goes in pieces of so many; 64 KiB where absent. */
  readonly pieceBytes?: number;
  /** Told of all that happens to the rounds, and all that they do. Costs nothing where absent. */
  readonly inspect?: Inspect;
}

export interface Peer {
  /** Starts or pauses the whole run. */
  control(running: boolean): void;
  /** The committed model; null before the room has answered. Copy it to keep it. */
  readonly parameters: Float32Array | null;
  readonly layout: Layout | null;
  /** The committed model on the whole held-out set. @throws {Error} (as a rejection) before the room has answered */
  evaluate(): Promise<Evaluation>;
  /** Where this peer's chain stands; null before the room has answered. */
  readonly tip: Tip | null;
  /** Leaves politely and frees everything. Resolves when the last checkpoint, with this peer's residual, is saved or has failed. */
  close(): Promise<void>;
}

/**
 * A peer, whole but for its platform: it joins a room, keeps the links that the roster asks for, and plays rounds. The same
 * code runs in a tab's worker, in Node and in the simulator; everything outside it comes in as an argument.
 */
export function createPeer(options: PeerOptions): Peer {
  const { links, signaling, clock, hasher, report } = options;
  const linkReporter = createLinkReporter(links, report);
  const notice = (text: string): void => report({ type: "notice", text });
  const pauseNotice = createPauseNotice(notice);
  const reporter = createRoundReporter(linkReporter.traffic, clock, report);
  let run: Run | null = null;
  /** The run that is being made: a second welcome, after a reconnection, waits for the same. */
  let starting: Promise<Run> | null = null;
  /** Whether the room has taken this peer in. */
  let isWelcome = false;
  /** The making of a run without the server's answer; it never rejects. */
  let alone: Promise<void> | null = null;
  /** The run whose schema is waited for, or was. */
  let sought: RunConfig | null = null;
  let isClosed = false;
  let ended: Promise<void> = Promise.resolve();
  const restored = options.checkpoints?.restored ?? null;
  const saves =
    options.checkpoints === undefined
      ? null
      : createPeerSaves({ ...options, longSchema: () => schemas.text }, options.checkpoints);
  /** The last roster; one that comes while the trainer is being made waits here. */
  let last: Extract<ServerMessage, { kind: "roster" }> | null = null;

  const places = createPlaceLog(links.self);
  /** Who paused the run, of the roster that comes next. */
  let pausedBy: Member | null = null;

  const keeper: LinkKeeper = createLinkKeeper({
    links,
    signaling,
    clock,
    reporter: linkReporter,
    opened(peer) {
      schemas.opened(peer);
      run?.rounds.dispatch({ kind: "opened", peer });
    },
    lost(peer) {
      schemas.lost(peer);
      run?.rounds.dispatch({ kind: "lost", peer });
    },
  });
  // A link that fails reports its loss; whoever misses the message asks for it again.
  const send = (to: PeerId, bytes: Uint8Array): Promise<void> => links.send(to, bytes).catch(() => {});
  const schemas = createSchemaExchange({
    ...{ clock, hasher, send },
    brought: [options.schema ?? "", restored?.schema ?? ""],
    mute: (peer, reason) => keeper.mute(peer, reason),
  });
  /** The run with its whole schema. Links are opened for that before this peer has any rounds. */
  const wholeRun = async (config: RunConfig): Promise<RunConfig> => {
    if (!isSchemaDigest(config.schema)) return config;
    const found = schemas.find(config.schema);
    sought = config;
    if (last !== null) adopt(last);
    return { ...config, schema: await found };
  };

  const describe = (config: RunConfig): RunDescription => describeRun(config, hasher);
  const hello = (): void => {
    const { room, label, config, proposal = defaultConfig } = options;
    signaling.send(helloOf({ room, label, config, proposal, peer: links.self, restored, describe }, run, last, places));
  };
  const ready = (tip: Tip, isVoid = false): void => {
    if (run === null || isClosed) return;
    const { promise } = run.rounds;
    const needsRoster = isVoid ? { needsRoster: true as const } : {};
    const over = isOver(run.config, tip) ? { over: true as const } : {};
    signaling.send({ kind: "ready", digest: run.digest, tip, ...over, ...needsRoster, ...(promise === null ? {} : { promise }) });
  };

  const startRun = async (config: RunConfig, seat: number): Promise<Run> => {
    const whole = await wholeRun(config);
    const trainer = await options.createTrainer(whole, seat);
    const made = createRun(config, seat, trainer, {
      ...{ clock, hasher, restored, probe: reporter.probed },
      ...(options.firstParameters === undefined ? {} : { firstParameters: options.firstParameters }),
      ...(options.pieceBytes === undefined ? {} : { pieceBytes: options.pieceBytes }),
      ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
      host: {
        isOpen: (peer) => keeper.isOpen(peer),
        send,
        training(round) {
          reporter.training(round);
          report({ type: "training", round });
        },
        committed(tip, decision, sent) {
          const { layout, classes = 0 } = trainer;
          reporter.committed(tip, decision, { parameters: layout.length, task: config.task, classes, payload: sent });
          pauseNotice.committed();
          saves?.offer(run!, last);
        },
        progress: (received, total) => report({ type: "progress", received, total }),
        confirmed: (round, hash) => reporter.confirmed(round, hash),
        reconciled: (outcome) => reporter.reconciled(outcome),
        decided: (tip) => signaling.send({ kind: "committed", tip }),
        inStep: (tip) => ready(tip),
        voided: (tip) => ready(tip, true),
        finished: (tip) => reporter.finished(tip),
        muted: (peer, reason) => keeper.mute(peer, reason),
        notice,
        overdue: (version) => signaling.send({ kind: "stuck", version }),
        idle: (facts) => pauseNotice.idle(facts),
      },
    });
    if (!isClosed) {
      report({ type: "joined", self: links.self, seat, config: whole, parameters: trainer.layout.length });
      if (restored !== null) report({ type: "resumed", round: restored.tip.round, hash: restored.tip.hash });
    }
    return made;
  };

  const welcomed = async (message: Extract<ServerMessage, { kind: "welcome" }>): Promise<void> => {
    options.onIceServers?.(message.iceServers);
    isWelcome = true;
    cancelAlone?.();
    if (alone !== null) {
      await alone;
      if (isClosed) return;
    }
    starting ??= startRun(readRun(message.description, hasher), message.seat);
    run = await starting;
    if (isClosed) return dispose();
    ready(run.rounds.chain.tip);
    run.rounds.dispatch({ kind: "tell-if-over" });
    if (last !== null) adopt(last);
  };

  /** A run that is over needs nobody: what the checkpoint says of it is enough, should the server be away or the room be gone. */
  const beginAlone = async ({ config, seat }: Checkpoint): Promise<void> => {
    try {
      starting = startRun(config, seat);
      run = await starting;
    } catch (cause) {
      starting = null;
      if (cause instanceof CheckpointError) return failed(cause);
      return notice(`this run is over, but its model cannot be tested without the server: ${textOf(cause)}`);
    }
    if (isClosed) dispose();
    else run.rounds.dispatch({ kind: "tell-if-over" });
  };

  const cancelAlone =
    restored !== null && isOver(restored.config, restored.tip)
      ? clock.after(aloneMs, () => {
          alone = beginAlone(restored);
        })
      : null;

  const adopt = (roster: Extract<ServerMessage, { kind: "roster" }>): void => {
    if (last !== null && compareVersions(roster.version, last.version) < 0) return;
    last = roster;
    places.note(roster);
    if (run === null) {
      if (sought !== null && schemas.isSeeking) keeper.adopt(neighborhoodOf(roster, links.self, sought.tree));
      return;
    }
    const near = neighborhoodOf(roster, links.self, run.config.tree);
    const { version, members, observers, running } = roster;
    const position = near.treePosition?.position ?? null;
    if (running) pausedBy = null;
    report({ type: "roster", version, members, observers, running, pausedBy, position });
    keeper.adopt(near);
    run.rounds.dispatch({ kind: "roster", near });
  };

  /** @param fault of the checkpoint that it began with; null: it has none */
  const stop = (fault: string | null = null): void => {
    if (isClosed) return;
    isClosed = true;
    cancelAlone?.();
    for (const unsubscribe of unsubscribes) unsubscribe();
    ended = (fault === null ? saves?.end(run, last) : saves?.endWithout(fault)) ?? ended;
    schemas.close();
    keeper.close();
    signaling.close();
    dispose();
  };
  const dispose = (): void => {
    run?.rounds.close();
    run?.trainer.dispose();
  };
  const fail = (reason: string, fault: string | null = null): void => {
    if (isClosed) return;
    report({ type: "refused", reason });
    stop(fault);
  };
  /** The server's refusal. A peer that asks for no configuration came with its checkpoint's. */
  const refused = ({ reason, room }: Extract<ServerMessage, { kind: "refused" }>): void => {
    const asked = room === undefined ? null : askedFor({ config: options.config, restored }, run);
    const sentence = room === undefined || asked === null ? reason : `${reason}: ${runDifferences(room, asked, hasher)}`;
    const isOfCheckpoint = !isWelcome && restored !== null && options.config === null && reason.startsWith(otherConfiguration);
    fail(sentence, isOfCheckpoint ? "the checkpoint is of another run than the room's" : null);
  };
  const failed = (cause: unknown): void => {
    const reason = textOf(cause);
    fail(reason, cause instanceof CheckpointError ? reason : null);
  };

  const onServer = (message: ServerMessage): void => {
    switch (message.kind) {
      case "welcome":
        welcomed(message).catch(failed);
        break;
      case "refused":
        refused(message);
        break;
      case "roster":
        adopt(message);
        break;
      case "signal":
        keeper.signal(message.from, message.data);
        break;
      case "status-request":
        if (run === null) break;
        if (message.prepare !== undefined) run.rounds.dispatch({ kind: "promise", version: message.prepare });
        ready(run.rounds.chain.tip);
        break;
      case "waiting":
        report({ type: "waiting", what: message.what, forMs: message.forMs });
        break;
      case "paused":
        pausedBy = message.by;
        break;
      case "notice":
        notice(message.text);
    }
  };

  const unsubscribes = [
    signaling.onMessage(onServer),
    signaling.onConnection((connected) => {
      report({ type: "connection", connected });
      pauseNotice.connected(connected);
      if (connected) hello();
    }),
    links.onMessage((from, bytes) => {
      if (!schemas.receive(from, bytes)) run?.rounds.dispatch({ kind: "bytes", from, bytes });
    }),
  ];

  return {
    control: (running) => signaling.send({ kind: "control", running }),
    get parameters() {
      return run?.rounds.chain.replica.parameters ?? null;
    },
    get layout() {
      return run?.trainer.layout ?? null;
    },
    async evaluate() {
      if (run === null) throw new Error("expected a peer that has joined, got one that has not");
      return run.rounds.evaluate();
    },
    get tip() {
      return run?.rounds.chain.tip ?? null;
    },
    close() {
      if (!isClosed) signaling.send({ kind: "leave", ...(run === null ? {} : { tip: run.rounds.chain.tip }) });
      stop();
      return ended;
    },
  };
}
