import { createHasher } from "../../shared/base/hash.ts";
import type { Links } from "../../shared/base/transport.ts";
import { type Loaded, loadCheckpoint } from "../../shared/checkpoint/load-checkpoint.ts";
import { createPeer, type Peer } from "../../shared/peer/peer.ts";
import type { Inspect } from "../../shared/peer/step.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { configDifferences, type RunConfig } from "../../shared/run/config.ts";
import { RunError } from "../../shared/run/read-run.ts";
import type { Trainer } from "../../shared/run/trainer.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import { realClock } from "../base/real-clock.ts";
import { serverAddress } from "../base/server-address.ts";
import { DataError } from "../data/data-set.ts";
import { loadData } from "../data/load-data.ts";
import type { OwnData } from "../data/own-data.ts";
import type { FileProgress } from "../data/served-files.ts";
import { sharedPartition } from "../data/shared-partition.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { ModelShape } from "../models/model-method.ts";
import { ownTaskData } from "../tasks/own-task-data.ts";
import { proposeRun } from "../tasks/propose-run.ts";
import { runFault } from "../tasks/run-problems.ts";
import type { TaskData } from "../tasks/task-data.ts";
import type { BackendCandidate } from "../tfjs/choose-backend.ts";
import { createRunTrainer } from "../tfjs/run-trainer.ts";
import type { ClientReport } from "./client-report.ts";
import { limitedStore } from "./limited-store.ts";
import { createSignalingClient, drawSession } from "./signaling-client.ts";
import { withDivergence } from "./with-divergence.ts";
import { withFinalModel } from "./with-final-model.ts";

export interface StartOptions {
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
  readonly backends: readonly BackendCandidate[];
  /** Where the largest entries of an update are selected on WebGPU; null: wherever it is faster. */
  readonly selection: SelectionPlace | null;
  /** Told of all that happens to its rounds. */
  readonly inspect?: Inspect;
  /** The secret of this peer's connections to the server, before the first. */
  onSession?(session: string): void;
  /** The room's STUN and TURN servers, before the first link is dialled. */
  onIceServers(servers: readonly IceServer[]): void;
  /** What the run's model takes and gives, once the data are there. */
  onShape?(shape: ModelShape): void;
  report(report: ClientReport): void;
}

const nothing: Loaded = { checkpoint: null, problem: null, maySave: false };

/**
 * A peer on the real network with a real model: what a tab's worker and a Node process have in common.
 * @throws {RangeError} (as a rejection) where the configuration cannot be trained by: no room hears of it
 */
export async function startPeer(options: StartOptions): Promise<Peer> {
  const { serverUrl, room, label, config, links, report, onIceServers, ownData, checkpointProblem = null } = options;
  const proposal = ownData === undefined ? null : proposeRun(ownData);
  const asked = config ?? proposal;
  const fault = asked === null ? null : runFault(asked);
  if (fault !== null) throw new RangeError(`this configuration cannot be trained by: ${fault}`);
  const store = options.checkpoints === null ? null : limitedStore(options.checkpoints, realClock);
  const hasher = await createHasher();
  const { checkpoint, problem, maySave } = store === null ? nothing : await loadCheckpoint(store, { room, config }, hasher);
  const problems = [checkpointProblem, problem].filter((text) => text !== null);
  if (problems.length > 0) report({ type: "notice", text: problems.join("; ") });
  const isOurs = checkpointProblem === null;
  // A session takes over the connection of the same session: two peers that began with one checkpoint would end each other in turn.
  const session = (isOurs ? checkpoint?.session : null) ?? drawSession();
  options.onSession?.(session);
  const left = new AbortController();
  const client = createSignalingClient({
    url: serverUrl,
    session,
    onProblem: (sentence) => report({ type: "unreachable", problem: sentence }),
  });
  const peer: Peer = createPeer({
    room,
    label,
    config,
    ...(proposal === null ? {} : { proposal }),
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
    createTrainer: (run, seat) => trainerFor(run, seat, options, left.signal),
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

/** This seat's data, on the best backend that trains the model rightly. */
async function trainerFor(config: RunConfig, seat: number, options: StartOptions, signal: AbortSignal): Promise<Trainer<Delta>> {
  const data = await taskDataFor(config, seat, options, signal);
  options.onShape?.(data.shape);
  return createRunTrainer(config, data, seat, options);
}

async function taskDataFor(config: RunConfig, seat: number, options: StartOptions, signal: AbortSignal): Promise<TaskData> {
  const { ownData } = options;
  if (ownData !== undefined) {
    const differences = configDifferences(config, { ...config, ...ownData.asked });
    if (differences.length > 0) throw new RunError(`this room trains another run: ${differences.join("; ")}`);
  }
  if (config.data === "own") {
    const own = ownData ?? (await options.askForData?.(config));
    if (own !== undefined) return ownTaskData(config, own);
    throw new DataError(
      "this room trains on its members' own files: expected yours, got none (copse peer takes them by --data <path>)",
    );
  }
  if (ownData !== undefined) throw new DataError(`this room trains on ${config.data} data: expected no files for it, got some`);
  const { data: dataUrl, headers } = serverAddress(options.serverUrl);
  const progress = (now: FileProgress): void => options.report({ type: "download", ...now });
  const data = await loadData(config, seat, { dataUrl, headers, signal, progress });
  const twin = sharedPartition(config, seat);
  if (twin !== null) options.report({ type: "notice", text: twin });
  return data;
}
