import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** `copse serve` in a process of its own, so that it can be killed. */
export interface ServerProcess {
  readonly url: string;
  /** Without a word to anybody. */
  kill(): Promise<void>;
}

/** @param port 0 takes any free one */
export async function startServerProcess(port: number): Promise<ServerProcess> {
  const child = spawn(process.execPath, ["--import", "tsx", "cli/main.ts", "serve", "--port", String(port), "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
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
