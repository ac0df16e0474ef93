import type { DataFormat } from "./format.ts";
import { textOf } from "./text-of-head.ts";

/** Plain text in UTF-8. */
export const textFormat: DataFormat = {
  name: "text",
  summary: "Plain text in UTF-8, with a byte order mark or none",
  told: "has no bytes that only binary files have, and is none of the others",
  passes: 1,
  isBegunBy: (head) => textOf(head) !== null,
  load: async () => (await import("./read-text.ts")).readText,
};
