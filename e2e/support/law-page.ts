import { fileURLToPath } from "node:url";
import { createServer, type ViteDevServer } from "vite";

declare global {
  /** Held by the page that runs the laws: null where one held, otherwise what was expected. */
  var runLaw: (law: string) => Promise<string | null>;
}

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** Serves the pages of a folder from their sources; `packages`: what they import, since a dependency that is discovered late reloads the page. */
export async function serveLawPages(folder: string, packages: readonly string[]): Promise<ViteDevServer> {
  const server = await createServer({
    root: folder,
    configFile: false,
    logLevel: "error",
    cacheDir: `${repository}/node_modules/.vite/${folder.replace(/\W+/g, "-")}`,
    server: { host: "127.0.0.1", port: 0, hmr: false, watch: null, fs: { allow: [repository] } },
    optimizeDeps: { include: [...packages], noDiscovery: true },
  });
  return server.listen();
}
