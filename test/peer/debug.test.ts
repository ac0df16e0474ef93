import { describe, expect, it } from "vitest";
import type { Version } from "../../shared/base/version.ts";
import type { Effect, InspectedMachines } from "../../shared/peer/step.ts";
import { readDebugNamespaces } from "../../shared/peer/trace/debug-namespaces.ts";
import { createDebug } from "../../shared/peer/trace/debug-text.ts";

const from = "ab12cd34ef56ab78";
const version: Version = [1, 1];
const events: readonly Effect[] = [
  { kind: "lost", peer: from },
  {
    kind: "deliver",
    from,
    message: { kind: "have", version, tip: { round: 7, version, hash: "0".repeat(32) }, observer: false },
    bytes: new Uint8Array(44),
  },
  { kind: "in-step", tip: { round: 7, version, hash: "0".repeat(32) } },
  { kind: "training-failed", round: 8, cause: new Error("no memory") },
  { kind: "begin" },
];

/** What is printed of these events. */
function printed(wanted: string): readonly string[] {
  const lines: string[] = [];
  const namespaces = readDebugNamespaces(wanted);
  const inspect = createDebug({ namespaces, label: "oak", now: () => 12_345.6, print: (line) => void lines.push(line) });
  for (const event of events) inspect(event, {} as InspectedMachines, 0);
  return lines;
}

describe("what a peer does is printed by namespace", () => {
  it("a line for each event of those that are asked for: when, whose, what", () => {
    expect(printed("links, sync")).toEqual([
      "   12.346 oak links lost: peer ab12cd",
      "   12.346 oak sync in-step: round 7 000000",
    ]);
    expect(printed("training")).toEqual([
      "   12.346 oak training training-failed: round 8, Error: no memory",
      "   12.346 oak training begin",
    ]);
    expect(printed("messages")).toEqual(["   12.346 oak messages deliver: from ab12cd, have, round 7 000000, 44 bytes"]);
  });

  it("* is all of them", () => {
    expect(printed("*")).toHaveLength(events.length);
  });

  it("a name that there is not is answered with the list", () => {
    expect(() => readDebugNamespaces("links,lniks")).toThrow(
      'expected some of signaling, links, membership, reduce, sync, snapshots, messages, training, or *, got "lniks"',
    );
  });
});
