import { expect, it } from "vitest";
import { parseImageSize } from "../../../client/data/parse-image-size.ts";

it.each([
  ["32x48", { height: 32, width: 48 }],
  [" 8×8 ", { height: 8, width: 8 }],
  ["0x8", null],
  ["8x0", null],
  ["8", null],
  ["8x8x3", null],
  ["-8x8", null],
  ["12345x8", null],
  ["", null],
])("the size %j is read as %j", (text, size) => {
  expect(parseImageSize(text)).toEqual(size);
});
