import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../../signaling-server/server-harness.ts";
import { runCopse } from "../run-copse.ts";

const timeout = 120_000;
const root = new URL("../../../", import.meta.url);

const isFree = async (url: string): Promise<boolean> =>
  await fetch(url)
    .then(() => false)
    .catch(() => true);

it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s ends a peer politely: its checkpoint is saved with its last round, and its lock is gone",
  async (signal) => {
    const folder = await mkdtemp(join(tmpdir(), "copse-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { url } = await startServer();
    const alone = ["--local-steps", "1", "--batch", "8", "--samples", "10", "--model", "softmax", "--start-at", "1"];
    const start = () => runCopse("peer", "--server", url, "--room", "grove", ...alone, "--json", "--checkpoint", folder);
    const first = start();
    await first.line("round", ({ round }) => Number(round) >= 3);
    first.process.kill(signal);
    expect(await first.ended).toEqual({ code: 0, stderr: "" });
    expect(await readdir(folder)).toEqual(["grove.checkpoint"]);
    const last = Math.max(...first.lines.filter(({ type }) => type === "round").map(({ round }) => Number(round)));
    const second = start();
    expect(Number((await second.line("resumed"))["round"])).toBeGreaterThanOrEqual(last);
    second.process.kill("SIGKILL");
    await second.ended;
  },
  timeout,
);

it(
  "a peer whose reader has enough, or whose terminal is gone, ends politely, too",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "copse-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { url } = await startServer();
    const run = runCopse(
      "peer",
      "--server",
      url,
      "--room",
      "grove",
      "--samples",
      "10",
      "--start-at",
      "1",
      "--json",
      "--checkpoint",
      folder,
    );
    await run.line("round");
    run.process.stdout.destroy();
    expect(await run.ended).toEqual({ code: 0, stderr: "" });
    expect(await readdir(folder)).toEqual(["grove.checkpoint"]);
  },
  timeout,
);

it(
  "the end of npm alone is the end of what it has started: no process is left, and the port is free",
  async () => {
    const npm = spawn("npm", ["run", "--silent", "copse", "--", "serve", "--port", "0", "--json"], { cwd: root, detached: true });
    onTestFinished(() => {
      try {
        process.kill(-npm.pid!, "SIGKILL");
      } catch {
        // The whole group is gone.
      }
    });
    const lines = createInterface({ input: npm.stdout });
    const [line] = (await once(lines, "line")) as [string];
    const { url } = JSON.parse(line) as { readonly url: string };
    expect(await isFree(url)).toBe(false);
    npm.kill("SIGTERM");
    // Each process that npm has started holds this open.
    await once(lines, "close");
    expect(await isFree(url)).toBe(true);
  },
  timeout,
);
