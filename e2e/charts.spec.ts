import { expect } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { fragmentOf } from "../client/page/state/config-texts.ts";
import { test } from "./support/page-test.ts";
import { untilRound } from "./support/tab.ts";

declare global {
  interface Window {
    /** Installed by the test: each text that was drawn, with its left and right end in pixels of its canvas. */
    drawnTexts?: { readonly text: string; readonly left: number; readonly right: number }[];
  }
}

/** Runs in the page, before its own code. */
function watchTexts(): void {
  const drawn: NonNullable<Window["drawnTexts"]> = [];
  window.drawnTexts = drawn;
  const draw = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
    const box = this.measureText(text);
    const corners = [-box.actualBoundingBoxLeft, box.actualBoundingBoxRight].flatMap((dx) =>
      [-box.actualBoundingBoxAscent, box.actualBoundingBoxDescent].map((dy) => new DOMPoint(x + dx, y + dy)),
    );
    const places = corners.map((corner) => this.getTransform().transformPoint(corner).x);
    drawn.push({ text, left: Math.min(...places), right: Math.max(...places) });
    draw.call(this, text, x, y, ...more);
  };
}

test("the numbers of a chart’s axis lie beside its title, however long they are", async ({ context, open }) => {
  test.setTimeout(60_000);
  await context.addInitScript(watchTexts);
  const diverging = configOf({
    startAt: 1,
    model: "softmax",
    samples: 40,
    localSteps: 4,
    batch: 8,
    rate: 100,
    outer: "sgd(100)",
  });
  const page = await open(`/r/grove#${fragmentOf(diverging)}`);
  await untilRound(page, 5);
  const lastAxis = (): Promise<NonNullable<Window["drawnTexts"]>> =>
    page.evaluate(() => {
      const drawn = window.drawnTexts ?? [];
      const from = drawn.findLastIndex(({ text }) => text === "loss");
      const next = drawn.findIndex(({ text }, i) => i > from && /^\p{L}+$/u.test(text));
      return from < 0 ? [] : drawn.slice(from, next < 0 ? undefined : next);
    });
  // The widest that an axis was once made for has four digits.
  await expect.poll(async () => Math.max(...(await lastAxis()).map(({ text }) => text.length))).toBeGreaterThan(6);
  const [title, ...numbers] = await lastAxis();
  expect(numbers.length).toBeGreaterThan(2);
  for (const { text, left } of numbers) expect(left, text).toBeGreaterThanOrEqual(title!.right);
});
