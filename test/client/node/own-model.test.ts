import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inputFileOfBytes } from "../../../client/data/files/input-file.ts";
import type { FoundImages } from "../../../client/data/found-data.ts";
import type { OwnData } from "../../../client/data/own-data.ts";
import { type ModelFile, modelFiles } from "../../../client/export/model-files.ts";
import type { InitialModel } from "../../../client/initial/initial-model.ts";
import { onPlainBackend } from "../../../client/initial/on-plain-backend.ts";
import { readInitial } from "../../../client/initial/read-initial.ts";
import type { ModelShape } from "../../../client/models/model-method.ts";
import type { OwnModel } from "../../../client/models/own/own-model.ts";
import { startNodePeer } from "../../../client/node/node-peer.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import type { ClientReport, FinalModel } from "../../../client/peer/client-report.ts";
import { currentBackend, onBackend } from "../../../client/tfjs/on-backend.ts";
import { createHasher } from "../../../shared/base/hash.ts";
import type { Layout } from "../../../shared/base/layout.ts";
import type { RunConfig } from "../../../shared/run/config.ts";
import type { RoundReport } from "../../../shared/run/report.ts";
import { createSignalingServer, type SignalingServer } from "../../../signaling-server/main.ts";
import { filesOf, inPlainTfjs, tutorialModel } from "../initial/plain-model.ts";

const hasher = await createHasher();
let server: SignalingServer;
beforeAll(async () => {
  server = await createSignalingServer({ host: "127.0.0.1", port: 0 });
});
afterAll(() => server.close());

/** Pictures of 8×8 with one white column, by which side it is on. */
const pixels = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i % 8 === 1 + ((i >> 6) % 2) * 4 ? 255 : 0));
const labels = Int32Array.from({ length: 64 }, (_, i) => i % 2);
const striped: FoundImages = { kind: "images", height: 8, width: 8, channels: 1, pixels, labels, classes: ["left", "right"] };
const asked = { rounds: 4, startAt: 4, localSteps: 2, batch: 8, rate: 0.05, scheme: "none", seed: 5 };

/** What the four peers of a room ended with. */
interface Ended {
  readonly finals: readonly FinalModel[];
  /** The first peer's. */
  readonly rounds: readonly RoundReport[];
  readonly files: readonly ModelFile[];
  readonly parameters: Float32Array;
  readonly layout: Layout;
}

/** What a peer brings: a model as its files gave it, or as a program has it. */
type Brought = InitialModel | LayersModel;

/** What a peer's reports have said so far. */
interface Heard {
  config?: RunConfig;
  shape?: ModelShape;
  own?: OwnModel | null;
  readonly rounds: RoundReport[];
}

/** One of four peers. `isIn` resolves once it is a member, or is refused; `final` with its test of the last model. */
function begin(room: string, part: number, given: { readonly initial: Brought | undefined; readonly asked: Partial<RunConfig> }) {
  const { initial, asked } = given;
  const heard: Heard = { rounds: [] };
  const ownData: OwnData = {
    ...{ files: { format: "idx", train: striped, test: striped, leftOut: [] }, label: null },
    ...{ asked, take: { part, of: 4 } },
  };
  let enter = (): void => {};
  const isIn = new Promise<void>((resolve) => {
    enter = resolve;
  });
  let finish = (_model: FinalModel): void => {};
  let fail = (_error: unknown): void => {};
  const final = new Promise<FinalModel>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  final.catch(enter);
  const on: { readonly [K in ClientReport["type"]]?: (report: Extract<ClientReport, { type: K }>) => void } = {
    refused: ({ reason }) => fail(new Error(reason)),
    joined: ({ config }) => Object.assign(heard, { config }),
    roster: ({ position }) => (position === null ? undefined : enter()),
    round: (report) => void heard.rounds.push(report),
    evaluated: (model) => finish(model),
  };
  const peer = startNodePeer({
    ...{ serverUrl: server.url, room, label: `peer ${part}`, config: null, ownData },
    ...(initial === undefined ? {} : { initial }),
    onShape: (shape, own) => Object.assign(heard, { shape, own }),
    report: (report) => (on[report.type] as ((report: ClientReport) => void) | undefined)?.(report),
  });
  peer.catch(fail);
  return { heard, isIn, final, peer };
}

