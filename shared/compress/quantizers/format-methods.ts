import type { Values } from "../../vector/update.ts";
import { defineMethod, type Method } from "../method.ts";
import { unquantized } from "./quantizer.ts";

interface Described {
  readonly name: Values["format"];
  readonly summary: string;
  readonly law: string;
  readonly source: string;
}

/** A format of the wire as a quantizer: what its rounding loses is fed back, at the sender and at each merge. */
function formatMethod({ name, ...described }: Described): Method {
  return defineMethod({
    ...described,
    name,
    kind: "quantizer",
    parameters: {},
    example: name,
    build: () => ({ quantize: unquantized, format: name }),
  });
}

export const formatMethods: readonly Method[] = [
  formatMethod({
    name: "f16",
    summary: "Sends each number in 16 bits, eleven of them significant; numbers above 65,504 are cut.",
    law: "|Q(v) − v| ≤ max(2⁻¹¹|v|, 2⁻²⁵) for |v| ≤ 65,504",
    source: "IEEE 754 binary16",
  }),
  formatMethod({
    name: "bf16",
    summary: "Sends each number in 16 bits, eight of them significant, over the whole range of floats.",
    law: "|Q(v) − v| ≤ 2⁻⁸|v|",
    source: "bfloat16: the upper half of a float32",
  }),
  formatMethod({
    name: "block8",
    summary: "Sends each number in 8 bits, as a share of the largest of its block.",
    law: "|Q(v) − v| ≤ max|block| / 253",
    source: "block floating point, Wilkinson 1963; blocks of 128",
  }),
  formatMethod({
    name: "block4",
    summary: "Sends each number in 4 bits, as a share of the largest of its block.",
    law: "|Q(v) − v| ≤ max|block| / 13",
    source: "block floating point, Wilkinson 1963; blocks of 128",
  }),
];
