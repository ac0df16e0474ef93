import { describe, expect, it } from "vitest";
import { addNotice, type Notice, noticeLimit } from "../../../client/browser/notices.ts";

describe("notices", () => {
  it("count up and move to the end instead of repeating", () => {
    const notices = ["a", "b", "a"].reduce<readonly Notice[]>(addNotice, []);
    expect(notices.map(({ text, times }) => [text, times])).toEqual([
      ["b", 1],
      ["a", 2],
    ]);
  });

  it("are bounded, the oldest going first, and never share an id", () => {
    const texts = Array.from({ length: 3 * noticeLimit }, (_, i) => String(i));
    const notices = texts.reduce<readonly Notice[]>(addNotice, []);
    expect(notices.map(({ text }) => text)).toEqual(texts.slice(-noticeLimit));
    expect(new Set(notices.map(({ id }) => id)).size).toBe(noticeLimit);
  });
});
