import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import type { ViteDevServer } from "vite";
import { transportLaws } from "../../test/contract/transport-laws.ts";
import { serveLawPages } from "../support/law-page.ts";

let server: ViteDevServer;
let near: Page;
let far: Page;

test.describe("links of two tabs, one of them seen from its worker", () => {
  test.beforeAll(async ({ browser }) => {
    server = await serveLawPages(fileURLToPath(new URL(".", import.meta.url)), ["simple-peer/simplepeer.min.js", "zod/mini"]);
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
