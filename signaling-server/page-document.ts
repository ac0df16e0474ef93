import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Stands in the built page for the server's folder, to which the page's addresses are relative. */
const builtBase = '<base href="./" />';

export interface PagePlace {
  /** Below the server's folder. */
  readonly path: string;
  /** The server's folder as other devices find it; null if that is not known. */
  readonly networkUrl: string | null;
}

/**
 * The page as it is served at a path below the server's folder: told how far up that folder is. The server need not know what
 * the folder is called by a proxy in front of it.
 * @returns null if the page is not built
 */
export async function pageDocument(pageFolder: string, { path, networkUrl }: PagePlace): Promise<string | null> {
  const html = await readFile(join(pageFolder, "index.html"), "utf8").catch(() => null);
  const depth = path.split("/").length - 2;
  const base = depth <= 0 ? builtBase : `<base href="${"../".repeat(depth)}" />`;
  // Made of an address and a path of plain signs: nothing in it would have to be escaped.
  const network = networkUrl === null ? "" : `<meta name="copse-network" content="${networkUrl}" />`;
  return html?.replace(builtBase, base + network) ?? null;
}
