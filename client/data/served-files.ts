import { type DataFileKind, pickDataFile } from "../../shared/base/data-files.ts";
import { realClock } from "../base/real-clock.ts";
import { DataError, type ImageShape } from "./data-set.ts";
import { type DownloadProgress, download } from "./download.ts";
import { type FolderRequest, fetchFileList } from "./file-list.ts";
import { type IdxArray, parseIdx } from "./idx.ts";

/** A file as it is sent, gzipped or not: what `parseIdx` unpacks at most, and a header. */
const maxFileBytes = 512 * 2 ** 20 + 20;
export interface ServedOptions extends FolderRequest {
  /** Told of the progress of the files, which come one after the other; not of their list. */
  progress?(progress: FileProgress): void;
}

/** A file's progress, and which of the files it is. */
export interface FileProgress extends DownloadProgress {
  /** 1 … `files` */
  readonly file: number;
  readonly files: number;
}

const kinds: readonly DataFileKind[] = ["trainImages", "trainLabels", "testImages", "testLabels"];

/** n images as bytes, 0 to 255, with their labels. */
export interface ByteImages {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** The served data, whole, before it is dealt. */
export interface ServedFiles extends ImageShape {
  readonly train: ByteImages;
  readonly test: ByteImages;
}

/**
 * Fetches and reads the four IDX files of the folder at `url`, which ends in a slash and answers with
 * `{"files": ["train-images-idx3-ubyte.gz", …]}`.
 * @throws {DataError} if a file is missing, unreadable or does not fit the others
 */
export async function fetchServedFiles(url: string, options: ServedOptions = {}): Promise<ServedFiles> {
  const { clock = realClock, progress, ...request } = options;
  const names = await fetchFileList(url, { ...request, clock });
  const read = async (kind: DataFileKind): Promise<IdxArray & { readonly name: string }> => {
    const picked = pickDataFile(names, kind);
    if ("problem" in picked) throw new DataError(`${url}: ${picked.problem}`);
    const { name } = picked;
    const place = { file: 1 + kinds.indexOf(kind), files: kinds.length };
    const bytes = await download(`${url}${encodeURIComponent(name)}`, {
      ...{ ...request, clock, maxBytes: maxFileBytes },
      progress: (now) => progress?.({ ...place, ...now }),
    });
    return { name, ...(await parseIdx(bytes, name)) };
  };
  const train = pair(await read("trainImages"), await read("trainLabels"));
  const test = pair(await read("testImages"), await read("testLabels"));
  if (train.height !== test.height || train.width !== test.width) {
    throw new DataError(
      `test images: expected ${train.height}×${train.width} like the training images, got ${test.height}×${test.width}`,
    );
  }
  const classes = 1 + Math.max(greatest(train.labels), greatest(test.labels));
  return { height: train.height, width: train.width, channels: 1, classes, train, test };
}

function pair(images: IdxArray & { readonly name: string }, labels: IdxArray & { readonly name: string }) {
  const [count = 0, height = 0, width = 0] = images.shape;
  if (images.shape.length !== 3 || images.values.length === 0) {
    throw new DataError(`${images.name}: expected images × height × width, got ${images.shape.join(" × ")}`);
  }
  if (labels.shape.length !== 1 || labels.values.length !== count) {
    throw new DataError(`${labels.name}: expected ${count} labels, one for each image, got ${labels.shape.join(" × ")}`);
  }
  return { pixels: images.values, labels: labels.values, height, width };
}

function greatest(labels: Uint8Array): number {
  let most = 0;
  for (let i = 0; i < labels.length; i += 1) most = Math.max(most, labels[i]!);
  return most;
}
