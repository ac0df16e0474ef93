import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { createServer, type ViteDevServer } from "vite";
import { transportLaws } from "../../test/contract/transport-laws.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const repository = fileURLToPath(new URL("../..", import.meta.url));

let server: ViteDevServer;
let near: Page;
let far: Page;

test.describe("links of two tabs, one of them seen from its worker", () => {
  test.beforeAll(async ({ browser }) => {
    server = await createServer({
      root: here,
      configFile: false,
      logLevel: "error",
      cacheDir: `${repository}/node_modules/.vite/e2e-transport`,
      server: { host: "127.0.0.1", port: 0, hmr: false, watch: null, fs: { allow: [repository] } },
      // Listed, since a dependency that is discovered late reloads the page.
      optimizeDeps: { include: ["simple-peer/simplepeer.min.js", "zod"], noDiscovery: true },
    });
    await server.listen();
    const url = server.resolvedUrls?.local[0];
    const context = await browser.newContext();
    [far, near] = [await context.newPage(), await context.newPage()];
    await far.goto(`${url}page.html?far`);
    await near.goto(`${url}page.html`);
    for (const page of [far, near]) await expect(page).toHaveTitle("ready");
  });

  test.afterAll(async () => {
    await near.context().close();
    await server.close();
  });

  for (const { name } of transportLaws) {
    test(name, async () => {
      expect(await near.evaluate((law) => globalThis.runLaw(law), name)).toBeNull();
    });
  }
});
