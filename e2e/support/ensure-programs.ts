import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { chromiumAdvice, findChromium } from "../../cli/find-chromium.ts";
import { findCaddy, findNginx, proxyAdvice } from "./proxy-server.ts";
import { findTurnServer, relayAdvice } from "./turn-server.ts";
import { displayAdvice, findXvfb } from "./virtual-display.ts";

const find = (): string | null => findChromium(() => chromium.executablePath());

/**
 * Before the tests: a browser must be there, and should have a display, a relay and two proxies. As root on Debian all are installed; elsewhere a
 * line says how to get them.
 */
function ensurePrograms(): number {
  const missing = [
    ...(find() === null ? [{ name: "chromium", advice: chromiumAdvice }] : []),
    ...(findXvfb() === null ? [{ name: "xvfb", advice: displayAdvice }] : []),
    ...(findTurnServer() === null ? [{ name: "coturn", advice: relayAdvice }] : []),
    ...(findNginx() === null ? [{ name: "nginx-light", advice: proxyAdvice("nginx") }] : []),
    ...(findCaddy() === null ? [{ name: "caddy", advice: proxyAdvice("caddy") }] : []),
  ];
  if (missing.length === 0) return 0;
  for (const { advice } of missing) process.stderr.write(`${advice}\n`);
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    const names = missing.map(({ name }) => name).join(" ");
    const install = `apt-get update && apt-get install --yes --no-install-recommends ${names}`;
    process.stderr.write(`running: ${install}\n`);
    spawnSync("sh", ["-c", install], { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  }
  return find() === null ? 1 : 0;
}

process.exitCode = ensurePrograms();
