import { createBlockFormat } from "./create-block-format.ts";

/** Half a byte a value: 4.19 bits with the scales. |error| ≤ largest / 13.9. */
export const block4 = createBlockFormat({ name: "block4", id: 4, bits: 4 });
