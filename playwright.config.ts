import { chromium, defineConfig } from "@playwright/test";
import { chromiumArguments, findChromium } from "./cli/find-chromium.ts";

const executablePath = findChromium(() => chromium.executablePath());

export default defineConfig({
  testDir: "e2e",
  // Several tabs train at once, on two cores, on a software WebGPU adapter.
  timeout: 300_000,
  workers: 1,
  retries: 0,
  reporter: "list",
  use: {
    launchOptions: { args: [...chromiumArguments], ...(executablePath === null ? {} : { executablePath }) },
  },
});
