import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

it("a reader that has had enough, as in `copse … | head`, ends the command without a word", async () => {
  const command = `"${process.execPath}" --import tsx "${main}" simulate --seeds 1 --trace | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)("sh", ["-c", command]);
  expect(stdout).toContain("connected to the server");
  expect(stderr).toBe("");
});

const run = async (...args: readonly string[]): Promise<string> => {
  const done = promisify(execFile)(process.execPath, ["--import", "tsx", main, ...args], { timeout: 20_000 });
  return done.then(
    ({ stdout }) => stdout,
    ({ code, stderr }) => `${code} ${stderr}`,
  );
};

it("copse says which version it is, and refuses what it would have to pass over in silence", async () => {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };
  expect(await run("--version")).toBe(`${version}\n`);
  expect(await run("simulate", "--trace")).toMatch(/^2 error: --trace: expected --seeds or --faults beside it, got neither\n/);
});

it.each([
  ["--export", main, `expected a folder that can be written to, got ${main}, which is a file or lies in one`],
  ["--model", "resnet", 'expected one of "softmax"|"mlp"|"cnn", got "resnet"'],
  ["--rate", "-1", "expected number to be >0, got -1"],
])("an option that is wrong is told what was expected: %s %s", async (flag, value, said) => {
  const server = ["--server", "http://127.0.0.1:1", "--room", "x"];
  expect(await run("peer", ...server, flag, value)).toContain(`2 error: ${flag}: ${said}`);
});
