import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import type { Download, Page } from "@playwright/test";
import { expect } from "@playwright/test";
import { filesOf, tutorialModel } from "../test/client/initial/plain-model.ts";
import { test } from "./support/page-test.ts";

let folder = "";
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "copse-own-model-"));
});
test.afterEach(() => rm(folder, { recursive: true }));

/** Paths of a plain model of tfjs for the digits that the page draws. */
async function plainModel(): Promise<string[]> {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const files = await filesOf(tutorialModel({ input: [28, 28, 1], outputs: 10 }), { shards: 2 });
  return Promise.all(
    files.map(async (file) => {
      const path = join(folder, file.path);
      await writeFile(path, await file.read(0, file.size));
      return path;
    }),
  );
}

const finished = (page: Page): Promise<void> =>
  expect(page.getByTestId("room-state")).toHaveAttribute("data-phase", "finished", { timeout: 90_000 });

test("two tabs train a model that they picked, and one goes on from what the other gave away", async ({ open }) => {
  const paths = await plainModel();
  const settings = "startAt=2&partitions=2&samples=100&rounds=3&localSteps=2&scheme=none&rate=0.05";
  const tabs = [await open(`/r/brought#model=own&${settings}`), await open(`/r/brought#model=own&${settings}`)];
  for (const tab of tabs) {
    await expect(tab.getByTestId("room-state")).toHaveText("Choose the model that this room begins with", { timeout: 60_000 });
    await tab.getByTestId("model-files").setInputFiles(paths);
  }
  for (const tab of tabs) await finished(tab);
  const [first, second] = tabs as [Page, Page];
  expect(await first.getAttribute("html", "data-hash")).toBe(await second.getAttribute("html", "data-hash"));
  const given: Download[] = [];
  first.on("download", (download) => given.push(download));
  await first.getByTestId("save-model").click();
  await expect.poll(() => given.length).toBe(3);
  const saved = given.map((one) => join(folder, "saved", one.suggestedFilename()));
  for (const [i, one] of given.entries()) await one.saveAs(saved[i]!);
  const json = JSON.parse(await readFile(join(folder, "saved", "model.json"), "utf8"));
  expect(json.userDefinedMetadata.copse).toMatchObject({ task: "images", model: "own", round: 3 });
  const next = await open(`/r/brought-on#model=own&${settings.replace("startAt=2", "startAt=1")}`);
  await next.getByTestId("model-files").setInputFiles(saved);
  await finished(next);
  expect(await next.getAttribute("html", "data-hash")).toMatch(/^[0-9a-f]{32}$/);
});

test("a model whose weights are missing is refused in a sentence that names the file", async ({ open }) => {
  const [json] = (await plainModel()).filter((path) => path.endsWith(".json"));
  const page = await open("/r/half#model=own&startAt=1");
  await page.getByTestId("model-files").setInputFiles(json!);
  await expect(page.getByRole("alert")).toContainText("expected the weight file group1-shard1of2.bin that it names, got none");
});
