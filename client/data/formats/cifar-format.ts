import type { Head } from "../files/content.ts";
import { cifarKinds } from "./cifar-kinds.ts";
import type { DataFormat } from "./format.ts";

/** The binary records of CIFAR-10 and CIFAR-100 (Krizhevsky 2009). */
export const cifarFormats: readonly DataFormat[] = cifarKinds.map((kind) => ({
  name: kind.name,
  summary: `Color images of 32×32 in ${kind.classCount} classes: records of ${kind.bounds.length} label byte${kind.bounds.length === 1 ? "" : "s"} and 3,072 bytes`,
  told: `labels in range at every ${kind.bounds.length + 3_072}th byte`,
  passes: 1,
  isBegunBy: (head) => hasRecords(head, kind.bounds),
  load: async () => {
    const { readCifar } = await import("./read-cifar.ts");
    return (files) => readCifar(files, kind);
  },
}));

function hasRecords({ bytes, isWhole }: Head, bounds: readonly number[]): boolean {
  const record = bounds.length + 3_072;
  // A shorter file is whole, and whole records.
  if (bytes.length < record || (isWhole && bytes.length % record !== 0)) return false;
  for (let at = 0; at + bounds.length <= bytes.length; at += record) {
    if (bounds.some((bound, i) => bytes[at + i]! >= bound)) return false;
  }
  return true;
}
