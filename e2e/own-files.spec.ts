import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Download, expect, type Page } from "@playwright/test";
import { PNG } from "pngjs";
import { copse, linesOf } from "./support/copse.ts";
import { test } from "./support/page-test.ts";
import { untilRound } from "./support/tab.ts";

const cancer = new URL("../../shared/data/uci/breast_cancer.csv", import.meta.url);

let folder = "";
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "copse-own-"));
});
test.afterEach(() => rm(folder, { recursive: true }));

const choose = (page: Page, path: string): Promise<void> => page.getByTestId("files").setInputFiles(path);

test("two tabs with two tables train one model, and a third with a wrong column is refused by its name", async ({ open }) => {
  test.skip(!existsSync(cancer), "the breast cancer set is not at hand: expected ../shared/data/uci/breast_cancer.csv");
  const rows = readFileSync(cancer, "utf8").trim().split("\n").slice(1);
  const names = Array.from({ length: 30 }, (_, i) => `f${i}`);
  const file = async (name: string, columns: readonly string[], own: readonly string[]): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `${[...columns, "diagnosis"].join(",")}\n${own.join("\n")}\n`);
    return path;
  };
  const [first, second] = await Promise.all(
    [0, 1].map((part) =>
      file(
        `${part}.csv`,
        names,
        rows.filter((_, i) => i % 2 === part),
      ),
    ),
  );
  const a = await open("/r/clinic#data=own&startAt=2&rounds=60");
  await expect(a.getByTestId("room-state")).toHaveText("Choose the files that this tab trains on");
  await choose(a, first!);
  await expect(a.getByTestId("members")).toHaveAttribute("data-value", "1");
  const b = await open("/r/clinic");
  await expect(b.getByTestId("room-state")).toHaveText("Choose the files that this tab trains on");
  await choose(b, second!);
  await untilRound(a, 2);
  const wrong = await open("/r/clinic");
  await choose(wrong, await file("wrong.csv", ["area", ...names.slice(1)], rows.slice(0, 40)));
  await expect(wrong.getByRole("alert")).toContainText("column area: expected one of the room's columns");
  for (const tab of [a, b]) {
    await expect(tab.getByTestId("room-state")).toHaveAttribute("data-phase", "finished", { timeout: 60_000 });
    await expect(tab.getByTestId("outcome")).toContainText("unseen samples right");
    const accuracy = Number(await tab.getByTestId("accuracy").getAttribute("data-value"));
    expect(accuracy).toBeGreaterThanOrEqual(0.9);
    const table = tab.getByRole("table", { name: /^Unseen samples after round 60/ });
    await expect(table.getByRole("columnheader")).toHaveText(["0", "1"]);
    await expect(table.getByRole("rowheader")).toHaveText(["0", "1"]);
    const counts = (await table.getByRole("cell").filter({ hasText: /./ }).allTextContents()).map(Number);
    const [hits, all] = [counts[0]! + counts[3]!, counts.reduce((sum, count) => sum + count, 0)];
    expect(hits / all).toBeCloseTo(accuracy, 6);
    await tab.setViewportSize({ width: 360, height: 740 });
    const { x, width } = (await table.boundingBox())!;
    expect(x + width).toBeLessThanOrEqual(360);
  }
  expect(await a.getAttribute("html", "data-hash")).toBe(await b.getAttribute("html", "data-hash"));
});

