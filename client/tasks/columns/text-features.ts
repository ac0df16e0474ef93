import { DataError } from "../../data/data-set.ts";
import type { FoundData } from "../../data/found-data.ts";
import type { FeatureRows } from "../samples/table-samples.ts";

/** Buckets into which words are hashed (Weinberger et al. 2009): no vocabulary need be agreed on. */
export const textFeatures = 4_096;

/** Letters and digits of any script, in lower case. */
const word = /[\p{L}\p{N}]+/gu;

/**
 * The words of each row's texts as counts in hashed buckets, scaled to length 1.
 * @throws {DataError} if the table has no column of texts
 */
export function textFeaturesOf(found: FoundData): Omit<FeatureRows, "targets"> {
  const columns = found.kind === "table" ? found.columns.slice(0, -1).filter((column) => column.kind === "text") : [];
  if (columns.length === 0 || found.kind !== "table") throw new DataError("task: expected a column of texts, got none");
  const features = new Float32Array(found.rows * textFeatures);
  for (let row = 0; row < found.rows; row += 1) {
    const counts = features.subarray(row * textFeatures, (row + 1) * textFeatures);
    for (const { values } of columns)
      for (const [each] of values[row]!.toLowerCase().matchAll(word)) counts[bucketOf(each)]! += 1;
    const length = Math.sqrt(counts.reduce((sum, count) => sum + count * count, 0));
    if (length > 0) for (let i = 0; i < textFeatures; i += 1) counts[i]! /= length;
  }
  return { features, width: textFeatures };
}

/** FNV-1a over UTF-16 units. */
function bucketOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash % textFeatures;
}
