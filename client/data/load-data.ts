import type { RunConfig } from "../../shared/run/config.ts";
import { type Dealing, parseDealing } from "../../shared/run/dealing.ts";
import { dealingProblem } from "../../shared/run/dealing-problem.ts";
import type { Keys } from "../../shared/run/partitions/partition-method.ts";
import { imageData } from "../tasks/image-data.ts";
import type { TaskData } from "../tasks/task-data.ts";
import { DataError, type LabeledImages } from "./data-set.ts";
import { digitsInTurn, drawCrowd, drawFromPool, drawHeldOut, drawWriter, glyphShape } from "./glyphs.ts";
import { type DealtDealing, histogram, partition } from "./partition.ts";
import type { ByteImages, ServedOptions } from "./served-files.ts";
import { partitionIdOf } from "./shared-partition.ts";

/** Samples of each class, by its number. */
export interface DealtCounts {
  /** In this peer's part. */
  readonly own: readonly number[];
  /** In all that is dealt. */
  readonly whole: readonly number[];
}

export interface LoadOptions extends ServedOptions {
  /** Told of this peer's part, where data that all peers have in common are dealt. */
  onDealt?(counts: DealtCounts): void;
  /** Where the signaling server serves its folder of IDX files; ends in a slash. Needed for `served` data only. */
  readonly dataUrl?: string;
}

/** The fields of a run's configuration that say what a peer trains on. */
export type DataChoice = Pick<RunConfig, "data" | "partition" | "partitions" | "samples" | "seed"> &
  Partial<Pick<RunConfig, "augment">>;

/**
 * This peer's own training samples and the common held-out set; the same for the same configuration and seat.
 * @throws {DataError} if the configuration cannot be met or a file is not what it should be
 */
export async function loadData(config: DataChoice, seat: number, options: LoadOptions = {}): Promise<TaskData> {
  const dealing = dealingOf(config);
  const isAugmented = config.augment === "crop-flip";
  if (config.data === "drawn")
    return imageData(
      { ...glyphShape, train: drawTraining(config, dealing, seat, options), test: drawHeldOut() },
      { isAugmented },
    );
  if (dealing.kind === "writers") throw new DataError("data: expected a partition for served data, got writers");
  if (options.dataUrl === undefined) throw new DataError("data: expected the address of the served files, got none");
  if (dealing.kind === "by")
    throw new DataError(`data: expected a partition of images, which have no columns, got ${config.partition}`);
  const { fetchServedFiles } = await import("./served-files.ts");
  const { train, test, ...shape } = await fetchServedFiles(options.dataUrl, options);
  const mine = dealtTo(seat, train.labels, { config, dealing, classes: shape.classes, ...options });
  return imageData({ ...shape, train: toImages(train, mine), test: toImages(test) }, { isAugmented });
}

/** @throws {DataError} if this data cannot be dealt so */
function dealingOf(config: DataChoice): Dealing {
  const problem = dealingProblem(config);
  const dealing = parseDealing(config.partition);
  if (problem !== null || typeof dealing === "string") throw new DataError(`partition: ${problem}`);
  return dealing;
}

function drawTraining(config: DataChoice, dealing: Dealing, seat: number, options: LoadOptions): LabeledImages {
  const { seed, samples, partitions } = config;
  if (dealing.kind === "writers") return drawWriter(seed, seat, samples);
  if (dealing.kind === "iid") return drawCrowd(seed, seat, samples);
  const { classes } = glyphShape;
  return drawFromPool(seed, dealtTo(seat, digitsInTurn(partitions * samples), { config, dealing, classes, ...options }));
}

interface DealtOptions extends Pick<LoadOptions, "onDealt"> {
  readonly config: DataChoice;
  readonly dealing: DealtDealing;
  readonly classes: number;
}

/** The samples that a seat has of data that are dealt. */
function dealtTo(seat: number, labels: Keys, { config, dealing, classes, onDealt }: DealtOptions): Uint32Array {
  const mine = partition(labels, config.partitions, dealing, config.seed)[partitionIdOf(seat, config)]!;
  if (onDealt !== undefined) {
    const all = Uint32Array.from({ length: labels.length }, (_, i) => i);
    const [own, whole] = histogram([mine, all], labels, classes);
    onDealt({ own: own!, whole: whole! });
  }
  return mine;
}

/** The images with the `chosen` indices, or all, with pixels in 0 … 1. */
function toImages({ pixels, labels }: ByteImages, chosen?: Uint32Array): LabeledImages {
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
