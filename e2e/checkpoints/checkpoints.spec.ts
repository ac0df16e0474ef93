import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import type { ViteDevServer } from "vite";
import { checkpointStoreLaws } from "../../test/contract/checkpoint-store-laws.ts";
import { serveLawPages } from "../support/law-page.ts";

let server: ViteDevServer;
let page: Page;

test.describe("checkpoints in a browser's storage, each life of a peer in a worker of its own", () => {
  test.beforeAll(async ({ browser }) => {
    server = await serveLawPages(fileURLToPath(new URL(".", import.meta.url)), []);
    page = await browser.newPage();
    await page.goto(`${server.resolvedUrls?.local[0]}page.html`);
    await expect(page).toHaveTitle("ready");
  });

  test.afterAll(async () => {
    await page.close();
    await server.close();
  });

  for (const { name } of checkpointStoreLaws) {
    test(name, async () => {
      expect(await page.evaluate((law) => globalThis.runLaw(law), name)).toBeNull();
    });
  }
});
