import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { configText, defaultConfig } from "../../shared/run/config.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { sparseUpdate } from "../../shared/vector/update.ts";
import { createCodec } from "../../shared/wire/message-code.ts";
import type { PeerMessage } from "../../shared/wire/messages.ts";

const page = readFileSync(new URL("../../PROTOCOL.md", import.meta.url), "utf8");
const previous = /h₁ = `([0-9a-f]{32})`/.exec(page)![1]!;

/** The bytes of an annotated sample: on each line, the hexadecimal pairs before its comment. */
function bytesAfter(heading: string): string[] {
  const block = page.slice(page.indexOf(heading)).split("```")[1]!;
  return block.split("\n").flatMap((line) => {
    const words = line.split(/\s+/).filter((word) => word !== "");
    const end = words.findIndex((word) => !/^[0-9a-f]{2}$/.test(word));
    return words.slice(0, end < 0 ? words.length : end);
  });
}

function hex(message: PeerMessage): string[] {
  return [...createCodec("heap", 10).encode(message)].map((byte) => byte.toString(16).padStart(2, "0"));
}

describe("PROTOCOL.md", () => {
  it("shows the text of the default configuration, and its hash", async () => {
    const hasher = await createHasher();
    const [, text, hash] = /```\n(\{"protocol".*\})\n```\n\nand its digest `([0-9a-f]{32})`/.exec(page)!;
    expect(text).toBe(configText(defaultConfig));
    expect(hash).toBe(hasher(configText(defaultConfig)));
  });

  it("shows a have as the encoder writes it", () => {
    const tip = { round: 1, version: [1000, 2], hash: previous } as const;
    expect(bytesAfter("A `have` of a member")).toEqual(
      hex({ kind: "have", version: [1000, 3], tip: { ...tip, version: [1000, 2] }, observer: false }),
    );
  });

  it("shows an up as the encoder writes it", () => {
    const metrics = { samples: 320, tested: 400, sums: [200.5, 350], trainingLoss: 96, trainingMs: 250 };
    const sum = sparseUpdate(10, Uint32Array.of(0, 2, 9), Float32Array.of(1.5, -0.5, 2));
    const part = { contributors: contributorsOf(5, [1, 3]), weight: 320, metrics, sum };
    expect(bytesAfter("An `up` of the peer")).toEqual(
      hex({ kind: "up", version: [1000, 3], round: 2, previous, phase: 0, complete: true, part }),
    );
  });
});
