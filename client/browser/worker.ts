import "./zod-without-eval.ts";
import { createHasher } from "../../shared/base/hash.ts";
import type { Peer } from "../../shared/peer/peer.ts";
import type { Inspect } from "../../shared/peer/step.ts";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { realClock } from "../base/real-clock.ts";
import { throttle } from "../base/throttle.ts";
import type { ReadProgress } from "../data/files/counted.ts";
import { type InputFile, inputFileOf } from "../data/files/input-file.ts";
import type { OwnData } from "../data/own-data.ts";
import type { InitialModel } from "../initial/initial-model.ts";
import { onPlainBackend } from "../initial/on-plain-backend.ts";
import { startPeer } from "../peer/start-peer.ts";
import { createPortLinks } from "../rtc/port/port-links.ts";
import { NoSlotError, openCheckpointSlot } from "./checkpoint-slots.ts";
import type { Trained } from "./save-model.ts";
import type { ChosenFiles } from "./session-types.ts";
import { browserBackends } from "./tensorflow.ts";
import type { FromWorker, ToWorker } from "./worker-messages.ts";

/**
 * The dedicated worker in which a tab's whole peer lives: rounds, training, signaling. A hidden page's timers are
 * throttled, a worker's are not; and training here never freezes the page.
 */
let peer: Promise<Peer | null> | null = null;

/** Ends a start. */
const leaving = new AbortController();

/** How often the page is told how far the reading is. */
const readingMs = 200;

const tell = (message: FromWorker): void => self.postMessage(message);

/** What the peer trains, as far as that is known. */
let trained: Partial<Trained> = {};

/** Takes the files that the peer waits for. */
let give: (chosen: ChosenFiles) => void = () => {};

/** Takes the files of the model that the peer waits for. */
let giveModel: (files: readonly InputFile[]) => void = () => {};

/** The model in the files that the person is asked for. @throws {Error} (as a rejection) in one sentence, if it cannot be trained */
async function askForModel(): Promise<InitialModel> {
  tell({ type: "report", report: { type: "needs-model" } });
  const files = await new Promise<readonly InputFile[]>((resolve) => (giveModel = resolve));
  const { readInitial } = await import("../initial/read-initial.ts");
  const hasher = await createHasher();
  return onPlainBackend(browserBackends({ softwareGpu: false }), () => readInitial(files, hasher));
}

/** What the person's files hold. @throws {DataError} (as a rejection) if they cannot be read */
async function read({ files, paths, label, tokenizer, imageSize, asked }: ChosenFiles): Promise<OwnData> {
  const { readFiles } = await import("../data/read-files.ts");
  const { decodeImage } = await import("./decode-image.ts");
  const progress = throttle(realClock, readingMs, () => tell({ type: "report", report: { type: "reading", ...now } }));
  let now: ReadProgress = { read: 0, total: files.reduce((sum, { size }) => sum + size, 0) };
  const found = await readFiles(
    files.map((file, i) => inputFileOf(file, paths[i])),
    {
      decodeImage,
      ...(imageSize === null ? {} : { imageSize }),
      progress(told) {
        now = told;
        progress();
      },
    },
  );
  return { files: found, label, tokenizer, asked, take: null };
}

/** The peer; null after telling the page why there is none. */
async function start(message: Extract<ToWorker, { type: "start" }>): Promise<Peer | null> {
  const { self: id, serverUrl, room, label, config, chosen, softwareGpu, selection, slot, debug, port } = message;
  try {
    return await startPeer({
      serverUrl,
      room,
      label,
      config,
      ...(chosen === null ? {} : { ownData: await read(chosen) }),
      askForData: async () => {
        tell({ type: "report", report: { type: "needs-files" } });
        return read(await new Promise<ChosenFiles>((resolve) => (give = resolve)));
      },
      askForModel,
      links: createPortLinks(id, port),
      checkpoints: await openSlot(room, slot),
      signal: leaving.signal,
      backends: browserBackends({ softwareGpu }),
      selection,
      onSession: (session) => tell({ type: "session", session }),
      onIceServers: (servers) => tell({ type: "ice", servers }),
      onShape: (shape, own) => {
        trained = { ...trained, shape, own };
      },
      report(report) {
        if (report.type === "joined") trained = { ...trained, config: report.config };
        tell({ type: "report", report });
      },
      ...(debug === null ? {} : await inspecting(debug, label)),
    });
  } catch (cause) {
    if (leaving.signal.aborted) return null;
    tell({ type: "report", report: { type: "refused", reason: cause instanceof Error ? cause.message : String(cause) } });
    return null;
  }
}

/** Prints what a person wants to see; nothing after telling the page that it is not known what that is. */
async function inspecting(debug: string, label: string): Promise<{ readonly inspect?: Inspect }> {
  try {
    return { inspect: (await import("./console-debug.ts")).consoleDebug(debug, label) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    tell({ type: "report", report: { type: "notice", text: `copse-debug: ${cause.message}` } });
    return {};
  }
}

/** The store; null after telling the page why the browser keeps no checkpoint. */
async function openSlot(room: string, wanted: string | null): Promise<CheckpointStore | null> {
  try {
    return await openCheckpointSlot(room, wanted, { onSlot: (slot) => tell({ type: "slot", slot }) });
  } catch (cause) {
    if (!(cause instanceof NoSlotError)) throw cause;
    tell({ type: "report", report: { type: "notice", text: cause.message } });
    return null;
  }
}

/** Gives the page the model as files; the code that makes them is loaded by the first who asks. */
async function save(): Promise<void> {
  try {
    const { savedModel } = await import("./save-model.ts");
    tell({ type: "saved", files: await savedModel(await (peer ?? null), trained) });
  } catch (cause) {
    const text = `the model could not be saved: ${cause instanceof Error ? cause.message : cause}`;
    tell({ type: "report", report: { type: "notice", text } });
  }
}

async function leave(): Promise<void> {
  leaving.abort();
  try {
    await (await peer)?.close();
  } finally {
    tell({ type: "left" });
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  if (data.type === "start") peer = start(data);
  else if (data.type === "save") void save();
  else if (data.type === "files") give(data.chosen);
  else if (data.type === "model") giveModel(data.files.map((file, i) => inputFileOf(file, data.paths[i])));
  else if (data.type === "control") void peer?.then((started) => started?.control(data.running));
  else void leave();
};
