import { type Scan, scanLength } from "../scan.ts";
import { decodeBase64 } from "./decode-base64.ts";
import { scanModule } from "./scan-module.ts";

/** The part of WebAssembly that is used. Engines have it, not platforms, but the library of ES2023 does not declare it. */
interface Engine {
  readonly WebAssembly?: {
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
}

/** The exports of scan.as.ts: the offsets of its arrays in its memory, and the scan. */
interface ScanExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  inputAt(): number;
  indicesAt(): number;
  magnitudesAt(): number;
  scan(length: number, floor: number, first: number): number;
}

/**
 * The scan in WebAssembly, 16 entries a step; null where the engine has no WebAssembly or no SIMD, or may not compile.
 * The part of x to be scanned is copied into the module's memory, 448 KiB that never grow, so x may be of any length. The copy
 * is nearly free: it brings into the cache what the scan would read. The module is small enough (1 KB) to be compiled at once on
 * a page's main thread, too.
 */
export function simdScan(): Scan | null {
  const { WebAssembly } = globalThis as Engine;
  if (WebAssembly === undefined) return null;
  try {
    const module = new WebAssembly.Module(decodeBase64(scanModule));
    return scanOf(new WebAssembly.Instance(module).exports as ScanExports);
  } catch {
    return null;
  }
}

function scanOf({ memory: { buffer }, inputAt, indicesAt, magnitudesAt, scan }: ScanExports): Scan {
  const input = new Uint32Array(buffer, inputAt(), scanLength);
  return {
    indices: new Uint32Array(buffer, indicesAt(), scanLength),
    magnitudes: new Uint32Array(buffer, magnitudesAt(), scanLength),
    run(bits, from, to, floor) {
      input.set(bits.subarray(from, to));
      return scan(to - from, floor, from);
    },
  };
}
