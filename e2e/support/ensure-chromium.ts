import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { chromiumAdvice, findChromium } from "../../cli/find-chromium.ts";

const find = (): string | null => findChromium(() => chromium.executablePath());

/** Before the tests: a browser must be there. As root on Debian it is installed; elsewhere one line says how to get one. */
function ensureChromium(): number {
  if (find() !== null) return 0;
  process.stderr.write(`${chromiumAdvice}\n`);
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return 1;
  const install = "apt-get update && apt-get install --yes --no-install-recommends chromium";
  process.stderr.write(`running: ${install}\n`);
  spawnSync("sh", ["-c", install], { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  return find() === null ? 1 : 0;
}

process.exitCode = ensureChromium();
