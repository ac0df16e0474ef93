import type { Clock } from "../../shared/base/clock.ts";
import { joinChunks } from "../../shared/base/join-chunks.ts";
import { errorCodes } from "../base/error-codes.ts";
import { formatBytes, inTerminal } from "../base/format.ts";
import { DataError } from "./data-set.ts";

/** The download fails after this many attempts in a row without a new byte. */
const maxAttempts = 6;
const usualStallMs = 15_000;
const usualPauseMs = 500;
const maxPauseMs = 8_000;
/** Least time between two reports of progress; the beginning, the end and a break are reported at once. */
const tellEveryMs = 500;

export interface DownloadOptions {
  /** A larger file is refused. */
  readonly maxBytes: number;
  readonly clock: Clock;
  /** What requests carry, such as credentials. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** An attempt that brings no byte for this time is given up; 15 s where absent. */
  readonly stallMs?: number;
  /** Before the second attempt, doubled with each one that brought nothing, up to 8 s; 500 ms where absent. */
  readonly firstPauseMs?: number;
  /** Told at the beginning, at the end, of each break, and about twice a second. */
  progress?(progress: DownloadProgress): void;
}

export interface DownloadProgress {
  /** In bytes; never less than before, even where the file had to be begun anew. */
  readonly received: number;
  /** null while that is not known. */
  readonly total: number | null;
  /** Why the last attempt broke off, until the next begins; null while bytes are expected. */
  readonly problem: string | null;
}

/** The bytes received of one version of the file. */
interface Part {
  chunks: Uint8Array[];
  length: number;
  total: number | null;
  /** The ETag or date by which the server tells versions apart; null: no range request can continue this part. */
  validator: string | null;
}

/**
 * The file at `url`, whole. Where it breaks off or stalls it goes on from the bytes that are here, by a range request, as long as the
 * server still has the same version of it; else it begins anew.
 * @throws {DataError} (as a rejection) where the server refuses it, it is too large, or six attempts in a row bring no new byte
 */
export async function download(url: string, options: DownloadOptions): Promise<Uint8Array> {
  const { clock, signal, firstPauseMs = usualPauseMs } = options;
  const part: Part = { chunks: [], length: 0, total: null, validator: null };
  let furthest = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  const tell = (problem: string | null): void => {
    toldAt = clock.now();
    options.progress?.({ received: Math.min(furthest, part.total ?? furthest), total: part.total, problem });
  };
  const arrived = (): void => {
    furthest = Math.max(furthest, part.length);
    if (clock.now() - toldAt >= tellEveryMs) tell(null);
  };
  tell(null);
  for (let failures = 0; ; ) {
    const before = furthest;
    const problem = await fetchMore(url, part, { ...options, arrived });
    if (problem === null) break;
    failures = furthest > before ? 0 : failures + 1;
    if (failures === maxAttempts) throw givenUp(url, part, problem);
    tell(problem);
    await pause(Math.min(firstPauseMs * 2 ** Math.max(0, failures - 1), maxPauseMs), clock, signal);
  }
  part.total = part.length;
  tell(null);
  return joinChunks(part.chunks, part.length);
}

/** One attempt. @returns why the file is not whole yet; null if it is */
async function fetchMore(url: string, part: Part, options: DownloadOptions & { arrived(): void }): Promise<string | null> {
  const { maxBytes, clock, headers, signal, stallMs = usualStallMs, arrived } = options;
  signal?.throwIfAborted();
  const attempt = new AbortController();
  const leave = (): void => attempt.abort();
  signal?.addEventListener("abort", leave);
  let isStalled = false;
  let cancel = (): void => {};
  const watch = (): void => {
    cancel();
    cancel = clock.after(stallMs, () => {
      isStalled = true;
      attempt.abort();
    });
  };
  const tooLarge = new DataError(`${url}: expected at most ${maxBytes} bytes, got more`);
  try {
    watch();
    const request = { ...headers, ...rangeOf(part) };
    const response = await fetch(url, { headers: request, cache: "no-cache", signal: attempt.signal });
    watch();
    const problem = begin(url, part, response);
    if (problem !== null) return problem;
    if (part.total !== null && part.total > maxBytes) throw tooLarge;
    const reader = response.body?.getReader();
    for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read()) {
      watch();
      part.length += next.value.length;
      if (part.length > maxBytes) throw tooLarge;
      part.chunks.push(next.value);
      arrived();
    }
    if (part.total === null || part.length === part.total) return null;
    if (part.length > part.total) empty(part);
    return "it ended elsewhere than it said";
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DataError) throw cause;
    return isStalled ? `no byte came for ${stallMs / 1_000} s` : reasonOf(cause);
  } finally {
    cancel();
    signal?.removeEventListener("abort", leave);
    attempt.abort(); // The rest of an answer that is not wanted need not come.
  }
}

