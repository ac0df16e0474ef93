import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const systemNames = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/** Advice for a person whose machine has no browser. */
export const chromiumAdvice =
  "no Chromium found: install one (Debian, Ubuntu: apt-get install chromium), or name one in COPSE_CHROMIUM, or run npx playwright install chromium";

/** Path of the browser to drive: `COPSE_CHROMIUM`, else a Chromium or Chrome on the PATH, else Playwright's own; null if there is none. */
export function findChromium(playwrights: () => string): string | null {
  const named = process.env["COPSE_CHROMIUM"];
  if (named !== undefined && named !== "") return named;
  return findExecutable(systemNames) ?? [playwrights()].find(isExecutable) ?? null;
}

/** The first of these names that is on the PATH, with its folder; null if none is. */
export function findExecutable(names: readonly string[]): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable) ?? null;
}

/**
 * For a headless browser in tests and demos: a software adapter for WebGPU, host candidates that other processes can reach,
 * no throttling of tabs in the background, no traffic of its own.
 */
export const chromiumArguments: readonly string[] = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
