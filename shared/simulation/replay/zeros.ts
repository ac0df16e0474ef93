let floats = new Float32Array(0);
let bytes = new Uint8Array(0);

/** As many zeros as vectors of a trace had numbers. Shared: not to be written to. */
export function zeros(length: number): Float32Array {
  if (floats.length < length) floats = new Float32Array(length);
  return floats.subarray(0, length);
}

/** As many zeros as a message of a trace had bytes. Shared: not to be written to. */
export function zeroBytes(length: number): Uint8Array {
  if (bytes.length < length) bytes = new Uint8Array(length);
  return bytes.subarray(0, length);
}
