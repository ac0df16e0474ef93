import { expect, type Page } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { fragmentOf } from "../client/page/state/config-texts.ts";
import { createSignalingServer } from "../signaling-server/main.ts";
import { test } from "./support/page-test.ts";
import { untilRound } from "./support/tab.ts";

/** Small enough for several rounds a second on two cores. */
const config = configOf({ startAt: 2, partitions: 2, model: "softmax", samples: 40, localSteps: 1, batch: 8 });

test.describe.configure({ timeout: 60_000 });

const room = `/r/grove#${fragmentOf(config)}`;
const stateOf = (page: Page) => page.getByTestId("room-state");
const roundOf = async (page: Page): Promise<number> => Number(await page.getAttribute("html", "data-round"));
const untilPhase = (page: Page, phase: string) => expect(stateOf(page)).toHaveAttribute("data-phase", phase, { timeout: 30_000 });

/** Presses the Tab key until the element has the focus. */
async function tabTo(page: Page, testId: string): Promise<void> {
  const target = page.getByTestId(testId);
  for (let i = 0; i < 40; i += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`expected Tab to reach ${testId}, got to the end of the page`);
}

async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const { width, scrollable } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    scrollable: document.documentElement.scrollWidth,
  }));
  expect(scrollable).toBeLessThanOrEqual(width);
}

test("a room opened from the landing page trains with a second tab; both show one model, and either pauses both", async ({
  open,
}) => {
  const first = await open("/");
  await first.getByTestId("open-room").click();
  await untilPhase(first, "waiting");
  await expect(stateOf(first)).toHaveText(/open this link in another tab/);
  const second = await open(new URL(first.url()).pathname);
  for (const tab of [first, second]) {
    await untilRound(tab, 3);
    await expect(tab.getByTestId("backend")).toHaveAttribute("data-value", "wasm");
    await expect(tab.locator(".backend")).toContainText("this browser only has a software adapter for WebGPU");
  }

  for (const [tab, role] of [
    [first, "child"],
    [second, "parent"],
  ] as const) {
    const link = tab.getByTestId("link");
    await expect(link).toHaveAttribute("data-role", role);
    await expect(link.locator(".way")).toHaveText("direct");
    await expect(link.locator(".ping")).toHaveText(/^(< )?\d+\sms$/);
  }

  await second.getByTestId("pause").click();
  await Promise.all([untilPhase(first, "paused"), untilPhase(second, "paused")]);
  await expect.poll(async () => (await roundOf(first)) - (await roundOf(second))).toBe(0);
  const hash = await first.getAttribute("html", "data-hash");
  expect(hash).toMatch(/^[0-9a-f]{32}$/);
  for (const tab of [first, second]) await expect(tab.getByTestId("hash")).toHaveText(hash!.slice(0, 8));

  const paused = await roundOf(first);
  await first.getByTestId("start").click();
  await Promise.all([first, second].map((tab) => untilRound(tab, paused + 3)));
});

test("a keyboard is enough to open a room, to pause it and to leave it, and leaving ends the tab's worker", async ({ open }) => {
  const first = await open("/");
  await tabTo(first, "open-room");
  await first.keyboard.press("Enter");
  await untilPhase(first, "waiting");
  const second = await open(new URL(first.url()).pathname);
  await untilRound(first, 1);
  await tabTo(first, "pause");
  await first.keyboard.press("Enter");
  await untilPhase(second, "paused");

  await tabTo(first, "leave");
  await first.keyboard.press("Enter");
  await untilPhase(first, "left");
  await expect(first.getByRole("button", { name: "Join again" })).toBeFocused();
  await expect(second.getByTestId("members")).toHaveAttribute("data-value", "1");
  await expect.poll(() => first.workers().length).toBe(0);
});

test("a method chosen by keyboard from the list of all is what a room of two tabs trains with", async ({ open }) => {
  const first = await open("/");
  const scheme = first.getByLabel("Compression");
  await tabTo(first, "all-methods");
  await first.keyboard.press("Enter");
  await tabTo(first, "pick-ef21");
  await first.keyboard.press("Enter");
  await expect(scheme).toHaveValue("ef21(topk(1%))");
  await tabTo(first, "pick-randk");
  await first.keyboard.press("Enter");
  await expect(scheme).toHaveValue("ef21(randk(1%, seeded=1))");
  await expect(first.getByTestId("pick-randk")).toHaveAttribute("aria-pressed", "true");
  await expect(scheme).toHaveAccessibleDescription(/places drawn at random/);

  await first.getByTestId("open-room").click();
  const second = await open(new URL(first.url()).pathname);
  await untilRound(second, 2);
  await expect(second.locator(".summary")).toContainText("ef21(randk(1%, seeded=1))");
});

test("the form offers the server’s files where there are some, and asks for partitions where data is dealt", async ({
  open,
  page,
}) => {
  const drawing = await open("/");
  await drawing.getByText("More settings").click();
  await expect(drawing.getByLabel("Samples a peer")).toBeVisible();
  await expect(drawing.getByLabel("Data", { exact: true }).locator("option")).toHaveText([
    "drawn digits",
    "each member’s own files",
  ]);
  await expect(drawing.getByLabel("Number of partitions", { exact: true })).toHaveCount(0);
  await drawing.getByLabel("Partition").fill("shards(2)");
  await expect(drawing.getByLabel("Number of partitions", { exact: true })).toHaveValue("4");

  const serving = await createSignalingServer({ host: "127.0.0.1", port: 0, iceServers: [], dataFolder: "e2e" });
  try {
    await page.goto(serving.url);
    await page.getByLabel("Data", { exact: true }).selectOption("served");
    await page.getByText("More settings").click();
    await expect(page.getByLabel("Number of partitions", { exact: true })).toBeVisible();
  } finally {
    await serving.close();
  }
});

