import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runFault } from "../../client/tasks/run-problems.ts";
import { issueText } from "../../shared/base/issue-text.ts";
import { defaultConfig, runConfigSchema } from "../../shared/run/config.ts";
import { parseDealing } from "../../shared/run/dealing.ts";
import { clientMessageSchema } from "../../shared/signaling/protocol/messages.ts";

describe("a configuration is judged before its room is joined", () => {
  it.each([
    [{ partition: "dirichlet(0)" }, "partition: expected dirichlet(α) with α from 0.001 to 1000000, got "],
    [{ partition: "dirichlet(1e-300)" }, "partition: expected dirichlet(α) with α from 0.001 to 1000000, got "],
    [{ partition: `dirichlet(${"9".repeat(310)})` }, "partition: expected at most 40 characters, got "],
    [{ partition: "dirichlet(1e300)" }, "partition: expected dirichlet(α) with α from 0.001 to 1000000, got "],
    [{ partition: "dirichlet()" }, "partition: expected dirichlet(α) with α from 0.001 to 1000000, got "],
    [{ partition: "shards(1.5)" }, "partition: expected shards(n) with a whole n from 1 to 999, got "],
    [{ partition: "shards(20)", samples: 10 }, "partition: expected at most 10 shards a peer, as many as it has samples, got 20"],
    [
      { partition: "shards(2)", partitions: 4096, samples: 100_000 },
      "partition: expected at most 2000000 digits to be dealt, got 409600000",
    ],
    [{ outer: "sgd(0)" }, "outer: sgd: expected rate: a number from 0.000001 to 100, got 0"],
    [{ rate: 1e-300 }, "rate: expected at least 0.000001, got 1e-300"],
    [{ rate: Number.POSITIVE_INFINITY }, "rate: expected a number, got Infinity"],
    [{ rate: Number.NaN }, "rate: expected a number, got NaN"],
    [{ clip: 1e-300 }, "clip: expected 0 (off) or at least 0.000001, got 1e-300"],
    [{ scheme: "ef21-sgdm(topk(1%), eta=0)" }, "scheme: ef21-sgdm: expected eta: a number from 0.000001 to 1, got 0"],
    [{ scheme: "topk(1" }, 'scheme: expected "," or ")", got the end'],
    [{ rounds: 1.5 }, "rounds: expected a whole number, got 1.5"],
    [{ model: 7 }, "model: expected some text, got 7"],
    [{ augment: "blur" }, 'augment: expected none or crop-flip, got "blur"'],
    [{ task: "table", augment: "crop-flip" }, "augment: expected none: the task table has no pictures, got crop-flip"],
    [{ color: "red" }, 'expected only fields that there are, got "color"'],
  ])("%j", (fields, said) => {
    expect(runFault({ ...defaultConfig, ...fields })).toContain(said);
  });

  it("says nothing of one that can be trained by", () => {
    expect(runFault(defaultConfig)).toBeNull();
    expect(runFault({ ...defaultConfig, partition: "dirichlet(0.5)" })).toBeNull();
    expect(parseDealing("dirichlet(1e-2)")).toEqual({ kind: "dirichlet", alpha: 0.01 });
  });

  it("has no word of the schema library in any sentence", () => {
    const wrong = fc.anything({ maxDepth: 2 });
    const library = /Invalid|received|Unrecognized|Too (small|big)|union|discriminator/;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...Object.keys(defaultConfig), "x"), wrong), wrong, (config, room) => {
        for (const issue of runConfigSchema.safeParse(config).error?.issues ?? [])
          expect(issueText(issue, null)).toMatch(/^(?!.*(Invalid|received|Unrecognized|Too )).*expected /);
        const hello = { kind: "hello", protocol: 2, room, peer: "x", label: 1, description: config };
        for (const issue of clientMessageSchema.safeParse(hello).error?.issues ?? [])
          expect(issueText(issue, null)).not.toMatch(library);
      }),
    );
  });
});
