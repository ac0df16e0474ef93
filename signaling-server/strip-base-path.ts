import type { IncomingMessage, Server } from "node:http";

/** `/`, or folders below it: what a URL need not encode. */
const basePathPattern = /^\/([A-Za-z0-9._~-]+\/)*$/;

/** With slashes at both ends; null if it is no path of folders. */
export function basePathOf(text: string): string | null {
  const path = `/${text}/`.replace(/\/+/g, "/");
  return basePathPattern.test(path) && !/\/\.{1,2}\//.test(path) ? path : null;
}

/**
 * Lets every listener of the server see paths as if the server were not below `basePath`: for a proxy that passes that on.
 * One that takes it off is served as well, even if it leaves two slashes. To be called once all other listeners are there.
 */
export function stripBasePath(server: Server, basePath: string): void {
  const strip = (request: IncomingMessage): void => {
    const url = request.url?.replace(/^\/{2,}/, "/") ?? "/";
    request.url = url.startsWith(basePath) ? url.slice(basePath.length - 1) : url;
  };
  server.prependListener("request", strip);
  server.prependListener("upgrade", strip);
}
