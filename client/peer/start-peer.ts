import { createHasher, type Hasher } from "../../shared/base/hash.ts";
import type { Links } from "../../shared/base/transport.ts";
import { type Loaded, loadCheckpoint } from "../../shared/checkpoint/load-checkpoint.ts";
import { createPeer, type Peer } from "../../shared/peer/peer.ts";
import type { Inspect } from "../../shared/peer/step.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { configDifferences, defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { withSchemaDigest } from "../../shared/run/long-schema.ts";
import { RunError } from "../../shared/run/read-run.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import { realClock } from "../base/real-clock.ts";
import { serverAddress } from "../base/server-address.ts";
import { DataError } from "../data/data-set.ts";
import { type DealtCounts, loadData } from "../data/load-data.ts";
import type { OwnData } from "../data/own-data.ts";
import type { FileProgress } from "../data/served-files.ts";
import { sharedPartition } from "../data/shared-partition.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { InitialModel } from "../initial/initial-model.ts";
import { onPlainBackend } from "../initial/on-plain-backend.ts";
import type { ModelShape } from "../models/model-method.ts";
import type { OwnModel } from "../models/own/own-model.ts";
import { runFault } from "../tasks/run-problems.ts";
import type { TaskData } from "../tasks/task-data.ts";
import { createRunTrainer } from "../tfjs/run-trainer.ts";
import type { ClientReport } from "./client-report.ts";
import { type FirstModel, type FirstModelOptions, firstModel, requireFit } from "./first-model.ts";
import { limitedStore } from "./limited-store.ts";
import { createSignalingClient, drawSession } from "./signaling-client.ts";
import { withDivergence } from "./with-divergence.ts";
import { withFinalModel } from "./with-final-model.ts";

export interface StartOptions extends FirstModelOptions {
  /** Address of the signaling server, e.g. `https://copse.example`; may have a path and credentials. */
  readonly serverUrl: string;
  readonly room: string;
  readonly label: string;
  readonly config: RunConfig | null;
  /** The files of the person whose peer this is, where a room trains on such; then `config` is null. */
  readonly ownData?: OwnData;
  /** Asks the person for files, once the room's run is known to need them. Absent: nobody can be asked. */
  askForData?(run: RunConfig): Promise<OwnData>;
  readonly links: Links;
  /** Where to save what this peer goes on from after a restart; null: nowhere. */
  readonly checkpoints: CheckpointStore | null;
  /** Why saves fail for now, so that another peer may begin with the same checkpoint. Reported once, at the beginning. */
  readonly checkpointProblem?: string | null;
  /** Where the largest entries of an update are selected on WebGPU; null: wherever it is faster. */
  readonly selection: SelectionPlace | null;
  /** Ends the start: what is loaded for it is given up. A peer that has started is ended by `close`. */
  readonly signal?: AbortSignal;
  /** Told of all that happens to its rounds. */
  readonly inspect?: Inspect;
  /** The secret of this peer's connections to the server, before the first. */
  onSession?(session: string): void;
  /** The room's STUN and TURN servers, before the first link is dialled. */
  onIceServers(servers: readonly IceServer[]): void;
  /** What the run's model takes and gives, once the data are there; and the model itself, where it is a person's own. */
  onShape?(shape: ModelShape, own: OwnModel | null): void;
  report(report: ClientReport): void;
}

const nothing: Loaded = { checkpoint: null, problem: null, maySave: false };

/**
 * A peer on the real network with a real model: what a tab's worker and a Node process have in common.
 * @throws {RangeError} (as a rejection) where the configuration cannot be trained by: no room hears of it
 * @throws what `signal` was aborted with (as a rejection), before there is a peer
 * @throws {ModelError | RunError} (as a rejection) where the model that it brings cannot be trained, or one is asked for and none comes
 */