/** Four peers over WebRTC train until the run is over. @param bring what the i-th of them brings */
async function trained(room: string, bring: (i: number) => Brought | undefined, more: Partial<RunConfig> = {}): Promise<Ended> {
  const peers: ReturnType<typeof begin>[] = [];
  // One after the other: so each has the same seat, place and part in every run.
  for (const part of [0, 1, 2, 3]) {
    const one = begin(room, part, { initial: bring(part), asked: { ...asked, ...more } });
    peers.push(one);
    await one.isIn;
  }
  try {
    const ended = await Promise.all(peers.map(({ final }) => final));
    const [{ heard, peer: first }] = peers as [ReturnType<typeof begin>];
    const { peer } = await first;
    const { layout, tip } = peer;
    const parameters = peer.parameters!.slice();
    const run = { config: heard.config!, shape: heard.shape!, own: heard.own!, layout: layout!, parameters, ...tip! };
    const files = await onBackend(currentBackend(), () => modelFiles(run));
    return { finals: ended, rounds: heard.rounds, files, parameters, layout: layout! };
  } finally {
    await Promise.allSettled(peers.map(async ({ peer }) => (await peer).close()));
  }
}

const read = (files: Parameters<typeof readInitial>[0]): Promise<InitialModel> =>
  onPlainBackend(nodeBackends(), () => readInitial(files, hasher));
const saved = ({ files }: Pick<Ended, "files">) => files.map(({ name, bytes }) => inputFileOfBytes(name, bytes));
const lossOf = (finals: readonly FinalModel[]): number =>
  finals.reduce((sum, { loss, tested }) => sum + loss! * tested, 0) / finals.reduce((sum, { tested }) => sum + tested, 0);

describe("a model.json of plain tfjs with batch normalization and dropout", { timeout: 180_000 }, () => {
  let first: Ended;
  let initial: InitialModel;
  let model: LayersModel;
  beforeAll(async () => {
    nodeBackends();
    await tf.setBackend("cpu");
    model = tutorialModel();
    initial = await read(await filesOf(model, { shards: 2 }));
    first = await trained("tutorial", () => initial);
  }, 120_000);

  it("trains across four peers, which end with one model, its moving means included", () => {
    expect(new Set(first.finals.map(({ hash }) => hash)).size).toBe(1);
    expect(first.layout.statistics).toBe(8);
    const moved = first.parameters.subarray(first.parameters.length - 8);
    expect([...moved]).not.toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(lossOf(first.finals)).toBeLessThan(first.rounds[0]!.loss!);
  });

  it("is saved so that plain tfjs predicts the same, its softmax at its end again", async () => {
    await tf.setBackend("cpu");
    const model = await inPlainTfjs(first.files);
    const inputs = tf.tensor(
      Float32Array.from(pixels, (value) => value / 255),
      [64, 8, 8, 1],
    );
    const predicted = await (model.predict(inputs) as tf.Tensor).data();
    const again = await read(saved(first));
    const bare = tutorialModel();
    bare.setWeights(again.own!.weights.map(({ shape, values }) => tf.tensor(values, [...shape])));
    const expected = await (bare.predict(inputs) as tf.Tensor).data();
    for (let i = 0; i < predicted.length; i += 2) expect(predicted[i]! + predicted[i + 1]!).toBeCloseTo(1, 6);
    expect(Math.max(...predicted.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-6);
    const hits = labels.filter((label, i) => predicted[2 * i + label]! > 0.5).length;
    expect(hits / 64).toBeCloseTo(first.finals[0]!.accuracy!, 6);
  });

  it("gives the same hashes again from the same seed, as files or as an object: its dropout draws from the run", async () => {
    const again = await trained("tutorial-again", (i) => (i === 2 ? model : initial));
    expect(again.rounds.map(({ hash }) => hash)).toEqual(first.rounds.map(({ hash }) => hash));
    const other = await trained("tutorial-other", () => initial, { seed: 6 });
    expect(other.rounds[0]!.hash).not.toBe(first.rounds[0]!.hash);
  });

  it("goes on from where a run ended: the first test has the loss of the last", async () => {
    const next = await read(saved(first));
    expect(next.record).toMatchObject({ task: "images" });
    const { rounds } = await trained("tutorial-on", () => next);
    expect(rounds[0]!.loss).toBeCloseTo(lossOf(first.finals), 6);
  });

  it("is refused from a peer that brings another one, in one sentence with both digests", async () => {
    const other = await read(await filesOf(tutorialModel()));
    const refused = trained("tutorial-two", (i) => (i === 3 ? other : initial));
    await expect(refused).rejects.toThrow(
      /this room begins with the model [0-9a-f]{32}, this peer brings the model [0-9a-f]{32}/,
    );
  });
});

describe("a built-in model that a run ended with", { timeout: 180_000 }, () => {
  it("goes on in another room, from the file of one peer alone", async () => {
    const first = await trained("built-in", () => undefined, { model: "mlp(4)" });
    const initial = await read(saved(first).filter(({ path }) => path === "model.safetensors"));
    const { rounds, finals } = await trained("built-in-on", (i) => (i === 2 ? initial : undefined), {
      model: "mlp(4)",
      from: initial.digest,
    });
    expect(rounds[0]!.loss).toBeCloseTo(lossOf(first.finals), 6);
    expect(new Set(finals.map(({ hash }) => hash)).size).toBe(1);
  });
});
