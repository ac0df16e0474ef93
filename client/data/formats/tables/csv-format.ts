import type { DataFormat } from "../format.ts";
import { dialectOf } from "./csv-dialect.ts";

/** CSV and TSV (RFC 4180 and what programs make of it). */
export const csvFormat: DataFormat = {
  name: "csv",
  summary: "Tables in text: cells between commas, semicolons, tabs or bars, with a header or none",
  told: "most rows have the same number, two or more, of cells between tabs, semicolons, bars or commas",
  passes: 2,
  isBegunBy: (head) => dialectOf(head) !== null,
  load: async () => (await import("./read-csv.ts")).readCsv,
};
