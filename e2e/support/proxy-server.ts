import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findExecutable } from "../../cli/find-chromium.ts";

/** A web server whose configuration docs/hosting.md shows. */
export type ProxyKind = "nginx" | "caddy" | "caddy that keeps the path";

/** Packages of Debian and Ubuntu have both. */
export const proxyAdvice = (name: "nginx" | "caddy"): string =>
  `no ${name} found, so that Copse is not tried behind it: install it (Debian, Ubuntu: apt-get install ${name})`;

export const findNginx = (): string | null => findExecutable(["nginx"]) ?? findIn("/usr/sbin/nginx");
export const findCaddy = (): string | null => findExecutable(["caddy"]);

/** The configuration of docs/hosting.md on a port of the loopback interface, in front of a server of Copse. */
export interface ProxyServer {
  /** Address of the folder that it passes on, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** What they log once their sockets are open. */
const signsOfListening = /using the "\w+" event method|serving initial configuration/;

/** @throws {Error} if there is none, or it ends before it listens */
export async function openProxyServer(kind: ProxyKind, target: number): Promise<ProxyServer> {
  const name = kind === "nginx" ? "nginx" : "caddy";
  const executable = name === "nginx" ? findNginx() : findCaddy();
  if (executable === null) throw new Error(proxyAdvice(name));
  const folder = await mkdtemp(join(tmpdir(), "copse-proxy-"));
  const port = await freePort();
  const shown = (await exampleOf(kind)).replace("127.0.0.1:8080", `127.0.0.1:${target}`);
  const file = join(folder, "configuration");
  await writeFile(file, name === "nginx" ? nginxFile(shown, { folder, port }) : caddyFile(shown, port));
  const args = name === "nginx" ? ["-p", folder, "-c", file] : ["run", "--adapter", "caddyfile", "--config", file];
  const own = { HOME: folder, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const child = spawn(executable, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...own } });
  const words: string[] = [];
  const listens = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      words.push(line);
      if (signsOfListening.test(line)) resolve();
    });
  });
  const exited = once(child, "exit");
  const ended = exited.then(([code]) => Promise.reject(new Error(`${name} ended with ${code}: ${words.join("\n")}`)));
  ended.catch(() => {}); // of no interest once it listens
  await Promise.race([listens, ended]);
  return {
    url: `http://127.0.0.1:${port}/copse`,
    async close() {
      child.kill();
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What the page for people shows: the first block of the language, or the one after the heading about it. */
async function exampleOf(kind: ProxyKind): Promise<string> {
  const page = await readFile("docs/hosting.md", "utf8");
  const blocks = [...page.matchAll(/^```(?:nginx|caddy)\n(.*?)^```$/gms)].map(([, text]) => text!);
  return blocks[["nginx", "caddy", "caddy that keeps the path"].indexOf(kind)]!;
}

function nginxFile(shown: string, { folder, port }: { readonly folder: string; readonly port: number }): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) => `${each}_temp_path ${folder}/${each};`);
  const user = process.getuid?.() === 0 ? "user root;" : "";
  return `daemon off; master_process off; ${user} pid ${folder}/pid; error_log stderr notice; events {}
http { access_log off; ${temporary.join(" ")}
${shown.replace("listen 80;", `listen 127.0.0.1:${port};`)}}
`;
}

function caddyFile(shown: string, port: number): string {
  return `{\n  admin off\n}\n${shown.replace("copse.example", `http://127.0.0.1:${port}`)}`;
}

function findIn(path: string): string | null {
  return existsSync(path) ? path : null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
