import type { DataFormat } from "../format.ts";

/** Apache Parquet with flat columns. */
export const parquetFormat: DataFormat = {
  name: "parquet",
  summary: "Apache Parquet with flat columns of numbers, truth values, dates and texts",
  told: "begins with PAR1",
  passes: 1,
  isBegunBy: ({ bytes }) => bytes[0] === 0x50 && bytes[1] === 0x41 && bytes[2] === 0x52 && bytes[3] === 0x31,
  load: async () => (await import("./read-parquet.ts")).readParquet,
};
