import type { RunConfig } from "../../../shared/training/config.ts";
import { DataError, type DataSet, type LabelledImages } from "./data-set.ts";
import { digitsInTurn, drawCrowd, drawFromPool, drawHeldOut, drawWriter, glyphShape } from "./glyphs.ts";
import { type Dealing, partition } from "./partition.ts";
import { partitionProblem } from "./partition-problem.ts";
import { type ByteImages, fetchServedFiles } from "./served-files.ts";

export interface LoadOptions {
  /** Where the signaling server serves its folder of IDX files; ends in a slash. Needed for `served` data only. */
  readonly dataUrl?: string;
  /** What requests for them carry, such as credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The fields of a run's configuration that say what a peer trains on. */
export type DataChoice = Pick<RunConfig, "data" | "partition" | "shares" | "samples" | "seed">;

/** A pool of glyphs that is dealt by label: so many labels are dealt in a tenth of a second. */
const mostPooled = 2_000_000;

/**
 * This peer's own training samples and the common held-out set; the same for the same configuration and seat.
 * @throws {DataError} if the configuration cannot be met or a file is not what it should be
 */
export async function loadData(config: DataChoice, seat: number, options: LoadOptions = {}): Promise<DataSet> {
  if (config.data === "glyphs") return { ...glyphShape, train: drawTraining(config, seat), test: drawHeldOut() };
  const dealing = parseDealing(config.partition);
  if (dealing === "writers") throw new DataError(`partition: ${partitionProblem(config)}`);
  if (options.dataUrl === undefined) throw new DataError("data: expected the address of the served files, got none");
  const { train, test, ...shape } = await fetchServedFiles(options.dataUrl, options);
  const mine = partition(train.labels, config.shares, dealing, config.seed)[seat % config.shares]!;
  return { ...shape, train: toImages(train, mine), test: toImages(test) };
}

function drawTraining(config: DataChoice, seat: number): LabelledImages {
  const { seed, samples, shares } = config;
  const dealing = parseDealing(config.partition);
  if (dealing === "writers") return drawWriter(seed, seat, samples);
  if (dealing.kind === "iid") return drawCrowd(seed, seat, samples);
  const pooled = shares * samples;
  if (pooled > mostPooled) {
    throw new DataError(`shares × samples: expected at most ${mostPooled} glyphs to be dealt, got ${pooled}`);
  }
  return drawFromPool(seed, partition(digitsInTurn(pooled), shares, dealing, seed)[seat % shares]!);
}

/** Reads `writers`, `iid`, `dirichlet(α)` and `shards(n)`, whose grammar the configuration's schema has checked. */
function parseDealing(text: string): Dealing | "writers" {
  const [, kind, argument] = /^(\w+)(?:\((.+)\))?$/.exec(text) ?? [];
  switch (kind) {
    case "writers":
    case "iid":
      return kind === "iid" ? { kind } : kind;
    case "dirichlet":
      return { kind, alpha: Number(argument) };
    case "shards":
      return { kind, each: Number(argument) };
    default:
      throw new DataError(`partition: expected writers, iid, dirichlet(α) or shards(n), got ${text}`);
  }
}

/** The chosen images (all, if none are chosen), from bytes to 0 … 1. */
function toImages({ pixels, labels }: ByteImages, chosen?: Uint32Array): LabelledImages {
  const count = chosen?.length ?? labels.length;
  const size = pixels.length / labels.length;
  const images = new Float32Array(count * size);
  const own = new Uint8Array(count);
  for (let i = 0; i < count; i += 1) {
    const sample = chosen?.[i] ?? i;
    own[i] = labels[sample]!;
    for (let p = 0; p < size; p += 1) images[i * size + p] = pixels[sample * size + p]! / 255;
  }
  return { images, labels: own };
}
