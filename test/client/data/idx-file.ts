/** The bytes of an IDX file of unsigned bytes. */
export function idxFile(shape: readonly number[], values: Uint8Array): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + values.length);
  file.set([0, 0, 8, shape.length]);
  const view = new DataView(file.buffer);
  for (const [i, side] of shape.entries()) view.setUint32(4 + 4 * i, side);
  file.set(values, 4 + 4 * shape.length);
  return file;
}
