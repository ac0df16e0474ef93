import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import type { RequestHandler } from "express";

/** The forms in which the build puts a file beside itself, the smallest first. */
const forms = [
  { encoding: "br", suffix: ".br" },
  { encoding: "gzip", suffix: ".gz" },
] as const;

/** A file of the page as its build names it: no escapes, and no name that begins with a dot. */
const plainPath = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

/** Has the next handler, which serves files of the folder, take the smallest form of a file that the client understands. */
export function precompressed(folder: string): RequestHandler {
  return async (request, response, next) => {
    const { path } = request;
    if ((request.method !== "GET" && request.method !== "HEAD") || !plainPath.test(path)) return next();
    const there = await Promise.all(forms.map(async (form) => ((await isFile(join(folder, path + form.suffix))) ? form : null)));
    const found = there.filter((form) => form !== null);
    if (found.length === 0) return next();
    response.vary("Accept-Encoding");
    // One by one: browsers name theirs in an order that has no meaning.
    const form = found.find(({ encoding }) => request.acceptsEncodings(encoding) !== false);
    if (form !== undefined) {
      response.set("Content-Encoding", form.encoding).type(extname(path));
      request.url = request.url.replace(path, path + form.suffix);
    }
    next();
  };
}

function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