/** The request headers that ask for the bytes after this part. */
function rangeOf({ length, validator }: Part): Readonly<Record<string, string>> {
  if (length === 0 || validator === null) return {};
  // A weak tag or a date must not stand in If-Range (RFC 9110, 13.1.5): there the answer's own is compared.
  return { Range: `bytes=${length}-`, ...(validator.startsWith('"') ? { "If-Range": validator } : {}) };
}

/** Prepares the part for the body's bytes. @returns why they cannot be used; null if they can. @throws {DataError} if no other answer will come */
function begin(url: string, part: Part, response: Response): string | null {
  const { status, headers } = response;
  if (status === 206 || status === 416) {
    if (status === 206 && goesOn(part, headers)) return null;
    empty(part);
    return "the file has changed meanwhile";
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) return `status ${status}`;
  if (status !== 200) throw new DataError(`${url}: expected the file, got status ${status}${hintOf(url, status)}`);
  empty(part);
  const size = headers.get("content-length");
  const isAsItIs = isPlain(headers);
  part.total = isAsItIs && size !== null && /^\d+$/.test(size) ? Number(size) : null;
  part.validator = validatorOf(headers);
  return null;
}

function goesOn({ length, total, validator }: Part, headers: Headers): boolean {
  const [, from, size] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  if (length === 0 || from === undefined || Number(from) !== length) return false;
  if (size !== "*" && total !== null && Number(size) !== total) return false;
  return validator !== null && validatorOf(headers) === validator;
}

/** The version's validator; null for a compressed response: its ranges count compressed bytes, which fetch does not show. */
function validatorOf(headers: Headers): string | null {
  return isPlain(headers) ? (headers.get("etag") ?? headers.get("last-modified")) : null;
}

function isPlain(headers: Headers): boolean {
  return (headers.get("content-encoding") ?? "identity") === "identity";
}

function hintOf(url: string, status: number): string {
  if (status === 404 && url.endsWith("/")) return " (a server has data if it is started with --data)";
  if (status === 404) return " (it is in the server's list: see that it has not been moved since, then join again)";
  return status === 401 || status === 403 ? " (see that the server lets this peer read it, then join again)" : "";
}

function givenUp(url: string, { length, total }: Part, problem: string): DataError {
  const bytes = (count: number): string => inTerminal(formatBytes(count));
  const got = length === 0 ? "no byte of it" : `${bytes(length)}${total === null ? "" : ` of ${bytes(total)}`} and nothing more`;
  const advice = "See that the server runs and that this device has a network, then join again";
  return new DataError(`${url}: expected the file, got ${got} in ${maxAttempts} attempts (${problem}). ${advice}`);
}

function reasonOf(cause: unknown): string {
  return [cause instanceof Error ? cause.message : String(cause), ...errorCodes(cause)].join(", ");
}

function empty(part: Part): void {
  Object.assign(part, { chunks: [], length: 0, total: null, validator: null } satisfies Part);
}

/** @throws the signal's reason (as a rejection) once it is aborted */
function pause(ms: number, clock: Clock, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const leave = (): void => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener("abort", leave);
      resolve();
    });
    signal?.addEventListener("abort", leave, { once: true });
  });
}