export async function startPeer(options: StartOptions): Promise<Peer> {
  const { serverUrl, room, label, links, report, onIceServers, ownData, checkpointProblem = null } = options;
  const hasher = await createHasher();
  const left = new AbortController();
  let isStarted = false;
  const askForModel = (): Promise<InitialModel | null> =>
    foundModel(options, hasher, isStarted ? left.signal : (options.signal ?? left.signal));
  const first = await firstModel(options.config ?? ownData?.asked ?? null, hasher, { ...options, askForModel });
  const config = options.config === null ? null : { ...options.config, ...first.fields };
  const wholeProposal = await proposalOf(ownData, first);
  const proposal = wholeProposal === null ? null : withSchemaDigest(wholeProposal, hasher);
  const asked = config ?? proposal;
  const fault = asked === null ? null : runFault(asked);
  if (fault !== null) throw new RangeError(`this configuration cannot be trained by: ${fault}`);
  const store = options.checkpoints === null ? null : limitedStore(options.checkpoints, realClock);
  const { checkpoint, problem, maySave } = store === null ? nothing : await loadCheckpoint(store, { room, config }, hasher);
  const problems = [checkpointProblem, problem].filter((text) => text !== null);
  if (problems.length > 0) report({ type: "notice", text: problems.join("; ") });
  const isOurs = checkpointProblem === null;
  // A session takes over the connection of the same session: two peers that began with one checkpoint would end each other in turn.
  const session = (isOurs ? checkpoint?.session : null) ?? drawSession();
  options.onSession?.(session);
  const client = createSignalingClient({
    url: serverUrl,
    session,
    onProblem: (sentence) => report({ type: "unreachable", problem: sentence }),
  });
  isStarted = true;
  const peer: Peer = createPeer({
    room,
    label,
    config,
    ...(proposal === null ? {} : { proposal, schema: wholeProposal!.schema }),
    links,
    signaling: {
      ...client,
      // The peer closes its signaling however it ends: then no data need be loaded for it any more.
      close() {
        left.abort();
        client.close();
      },
    },
    clock: realClock,
    hasher,
    createTrainer: (run, seat) => trainerFor(run, seat, { ...options, first }, left.signal),
    firstParameters: first.parameters,
    onIceServers,
    ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
    report: withDivergence(withFinalModel(report, () => peer.evaluate())),
    ...(store === null || !maySave
      ? {}
      : { checkpoints: { store: isOurs ? store : quiet(store), restored: checkpoint, session } }),
  });
  return peer;
}

/** A store whose failure was reported already: its failed saves are not reported again. */
function quiet(store: CheckpointStore): CheckpointStore {
  return { ...store, save: (bytes) => store.save(bytes).catch(() => {}) };
}

/** The model that the server serves, or else the one that the person gives; null: there is none. */
async function foundModel(options: StartOptions, hasher: Hasher, signal: AbortSignal): Promise<InitialModel | null> {
  const { serverUrl, backends, report } = options;
  const progress = (now: FileProgress): void => report({ type: "download", what: "model", ...now });
  const { servedModelFiles } = await import("../initial/served-model.ts");
  const files = await servedModelFiles(serverAddress(serverUrl), { signal, progress });
  signal.throwIfAborted();
  if (files === null) return (await options.askForModel?.()) ?? null;
  const { readInitial } = await import("../initial/read-initial.ts");
  return onPlainBackend(backends, () => readInitial(files, hasher));
}

/** The run that a room gets from this peer if it is the first and asks for none; null: the default one. */
async function proposalOf(ownData: OwnData | undefined, { fields, initial }: FirstModel): Promise<RunConfig | null> {
  if (ownData !== undefined) return (await import("../tasks/propose-run.ts")).proposeRun(ownData, initial);
  return initial === null ? null : { ...defaultConfig, ...fields };
}

interface TrainerOptions extends StartOptions {
  readonly first: FirstModel;
}

/** This seat's data, on the best backend that trains the model rightly. */
async function trainerFor(
  config: RunConfig,
  seat: number,
  options: TrainerOptions,
  signal: AbortSignal,
): Promise<Trainer<Delta>> {
  const own = await options.first.ownFor(config);
  const data = await taskDataFor(config, seat, { ...options, own }, signal);
  if (own !== null) requireFit(own, data.shape, config);
  options.onShape?.(data.shape, own);
  return createRunTrainer({ ...config, own }, data, seat, options);
}

interface DataOptions extends TrainerOptions {
  readonly own: OwnModel | null;
}

async function taskDataFor(config: RunConfig, seat: number, options: DataOptions, signal: AbortSignal): Promise<TaskData> {
  const { ownData, first, own: model } = options;
  if (ownData !== undefined) {
    const differences = configDifferences(config, { ...config, ...ownData.asked, ...first.fields });
    if (differences.length > 0) throw new RunError(`this room trains another run: ${differences.join("; ")}`);
  }
  if (config.data === "own") {
    const own = ownData ?? (await options.askForData?.(config));
    if (own !== undefined) return (await import("../tasks/own-task-data.ts")).ownTaskData(config, own, model);
    throw new DataError(
      "this room trains on its members' own files: expected yours, got none (copse peer takes them by --data <path>)",
    );
  }
  if (ownData !== undefined) throw new DataError(`this room trains on ${config.data} data: expected no files for it, got some`);
  const { data: dataUrl, headers } = serverAddress(options.serverUrl);
  const progress = (now: FileProgress): void => options.report({ type: "download", what: "data", ...now });
  const onDealt = (counts: DealtCounts): void => options.report({ type: "dealt", ...counts });
  const data = await loadData(config, seat, { dataUrl, headers, signal, progress, onDealt });
  const twin = sharedPartition(config, seat);
  if (twin !== null) options.report({ type: "notice", text: twin });
  return data;
}