test("a tab trains on a folder of pictures, a folder a class", async ({ open }) => {
  for (const [name, at] of [
    ["left", 1],
    ["right", 5],
  ] as const) {
    await mkdir(join(folder, name));
    for (let i = 0; i < 20; i += 1) await writeFile(join(folder, name, `${i}.png`), striped(at + (i % 3)));
  }
  const page = await open("/r/pictures#data=own&startAt=1&rounds=20");
  await page.getByTestId("folder").setInputFiles(folder);
  await expect(page.getByTestId("room-state")).toHaveAttribute("data-phase", "finished", { timeout: 60_000 });
  expect(Number(await page.getByTestId("accuracy").getAttribute("data-value"))).toBeGreaterThanOrEqual(0.9);
  const given: Download[] = [];
  page.on("download", (download) => given.push(download));
  await page.getByTestId("save-model").click();
  await page.getByTestId("save-rounds").click();
  await expect
    .poll(() => given.map((one) => one.suggestedFilename()).sort())
    .toEqual(["model.json", "model.safetensors", "pictures.csv", "weights.bin"]);
  for (const one of given) await one.saveAs(join(folder, "saved", one.suggestedFilename()));
  expect(
    readFileSync(join(folder, "saved", "pictures.csv"), "utf8")
      .trim()
      .split("\n"),
  ).toHaveLength(21);
  await mkdir(join(folder, "more", "left"), { recursive: true });
  await mkdir(join(folder, "more", "right"));
  for (const [name, at] of [
    ["left", 2],
    ["right", 6],
  ] as const)
    await writeFile(join(folder, "more", name, "1.png"), striped(at));
  const judged = await copse("evaluate", "--model", join(folder, "saved"), "--data", join(folder, "more"), "--json");
  expect(linesOf(judged)[0]).toMatchObject({ metrics: { accuracy: 1 } });
});

test("pictures of two sizes are refused, then brought to the size that the person names; a text is read by the tokens chosen", async ({
  open,
}) => {
  for (const [name, at] of [
    ["left", 1],
    ["right", 5],
  ] as const) {
    await mkdir(join(folder, "sizes", name), { recursive: true });
    for (let i = 0; i < 20; i += 1) await writeFile(join(folder, "sizes", name, `${i}.png`), striped(at, i === 7 ? 16 : 8));
  }
  const page = await open("/r/sizes#data=own&startAt=1&rounds=20");
  await page.getByTestId("folder").setInputFiles(join(folder, "sizes"));
  await expect(page.getByRole("alert")).toContainText("8");
  await page.getByText("Texts and pictures").click();
  await page.getByLabel("Size of pictures").fill("8 by 8");
  await expect(page.locator("#files-size-note")).toContainText("Expected a height and a width in pixels");
  await page.getByLabel("Size of pictures").fill("8x8");
  await page.getByTestId("folder").setInputFiles(join(folder, "sizes"));
  await expect(page.getByTestId("room-state")).toHaveAttribute("data-phase", "finished", { timeout: 60_000 });
  expect(Number(await page.getByTestId("accuracy").getAttribute("data-value"))).toBeGreaterThanOrEqual(0.7);

  const reader = await open("/r/words#data=own&startAt=1&rounds=2");
  const text = join(folder, "words.txt");
  await writeFile(text, "a rose is a rose is a rose. ".repeat(400));
  await reader.getByText("Texts and pictures").click();
  await reader.getByLabel("Tokens of a text").selectOption("bytes");
  await choose(reader, text);
  await expect(reader.getByTestId("room-state")).toHaveAttribute("data-phase", "finished", { timeout: 60_000 });
  const saving = new Promise<Download>((resolve) =>
    reader.on("download", (one) => one.suggestedFilename() === "model.json" && resolve(one)),
  );
  await reader.getByTestId("save-model").click();
  const model = join(folder, "saved", "words.json");
  await (await saving).saveAs(model);
  expect(readFileSync(model, "utf8")).toMatch(/tokenizer[\\]*":\{?[^}]*bytes/);
});

test("a table with a ragged row is refused in a sentence that names the file, and the tab takes another", async ({ open }) => {
  const page = await open("/r/odd#data=own&startAt=1");
  const path = join(folder, "odd.csv");
  await writeFile(path, "a,b\n1,2\n3\n");
  await choose(page, path);
  await expect(page.getByRole("alert")).toContainText("odd.csv");
  await expect(page.getByRole("button", { name: "Choose other files" })).toBeVisible();
  const even = join(folder, "even.csv");
  await writeFile(even, `a,b\n${Array.from({ length: 40 }, (_, i) => `${i},${2 * i}\n`).join("")}`);
  await choose(page, even);
  await untilRound(page, 2);
  await expect(page.getByRole("alert")).toHaveCount(0);
});

/** A picture with one of eight columns white. @param side in pixels */
function striped(column: number, side = 8): Buffer {
  const png = new PNG({ width: side, height: side });
  png.data.fill(255);
  for (let i = 0; i < side ** 2; i += 1) if (Math.floor((8 * (i % side)) / side) !== column) png.data.fill(0, 4 * i, 4 * i + 3);
  return PNG.sync.write(png);
}
