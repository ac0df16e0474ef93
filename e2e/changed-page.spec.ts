import { expect, type Page } from "@playwright/test";
import { configOf } from "../cli/support/config-options.ts";
import { fragmentOf } from "../client/page/state/config-texts.ts";
import { test } from "./support/page-test.ts";
import { untilRound } from "./support/tab.ts";

test.describe.configure({ timeout: 120_000 });

const config = configOf({ startAt: 2, partitions: 2, model: "softmax", samples: 40, localSteps: 1, batch: 8 });
const room = `/r/grove#${fragmentOf(config)}`;

/** Runs in the page, before its own code: replaces new text nodes by `<font>` elements, as Chrome's translation does. */
function translate(): void {
  const closed = "font, [translate=no], .notranslate, script, style, textarea";
  const visit = (node: Node): void => {
    if (!(node instanceof Text)) return void [...node.childNodes].forEach(visit);
    if (node.data.trim() === "" || node.parentElement?.closest(closed)) return;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = node.data.toUpperCase();
    outer.append(inner);
    node.replaceWith(outer);
  };
  const observer = new MutationObserver(() => {
    if (document.body !== null) visit(document.body);
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
}

/**
 * Runs in the page, before its own code: changes the page every 20 ms as extensions do. Adds elements, wraps texts and elements, and
 * removes texts.
 */
function meddle(): void {
  let seed = 20_240_917;
  const draw = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const strangers: Element[] = [];
  const stranger = (name: string): Element => {
    const made = document.createElement(name);
    strangers.push(made);
    // Extensions also remove their own elements; the content stays.
    const oldest = strangers.length > 60 ? strangers.shift() : undefined;
    oldest?.replaceWith(...oldest.childNodes);
    return made;
  };
  setInterval(() => {
    const targets = [...document.querySelectorAll("#copse *:not(svg *, .plot *)")].filter((each) => !strangers.includes(each));
    const target = targets[draw(targets.length)];
    if (target === undefined) return;
    const text = [...target.childNodes].find((node) => node instanceof Text);
    const deed = draw(4);
    if (deed === 0) target.before(stranger("grammar-hint"));
    else if (deed === 1) {
      const wrapper = stranger("div");
      target.replaceWith(wrapper);
      wrapper.append(target);
    } else if (deed === 2 && text !== undefined) {
      const mark = stranger("mark");
      text.replaceWith(mark);
      mark.append(text);
    } else text?.remove();
  }, 20);
}

declare global {
  /** Texts of the room's state since the last press of a button, the latest 200. */
  var statesShown: string[];
}

/** Runs in the page, before its own code: keeps what the room's state reads after each change of the page, before an extension's next deed. */
function keepStates(): void {
  globalThis.statesShown = [];
  const observer = new MutationObserver(() => {
    const text = document.querySelector("[data-testid=room-state]")?.textContent ?? "";
    if (text !== statesShown.at(-1)) statesShown.push(text);
    if (statesShown.length > 200) statesShown.shift();
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true });
}

const textOf = (page: Page, testId: string) => page.getByTestId(testId).textContent();
const shownRound = async (page: Page): Promise<number> => Number(await textOf(page, "round"));
const phaseOf = (page: Page) => page.getByTestId("room-state").getAttribute("data-phase");
const legendOf = (page: Page) => page.locator(".legend").first().textContent();
/** Presses a button even if another element covers or moves it. */
const press = (page: Page, testId: string) =>
  page.getByTestId(testId).evaluate((button: HTMLButtonElement) => {
    globalThis.statesShown = [];
    button.click();
  });

/** The page still works: its rounds, the words of its state and its charts change, and its buttons act. */
async function expectLife(page: Page, words: { readonly training: RegExp; readonly paused: RegExp; readonly left: RegExp }) {
  // A word that is taken away is back when the words change: at any later moment it may be away again.
  const states = () => page.evaluate(() => statesShown.join("\n"));
  await untilRound(page, 1);
  await expect.poll(states).toMatch(words.training);
  const [round, legend] = [await shownRound(page), await legendOf(page)];
  await expect.poll(() => shownRound(page)).toBeGreaterThan(round + 3);
  await expect.poll(() => legendOf(page)).not.toBe(legend);
  await expect(page.locator(".plot canvas").first()).toBeVisible();
  await expect(page.locator(".tree .node text").first()).toHaveText(/^\d$/);
  await press(page, "pause");
  await expect.poll(() => phaseOf(page), { timeout: 20_000 }).toBe("paused");
  await expect.poll(states).toMatch(words.paused);
  await press(page, "start");
  await expect.poll(states).toMatch(words.training);
  await press(page, "leave");
  await expect.poll(states).toMatch(words.left);
}

test("a page that the browser translates shows what goes on, in the reader's language, from the form to leaving", async ({
  context,
  open,
}) => {
  const other = await open(room);
  await context.addInitScript(keepStates);
  await context.addInitScript(translate);
  const page = await open("/");
  await expect(page.getByTestId("open-room")).toHaveText("OPEN THE ROOM");
  await page.getByLabel("COMPRESSION").fill("ef14(tpok(1%))");
  await expect(page.locator("#setting-scheme-note")).toContainText("DID YOU MEAN TOPK?");
  await page.getByLabel("COMPRESSION").fill("ef14(topk(1%))");
  await expect(page.locator("#setting-scheme-note")).toContainText("LARGEST");

  await page.goto(other.url());
  await expectLife(page, {
    training: /^TRAINING ROUND \d+$/m,
    paused: /^PAUSED/m,
    left: /^YOU HAVE LEFT THE ROOM$/m,
  });
});

test("a page that extensions change shows what goes on, whatever they put in, wrap or take away", async ({ context, open }) => {
  await open(room);
  await context.addInitScript(keepStates);
  await context.addInitScript(meddle);
  const page = await open(room);
  await expectLife(page, { training: /Training round/, paused: /Paused/, left: /You have left/ });
});
