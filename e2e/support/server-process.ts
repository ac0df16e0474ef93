import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** `copse serve` in a process of its own, so that it can be killed. */
export interface ServerProcess {
  readonly url: string;
  /** Kills the process: no connection is closed properly. */
  kill(): Promise<void>;
}

interface ServerProcessOptions {
  /** Lag of its clock, in ms. */
  readonly behindMs?: number;
}

/** @param port 0 takes any free one */
export async function startServerProcess(port: number, { behindMs = 0 }: ServerProcessOptions = {}): Promise<ServerProcess> {
  const child = spawn(
    process.execPath,
    ["--import", slowClock(behindMs), "--import", "tsx", "cli/main.ts", "serve", "--port", String(port), "--json"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const exited = once(child, "exit");
  const listening = once(createInterface({ input: child.stdout }), "line").then(([line]) => JSON.parse(String(line)));
  const ended = exited.then(([code]) => Promise.reject(new Error(`the server ended with ${code} before it listened`)));
  ended.catch(() => {}); // of no interest once it listens
  const { url } = (await Promise.race([listening, ended])) as { readonly url: string };
  return {
    url,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}

/** A module that sets the process's clock back. */
function slowClock(behindMs: number): string {
  const source = `
    const Real = Date;
    globalThis.Date = class extends Real {
      static now() { return Real.now() - ${behindMs}; }
      constructor(...given) { super(...(given.length === 0 ? [Real.now() - ${behindMs}] : given)); }
    };`;
  return `data:text/javascript,${encodeURIComponent(source)}`;
}
