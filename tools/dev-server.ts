import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createServer, type Plugin, type ViteDevServer } from "vite";
import { createSignalingServer } from "../signaling-server/main.ts";
import { pageDocument } from "../signaling-server/page-document.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const pageFolder = fileURLToPath(new URL("../client/page", import.meta.url));

/** Paths that the signaling server answers, and the page's development server passes on. */
const passedOn = ["/socket.io", "/data", "/leave", "/healthz"];

/** Headers that isolate the page from other origins, as the signaling server sends them with the built page. */
const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

export interface DevServer {
  /** Address of the page, e.g. `http://127.0.0.1:5173`. The signaling server answers there, too. */
  readonly url: string;
  /** Ends both servers. */
  close(): Promise<void>;
}

export interface DevServerOptions {
  /** 0: any free port. */
  readonly port: number;
  /** Its IDX files are served to the peers. */
  readonly dataFolder?: string;
}

/**
 * The page as its sources are, loaded again when one of them changes, and a signaling server behind the same address. Both listen
 * on the loopback interface. A change of the server's own sources needs a new start.
 * @throws {ServerError} if the data folder cannot be read
 * @throws {Error} if the port is taken
 */
export async function createDevServer({ port, dataFolder }: DevServerOptions): Promise<DevServer> {
  const data = dataFolder === undefined ? {} : { dataFolder };
  const signaling = await createSignalingServer({ host: "127.0.0.1", port: 0, pageFolder, ...data });
  try {
    const vite = await createServer({
      configFile: `${root}/vite.config.ts`,
      root: pageFolder,
      logLevel: "warn",
      clearScreen: false,
      plugins: [servePage()],
      // The scan for dependencies before the first request reads JSX, too.
      optimizeDeps: { rolldownOptions: { transform: { jsx: { runtime: "automatic", importSource: "preact" } } } },
      server: {
        host: "127.0.0.1",
        port,
        strictPort: true,
        headers: isolation,
        proxy: Object.fromEntries(passedOn.map((path) => [path, { target: signaling.url, ws: path === "/socket.io" }])),
      },
    });
    await vite.listen();
    return {
      url: `http://127.0.0.1:${(vite.httpServer!.address() as AddressInfo).port}`,
      async close() {
        await Promise.all([vite.close(), signaling.close()]);
      },
    };
  } catch (error) {
    await signaling.close();
    throw error;
  }
}

/** Answers for the start page and for rooms with the page's document, as the signaling server does with the built one. */
function servePage(): Plugin {
  return {
    name: "serve-page",
    configureServer(vite: ViteDevServer) {
      vite.middlewares.use(async (request, response, next) => {
        const path = new URL(request.url ?? "/", "http://page").pathname;
        if (path !== "/" && !/^\/r\/[^/]+$/.test(path)) return next();
        try {
          const html = await pageDocument(pageFolder, { path, networkUrl: null });
          if (html === null) throw new Error(`expected an index.html in ${pageFolder}`);
          response.writeHead(200, { ...isolation, "Content-Type": "text/html; charset=utf-8" });
          // Addresses in the document are those of the server's folder, wherever the document itself is.
          response.end(await vite.transformIndexHtml("/", html));
        } catch (error) {
          next(error);
        }
      });
    },
  };
}
