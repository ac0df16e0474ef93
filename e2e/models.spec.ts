import { expect, type Page } from "@playwright/test";
import { test } from "./support/page-test.ts";

/** The files of a model that a tab gives away, by name. */
async function savedFiles(page: Page): Promise<readonly string[]> {
  const names: string[] = [];
  page.on("download", (download) => names.push(download.suggestedFilename()));
  await page.getByTestId("save-model").click();
  await expect.poll(() => names.length).toBe(3);
  return names.sort();
}

const files = ["model.json", "model.safetensors", "weights.bin"];

for (const model of [
  "softmax",
  "cnn",
  "resnet(10, width=4)",
  "resnet(10, width=4, norm=batch)",
  "resnet(10, width=4, norm=none)",
])
  test(`what the page leaves out of its libraries is nothing that ${model} needs: a tab trains it and gives it away`, async ({
    open,
  }) => {
    const page = await open(`/r/one#${new URLSearchParams({ model, startAt: "1", rounds: "2", samples: "40", batch: "8" })}`);
    await expect(page.getByTestId("room-state")).toHaveAttribute("data-phase", "finished", { timeout: 120_000 });
    expect(await savedFiles(page)).toEqual(files);
  });

test("a tab trains a gpt on a text, and gives it away", async ({ open }) => {
  const model = "gpt(layers=1, heads=2, width=16, context=16)";
  const page = await open(
    `/r/one#${new URLSearchParams({ task: "language", data: "own", model, startAt: "1", rounds: "2", batch: "4" })}`,
  );
  const buffer = Buffer.from("the quick brown fox jumps over the lazy dog. ".repeat(60));
  await page.getByTestId("files").setInputFiles({ name: "fox.txt", mimeType: "text/plain", buffer });
  await expect(page.getByTestId("room-state")).toHaveAttribute("data-phase", "finished", { timeout: 120_000 });
  expect(await savedFiles(page)).toEqual(files);
});
