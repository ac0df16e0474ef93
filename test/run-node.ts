import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const programs = {
  copse: "dist/cli/main.js",
  vitest: "node_modules/vitest/vitest.mjs",
  playwright: "node_modules/@playwright/test/cli.js",
};

/** Runs one of the programs with these words, in any shell's system alike; ends this process with its code unless that is 0. */
export function runNode(program: keyof typeof programs, words: string, env: Readonly<Record<string, string>> = {}): void {
  process.stdout.write(`${program} ${words}\n`);
  const entry = fileURLToPath(new URL(programs[program], root));
  const options = { cwd: fileURLToPath(root), stdio: "inherit", env: { ...process.env, ...env } } as const;
  const { status } = spawnSync(process.execPath, [entry, ...words.split(" ")], options);
  if (status !== 0) process.exit(status ?? 1);
}
