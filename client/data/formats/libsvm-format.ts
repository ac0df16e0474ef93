import type { DataFormat } from "./format.ts";
import { textOf } from "./text-of-head.ts";

/** A line of a label and entries "index:value". */
const line = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?(\s+\d+:\S+)+\s*(#.*)?$/i;
/** The part of the first lines that must be such lines; the others are refused by their number. */
const leastAlike = 0.6;

/** LIBSVM's sparse rows (Chang, Lin 2011). */
export const libsvmFormat: DataFormat = {
  name: "libsvm",
  summary: "Sparse rows in text: a label, then index:value for each entry that is not 0",
  told: "most lines are a number and then pairs index:value",
  passes: 1,
  isBegunBy(head) {
    const text = textOf(head);
    if (text === null || !text.slice(0, 1_000_000).includes(":")) return false;
    const lines = text.split("\n").filter((one) => one.trim() !== "" && !one.startsWith("#"));
    // The last may be cut.
    const whole = head.isWhole || lines.length === 1 ? lines : lines.slice(0, -1);
    return whole.length > 0 && whole.filter((one) => line.test(one)).length >= leastAlike * whole.length;
  },
  load: async () => (await import("./read-libsvm.ts")).readLibsvm,
};
