import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Stands in the built page for the server's folder, to which the page's addresses are relative. */
const builtBase = '<base href="./" />';

/**
 * The page as it is served at a path below the server's folder: told how far up that folder is. The server need not know what
 * the folder is called by a proxy in front of it.
 * @returns null if the page is not built
 */
export async function pageDocument(pageFolder: string, path: string): Promise<string | null> {
  const html = await readFile(join(pageFolder, "index.html"), "utf8").catch(() => null);
  const depth = path.split("/").length - 2;
  return html === null || depth <= 0 ? html : html.replace(builtBase, `<base href="${"../".repeat(depth)}" />`);
}
