import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { blocksOf } from "./pages.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

it("the commands for one test, one law and one seed that CONTRIBUTING shows do what they are for", async () => {
  const shown = blocksOf("CONTRIBUTING.md", "sh").find(({ text }) => text.includes("vitest"))!;
  const [file, law, seed] = shown.text.trim().split("\n");
  // By the shell that npm has on this system.
  const said = async (command: string): Promise<string> =>
    (await run(command, { cwd: root, shell: true, env: { ...process.env, NO_COLOR: "1" } })).stdout;
  expect(await said(file!)).toMatch(/Test Files +1 passed/);
  expect(await said(law!)).toMatch(/Tests +[1-9]\d* passed \| [1-9]\d* skipped/);
  expect(await said(seed!)).toMatch(/commits round 1 /);
}, 120_000);
