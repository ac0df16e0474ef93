import { createBlockFormat } from "./create-block-format.ts";

/** A byte a value: 8.19 bits with the scales. |error| ≤ largest / 253. */
export const block8 = createBlockFormat({ name: "block8", id: 3, bits: 8 });
