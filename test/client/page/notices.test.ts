import { describe, expect, it } from "vitest";
import { addNotice, type Notice, noticeLimit } from "../../../client/page/state/notices.ts";

const said = (texts: readonly string[]): readonly Notice[] =>
  texts.reduce<readonly Notice[]>((notices, text) => addNotice(notices, text), []);

describe("notices", () => {
  it("count up and move to the end instead of repeating", () => {
    const notices = said(["a", "b", "a"]);
    expect(notices.map(({ text, times }) => [text, times])).toEqual([
      ["b", 1],
      ["a", 2],
    ]);
  });

  it("are bounded, the oldest going first, and never share an id", () => {
    const texts = Array.from({ length: 3 * noticeLimit }, (_, i) => String(i));
    const notices = said(texts);
    expect(notices.map(({ text }) => text)).toEqual(texts.slice(-noticeLimit));
    expect(new Set(notices.map(({ id }) => id)).size).toBe(noticeLimit);
  });
});