test("a scheme that is wrong is marked while it is typed, and no room is opened with it", async ({ open }) => {
  const page = await open("/");
  const scheme = page.getByLabel("Compression");
  await scheme.fill("ef14(tpok(1%))");
  await expect(page.locator(".place")).toHaveText("ef14(tpok(1%))\n     ^", { useInnerText: true });
  await expect(scheme).toHaveAccessibleDescription(/^At character 6: expected a method .*; did you mean topk\?$/);
  await page.getByTestId("open-room").click();
  await expect(page.getByRole("alert")).toHaveText("The room was not opened: see what is said under Compression.");
  await expect(scheme).toBeFocused();
  expect(new URL(page.url()).pathname).toBe("/");

  await scheme.fill("ef14(topk(1%))");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await page.getByTestId("open-room").click();
  await untilPhase(page, "waiting");
});

test("a setting that is wrong out of sight is brought into sight, and stays there when it is mended", async ({ open }) => {
  const page = await open("/");
  const more = page.getByText("More settings");
  const outer = page.getByRole("textbox", { name: "Outer optimizer" });
  await more.click();
  await outer.fill("adm(0.01)");
  await more.click();
  await expect(outer).toBeHidden();
  await page.getByTestId("open-room").click();
  await expect(outer).toBeFocused();
  await expect(outer).toHaveAccessibleDescription(/did you mean adam\?$/);

  await outer.press("ControlOrMeta+a");
  await page.keyboard.type("adam(0.01)");
  await expect(outer).toBeFocused();
  await expect(outer).toHaveAccessibleDescription(/^adam /);
});

test("nothing is wider than a telephone of 360 pixels", async ({ open }) => {
  const tabs = [await open("/"), await open(room), await open(room)];
  for (const tab of tabs) await tab.setViewportSize({ width: 360, height: 740 });
  await tabs[0]!.getByText("More settings").click();
  await tabs[0]!.getByTestId("all-methods").click();
  for (const list of await tabs[0]!.getByTestId("all-optimizers").all()) await list.click();
  await untilRound(tabs[1]!, 3);
  for (const tab of tabs) await expectNoSidewaysScroll(tab);
});

for (const [fragment, sentence] of [
  ["rate=fast", "This link has a setting that cannot be used: rate: expected a number, got “fast”."],
  ["data=served", /^This link has a setting that cannot be used: partition: expected iid.* got writers\.$/],
  ["scheme=ef14(tpok(1%25))", /^this configuration cannot be trained by: scheme: expected .*; did you mean topk\?$/],
] as const) {
  test(`a link with ${fragment} is refused in one sentence, with a way back`, async ({ open }) => {
    const page = await open(`/r/grove#${fragment}`);
    await expect(page.getByRole("alert")).toHaveText(sentence);
    await page.getByRole("link", { name: "Back to the start" }).click();
    await expect(page.getByTestId("open-room")).toBeVisible();
  });
}

test("a tab that asks for other settings than the room's is told which, its worker ends, the room goes on, and the tab may come in as the room is", async ({
  open,
}) => {
  const tabs = [await open(room), await open(room)];
  await untilRound(tabs[0]!, 1);
  const other = await open(`/r/grove#${fragmentOf({ ...config, rate: 0.1 })}`);
  await untilPhase(other, "refused");
  await expect(other.getByRole("alert")).toContainText("rate: the room has 0.3, this peer asked for 0.1");
  await expect(other.getByRole("link", { name: "Back to the start" })).toBeVisible();
  await expect.poll(() => other.workers().length).toBe(0);
  await untilRound(tabs[0]!, (await roundOf(tabs[0]!)) + 3);
  await expect(tabs[0]!.getByTestId("members")).toHaveAttribute("data-value", "2");
  await other.getByRole("link", { name: "Join with the room’s settings" }).click();
  await expect(tabs[0]!.getByTestId("members")).toHaveAttribute("data-value", "3");
});

test("a worker that fails is ended, and the page says so", async ({ open, expected }) => {
  const page = await open(room);
  await untilPhase(page, "waiting");
  expected.errors = /boom/;
  await page.workers()[0]!.evaluate(
    () =>
      void setTimeout(() => {
        throw new Error("boom");
      }),
  );
  await untilPhase(page, "refused");
  await expect(page.getByRole("alert")).toContainText("boom");
  await expect.poll(() => page.workers().length).toBe(0);
});

test("rounds go on over open channels when the signaling server is gone, and the page says so", async ({
  open,
  server,
  expected,
}) => {
  const tabs = [await open(room), await open(room)];
  await Promise.all(tabs.map((tab) => untilRound(tab, 2)));
  expected.errors = /\/socket\.io\//;
  await server.close();
  for (const tab of tabs) {
    await expect(stateOf(tab)).toHaveText(/Signaling server lost; rounds go on over open channels/);
    await expect(tab.getByTestId("pause")).toBeDisabled();
  }
  const lost = await roundOf(tabs[0]!);
  await Promise.all(tabs.map((tab) => untilRound(tab, lost + 5)));
});
