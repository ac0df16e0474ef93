import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

/** Kinds of files that compression makes smaller. The document is not among them: the server makes it anew for each path. */
const compressible = /\.(js|css|svg|wasm)$/;
/** Least size of a file to compress: a smaller one fits one packet anyway. */
const minBytes = 1_024;

const [toBrotli, toGzip] = [promisify(brotliCompress), promisify(gzip)];

/** Puts each file of the built page beside itself in brotli and gzip, for `signaling-server/precompressed.ts` to serve. */
export function compressPage(): Plugin {
  return {
    name: "compress-page",
    apply: "build",
    async writeBundle({ dir }) {
      if (dir === undefined) throw new Error("expected the page to be built into a folder, got none");
      const entries = await readdir(dir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && compressible.test(entry.name));
      await Promise.all(files.map(({ parentPath, name }) => compressFile(join(parentPath, name))));
    },
  };
}

async function compressFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < minBytes) return;
  const hint = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const forms = [
    [".br", await toBrotli(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, ...hint } })],
    [".gz", await toGzip(bytes, { level: constants.Z_BEST_COMPRESSION })],
  ] as const;
  for (const [suffix, packed] of forms) if (packed.length < bytes.length) await writeFile(path + suffix, packed);
}
