import { createXXHash128 } from "hash-wasm";

/** 128 bits as 32 hexadecimal digits. Not cryptographic: it proves agreement, not honesty. */
export type Hash = string;

/** XXH3-128 of the concatenation of its arguments. */
export type Hasher = (...chunks: readonly (Uint8Array | string)[]) => Hash;

/** Loads the hash once (WebAssembly, from the library `hash-wasm`); the hasher itself is synchronous. */
export async function createHasher(): Promise<Hasher> {
  const state = await createXXHash128();
  return (...chunks) => {
    state.init();
    for (const chunk of chunks) state.update(chunk);
    return state.digest();
  };
}

/** The bytes of a Float32Array, without a copy, in little-endian order (every engine that runs Copse is little-endian). */
export function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
