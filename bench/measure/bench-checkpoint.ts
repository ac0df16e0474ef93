import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { configOf } from "../../cli/support/config-options.ts";
import { diskFiles } from "../../client/node/disk-files.ts";
import { createFileStore } from "../../client/node/file-store.ts";
import { createHasher } from "../../shared/base/hash.ts";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../shared/checkpoint/checkpoint-code.ts";
import { loadCheckpoint } from "../../shared/checkpoint/load-checkpoint.ts";
import type { Checkpoint } from "../../shared/replica/checkpoint.ts";
import { commit, firstReplica, type Replica } from "../../shared/replica/replica.ts";
import { runScheme } from "../../shared/run/run-scheme.ts";
import { LocalAllReduce } from "../../shared/simulation/lab/local-all-reduce.ts";
import { sideBySide } from "./bench-measure.ts";

/** Saving or loading a peer's checkpoint in a file. */
export interface CheckpointRow {
  readonly type: "checkpoint";
  readonly what: "save" | "load";
  readonly parameters: number;
  /** Bytes of the file. */
  readonly bytes: number;
  /** Median time of the whole. */
  readonly milliseconds: number;
  /** Median time in which the peer does nothing else: copying and hashing the model. */
  readonly busyMilliseconds: number;
  /** Median time of the same bytes alone: written to a file and flushed, or read from one in the file cache. */
  readonly diskMilliseconds: number;
  /** milliseconds / diskMilliseconds. */
  readonly ratio: number;
  /** Time that the peer computes in a round under ef14(topk(1%)), without training and network. */
  readonly roundMilliseconds: number;
  /** busyMilliseconds / roundMilliseconds. */
  readonly rounds: number;
  readonly runs: number;
}

const room = "bench";

/** Measures the model of the MNIST demo and one of 11.2 million parameters; the files lie in the current folder and are deleted at the end. */
export async function* checkpointRows({ isQuick }: { readonly isQuick: boolean }): AsyncGenerator<CheckpointRow> {
  const folder = await mkdtemp(join(process.cwd(), ".copse-bench-"));
  try {
    for (const length of isQuick ? [50_890] : [50_890, 11_200_000]) yield* measure(length, folder, isQuick ? 5 : 15);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* measure(length: number, folder: string, runs: number): AsyncGenerator<CheckpointRow> {
  const hasher = await createHasher();
  const config = configOf({ scheme: "ef14(topk(1%))", seed: 1 });
  const peer = await playing(length, config, hasher);
  peer.round();
  const checkpoint = peer.checkpoint();
  const bytes = encodeCheckpoint(checkpoint, hasher);
  const store = createFileStore(join(folder, `${length}.checkpoint`), diskFiles);
  const plain = join(folder, `${length}.plain`);
  const expected = { room, config };
  await store.save(bytes);
  await diskFiles.write(plain, bytes);
  const medians = await sideBySide(
    {
      encode: { run: () => encodeCheckpoint(checkpoint, hasher) },
      save: { run: () => store.save(encodeCheckpoint(checkpoint, hasher)) },
      write: { run: () => diskFiles.write(plain, bytes) },
      decode: { run: () => decodeCheckpoint(bytes, expected, hasher) },
      load: { run: () => loadCheckpoint(store, expected, hasher) },
      read: { run: () => diskFiles.read(plain) },
      round: { run: () => peer.round() },
    },
    { runs },
  );
  const { problem } = await loadCheckpoint(store, expected, hasher);
  if (problem !== null) throw new Error(problem);
  const roundMilliseconds = medians.get("round")!;
  const row = (what: CheckpointRow["what"], whole: number, busyMilliseconds: number, diskMilliseconds: number): CheckpointRow => {
    const about = {
      type: "checkpoint",
      what,
      parameters: length,
      bytes: bytes.length,
      milliseconds: whole,
      busyMilliseconds,
    } as const;
    const beside = { diskMilliseconds, ratio: whole / diskMilliseconds, roundMilliseconds };
    return { ...about, ...beside, rounds: busyMilliseconds / roundMilliseconds, runs };
  };
  yield row("save", medians.get("save")!, medians.get("encode")!, medians.get("write")!);
  yield row("load", medians.get("load")!, medians.get("decode")!, medians.get("read")!);
}

/** A peer alone in its room, whose rounds are driven one update at a time. */
async function playing(length: number, config: ReturnType<typeof configOf>, hasher: Awaited<ReturnType<typeof createHasher>>) {
  const rng = seeded(1, "bench", "checkpoint");
  const normal = (): Float32Array => Float32Array.from({ length }, () => rng.normal());
  const scheme = runScheme(config);
  const layout = layoutOf([{ name: "x", shape: [length] }]);
  const allReduce = new LocalAllReduce(scheme, layout, 1);
  let replica: Replica = firstReplica(scheme, layout, normal(), hasher);
  let headers: Checkpoint["headers"] = [];
  const update = normal();
  allReduce.parameters = replica.parameters;
  return {
    round(): void {
      const decision = allReduce.sum([update]);
      replica = commit(replica, decision, { scheme, hasher, layout, contextOf: allReduce.contextOf(0) });
      allReduce.open(replica.tip, replica.replicated);
      const { tip, previous } = replica;
      headers = [{ round: tip.round, version: tip.version, contributors: decision.part.contributors, hash: tip.hash, previous }];
    },
    /** A checkpoint as saved during the run: without a residual, its parameters copied since rounds go on. */
    checkpoint(): Checkpoint {
      const { tip, previous, replicated } = replica;
      const parameters = replica.parameters.slice();
      const stands = { version: tip.version, tip, previous, headers, parameters, replicated, residual: null };
      return { room, config, schema: "", session: "b".repeat(32), seat: 0, members: 1, ...stands };
    },
  };
}
