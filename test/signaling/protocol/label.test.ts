import { expect, it } from "vitest";
import { clientMessageSchema, serverMessageSchema } from "../../../shared/signaling/protocol/messages.ts";
import { helloOf } from "../room/room-harness.ts";

const isTaken = (label: string): boolean => {
  const member = { peer: "a".repeat(16), label, seat: 0 };
  const said = clientMessageSchema.safeParse({ ...helloOf(0), label }).success;
  expect(serverMessageSchema.safeParse({ kind: "paused", by: member }).success).toBe(said);
  return said;
};

it("a label may have whatever people write", () => {
  for (const label of ["", "node on vm-7", "Tab · WebGPU", "Klasse 4b – Zoë", "教室", "👩‍🔬", "مختبر"])
    expect(isTaken(label)).toBe(true);
});

it("a label with NUL, another control character, one that turns the text behind it, or half a pair is refused", () => {
  for (const sign of ["\0", "\n", "\u001b[2J", "\u007f", "\u0085", "\u2028", "\u202e", "\u2066", "\ud800"])
    expect(isTaken(`a${sign}b`)).toBe(false);
});
