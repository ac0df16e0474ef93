import { inflateSync } from "node:zlib";
import { decode as decodeJpeg } from "jpeg-js";
import { PNG } from "pngjs";
import type { DecodeImage } from "../data/formats/format.ts";
import { upright } from "../data/formats/pictures/orientation.ts";
import { pictureHeader } from "../data/formats/pictures/picture-header.ts";

/** Decodes PNG and JPEG by packages of JavaScript alone, a JPEG upright as browsers do, within memory that the picture's header bounds. */
export const decodeImage: DecodeImage = async (bytes, type) => {
  if (type === "image/jpeg") {
    const { height, width, data } = decodeJpeg(bytes, { useTArray: true, maxMemoryUsageInMB: 512, maxResolutionInMP: 17 });
    return upright({ height, width, rgba: data }, pictureHeader(bytes)?.orientation ?? 1);
  }
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  boundInterlaced(file);
  const { height, width, data } = PNG.sync.read(file);
  return { height, width, rgba: data };
};

/** The package unpacks a row-wise PNG up to its size, but one in passes (byte 28) without a bound. @throws {RangeError} if it would be too much */
function boundInterlaced(file: Buffer): void {
  if (file[28] !== 1) return;
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= file.length; at += 12 + file.readUInt32BE(at)) {
    if (file.toString("latin1", at + 4, at + 8) === "IDAT") data.push(file.subarray(at + 8, at + 8 + file.readUInt32BE(at)));
  }
  // Four channels of 16 bits, and a byte before each row of each of seven passes.
  inflateSync(Buffer.concat(data), { maxOutputLength: 8 * width * height + 16 * height + 4_096 });
}
