import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from "express";
import { isDataFileName } from "../shared/base/data-files.ts";
import { hasToken, type Metrics } from "./operation/metrics.ts";
import { securityHeaders } from "./operation/security-headers.ts";
import { pageDocument } from "./page-document.ts";
import { precompressed } from "./precompressed.ts";

const maxBeaconBytes = 1_024;
const oneYearSeconds = 31_536_000;
const nothingHere = "Nothing here. Behind a proxy that puts Copse below a path and passes that on, start it with --base-path.";

export interface HttpAppOptions {
  /** The folder of the built page. */
  readonly pageFolder: string;
  /** The folder as which a proxy has the server, with slashes at both ends; requests come without it. */
  readonly basePath: string;
  /** The server's folder as other devices find it, which the page's links for others name; null if that is not known. */
  readonly networkUrl: () => string | null;
  /** The folder of the files under `/data/`; null serves none. */
  readonly dataFolder: string | null;
  /** The folder of the files under `/model/`; null serves none. */
  readonly modelFolder: string | null;
  /** What `/healthz` answers anybody: no more than the page needs. */
  readonly health: () => Readonly<Record<string, string>>;
  /** What it answers besides to who asks from this machine. */
  readonly figures: () => Readonly<Record<string, number>>;
  /** All requests come from a proxy: none of them is known to be from this machine. */
  readonly trustsProxy: boolean;
  /** Whether new clients are welcome, which `/readyz` says by its status. */
  readonly isReady: () => boolean;
  /** null: none are shown. `token`: who has it as `Authorization: Bearer …` gets them. */
  readonly metrics: { readonly source: Metrics; readonly token: string } | null;
  /** Whether the server itself speaks https. */
  readonly tls: boolean;
  /** Takes the text of a leave beacon. */
  readonly leaveBeacon: (text: string) => void;
  /** An answer failed, through no fault of whoever asked. */
  readonly failed: (error: unknown) => void;
}

/** Everything that the server answers over plain HTTP: the page, the data, the state of its health. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { pageFolder, basePath, networkUrl, dataFolder, modelFolder, leaveBeacon, failed, metrics } = options;
  const app = express();
  app.disable("x-powered-by");
  app.use(securityHeaders(options));
  app.get("/healthz", (request, response) => {
    const figures = !options.trustsProxy && isLocal(request) ? options.figures() : {};
    response.set("Cache-Control", "no-store").json({ ...options.health(), ...figures });
  });
  app.get("/readyz", (_request, response) => {
    const isReady = options.isReady();
    response
      .status(isReady ? 200 : 503)
      .set("Cache-Control", "no-store")
      .json({ status: isReady ? "ready" : "draining" });
  });
  if (metrics !== null)
    app.get("/metrics", async (request, response) => {
      if (!hasToken(request.headers.authorization, metrics.token)) sentence(response, 401, "Expected the token of the metrics.");
      else
        response
          .set("Cache-Control", "no-store")
          .type(metrics.source.contentType)
          .send(await metrics.source.text());
    });
  // A page that is closed ends its worker and socket; only a beacon is sure to be sent.
  app.post("/leave", express.text({ limit: maxBeaconBytes }), (request, response) => {
    if (typeof request.body === "string") leaveBeacon(request.body);
    response.status(204).end();
  });
  serveFolder(app, "data", { folder: dataFolder, nothing: "This server serves no data: start it with --data and a folder." });
  serveFolder(app, "model", { folder: modelFolder, nothing: "This server serves no model: start it with --model and a folder." });
  // Only without its slash: with it, it has been taken off.
  if (basePath !== "/") app.get(basePath.slice(0, -1), (_request, response) => response.redirect(308, basePath));
  app.get(["/", "/r/:room"], async (request, response) => {
    const html = await pageDocument(pageFolder, { path: request.path, networkUrl: networkUrl() });
    if (html === null) sentence(response, 503, "The page is not built yet: run npm run build, then reload.");
    else response.set("Cache-Control", "no-cache").type("html").send(html);
  });
  app.use(precompressed(pageFolder));
  app.use(express.static(pageFolder, { index: false, redirect: false, cacheControl: false, setHeaders: cacheHeader }));
  app.use((_request, response) => sentence(response, 404, nothingHere));
  app.use(refuseRequest(failed));
  return app;
}

/** Whether a request comes from this machine, and not through a proxy on it. */
function isLocal({ socket, headers }: Request): boolean {
  const { remoteAddress = "" } = socket;
  const isForwarded = ["x-forwarded-for", "x-forwarded-host", "forwarded", "via"].some((name) => name in headers);
  return !isForwarded && /^(127\.|::1$|::ffff:127\.)/.test(remoteAddress);
}

/** The build names files under `assets/` by their content: they never change. */
function cacheHeader(response: { setHeader(name: string, value: string): unknown }, path: string): void {
  const immutable = /[\\/]assets[\\/]/.test(path);
  response.setHeader("Cache-Control", immutable ? `public, max-age=${oneYearSeconds}, immutable` : "no-cache");
}

/** A request that cannot be read (a malformed escape in its path, say) or answered: no stack trace for whoever sent it. */
const refuseRequest =
  (failed: HttpAppOptions["failed"]): ErrorRequestHandler =>
  (error: unknown, _request, response, _next) => {
    const status = typeof error === "object" && error !== null && "status" in error ? Number(error.status) : 500;
    const isTheirs = status >= 400 && status < 500;
    if (!isTheirs) failed(error);
    if (response.headersSent) response.destroy();
    else
      sentence(response, isTheirs ? status : 500, isTheirs ? "This request cannot be answered." : "The server failed to answer.");
  };

function sentence(response: Response, status: number, text: string): void {
  response.status(status).set("Cache-Control", "no-store").type("text/plain").send(`${text}\n`);
}

/** Lists the files of a folder at `/name/`, and gives each below it; none without a folder. */
function serveFolder(
  app: Express,
  name: string,
  { folder, nothing }: { readonly folder: string | null; readonly nothing: string },
): void {
  app.get(`/${name}{/}`, async (_request, response) => {
    if (folder === null) sentence(response, 404, nothing);
    else response.set("Cache-Control", "no-cache").json({ files: await dataFiles(folder) });
  });
  app.get(`/${name}/:name`, async (request, response) => {
    const { name: file } = request.params;
    if (folder === null) sentence(response, 404, nothing);
    else if (!isDataFileName(file) || !(await isFile(join(folder, file)))) sentence(response, 404, `No such ${name} file.`);
    else {
      response.set("Cache-Control", "no-cache").type("application/octet-stream");
      response.sendFile(file, { root: folder, cacheControl: false });
    }
  });
}

async function dataFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  return names.filter(isDataFileName).sort();
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
