import { DataError } from "./data-set.ts";

/** The part of a stream of bytes that is needed here; the streams of the web and of Node both have it. */
export interface ByteSource {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/**
 * Everything a stream has to give, as one array.
 * @param name what is read, for the error
 * @throws {DataError} as soon as it is more than `mostBytes`; the stream is cancelled
 */
export async function readBounded(source: ByteSource, mostBytes: number, name: string): Promise<Uint8Array> {
  const reader = source.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) break;
    length += value.length;
    if (length > mostBytes) {
      const refusal = new DataError(`${name}: expected at most ${mostBytes} bytes, got more`);
      await reader.cancel(refusal).catch(() => {});
      throw refusal;
    }
    chunks.push(value);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
