import { describe, expect, it } from "vitest";
import { initialTexts, typeText } from "../../../client/page/landing/form-texts.ts";
import { readForm } from "../../../client/page/landing/read-form.ts";
import type { ConfigKey } from "../../../client/page/state/config-texts.ts";

const typed = (...steps: readonly (readonly [ConfigKey, string])[]) =>
  steps.reduce((form, [key, text]) => typeText(form, key, text), initialTexts).texts;

describe("the form for a room's settings", () => {
  it("deals the server's files by a partition that they can have, and drawn digits by writers again", () => {
    expect(typed(["data", "served"]).partition).toBe("iid");
    expect(readForm(typed(["data", "served"])).ok).toBe(true);
    expect(typed(["data", "served"], ["data", "drawn"])).toEqual(initialTexts.texts);
  });

  it("leaves a partition that somebody typed", () => {
    expect(typed(["partition", "shards(2)"], ["data", "served"], ["data", "drawn"]).partition).toBe("shards(2)");
    expect(typed(["data", "served"], ["partition", "iid"], ["data", "drawn"]).partition).toBe("iid");
  });

  it("deals as many partitions as peers that the run begins with, unless somebody typed how many", () => {
    expect(["2", "8", "many"].map((startAt) => typed(["startAt", startAt]).partitions)).toEqual(["4", "8", "4"]);
    expect(typed(["partitions", "3"], ["startAt", "8"]).partitions).toBe("3");
  });

  it("changes nothing but what is typed", () => {
    expect(typed(["rate", "0.1"])).toEqual({ ...initialTexts.texts, rate: "0.1" });
  });
});
