import type { DataFormat } from "./format.ts";

/** IDX (LeCun, Cortes, Burges 1998): the four files of MNIST and its relatives, or the two of one part. */
export const idxFormat: DataFormat = {
  name: "idx",
  summary: "Images and labels as MNIST and its relatives have them: two files for each part",
  told: "begins with the bytes 0 0 8 and 1 to 4 (dimensions)",
  passes: 1,
  isBegunBy: ({ bytes }) => bytes[0] === 0 && bytes[1] === 0 && bytes[2] === 8 && bytes[3]! >= 1 && bytes[3]! <= 4,
  load: async () => (await import("./read-idx.ts")).readIdx,
};
