import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createFrameReader,
  cutFrames,
  FrameError,
  frameBytes,
  goodbyeFrame,
  wholeMessageBytes,
} from "../../shared/wire/frames.ts";

const limit = 200_000;

function framesOf(message: Uint8Array): Uint8Array[] {
  const cutter = cutFrames(message);
  const frames: Uint8Array[] = [];
  while (!cutter.done) frames.push(cutter.next());
  return frames;
}

function filled(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i += 1) bytes[i] = i * 7 + (i >> 8);
  return bytes;
}

const sizes = fc.oneof(
  fc.integer({ min: 1, max: 300 }),
  fc.integer({ min: wholeMessageBytes - 5, max: frameBytes + 5 }),
  fc.integer({ min: 1, max: limit }),
);

describe("frames", () => {
  it("give back every list of messages", () => {
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 6 }), (list) => {
        const reader = createFrameReader(limit);
        const got: Uint8Array[] = [];
        for (const size of list) {
          for (const frame of framesOf(filled(size))) {
            expect(frame.byteLength).toBeLessThanOrEqual(frameBytes);
            const event = reader.read(frame);
            if (event?.kind === "message") got.push(event.message);
          }
        }
        expect(got.length).toBe(list.length);
        got.forEach((message, i) => {
          expect(Buffer.compare(message, filled(list[i]!))).toBe(0);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("let short messages pass between the parts of a long one", () => {
    fc.assert(
      fc.property(fc.integer({ min: frameBytes, max: limit }), fc.array(fc.boolean(), { maxLength: 12 }), (size, pattern) => {
        const reader = createFrameReader(limit);
        const parts = framesOf(filled(size));
        let short = 0;
        let long: Uint8Array | undefined;
        for (let i = 0; i < parts.length; i += 1) {
          if (pattern[i]) {
            const [frame] = framesOf(filled(5 + i));
            const event = reader.read(frame!);
            expect(event?.kind === "message" && event.message.byteLength).toBe(5 + i);
            short += 1;
          }
          const event = reader.read(parts[i]!);
          if (event?.kind === "message") long = event.message;
        }
        expect(short).toBe(pattern.slice(0, parts.length).filter(Boolean).length);
        expect(Buffer.compare(long!, filled(size))).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("cost nothing for a message of one frame that begins with 4 or more, else a byte, and less than one in ten thousand for a long one", () => {
    for (let start = 0; start < 256; start += 1) {
      expect(framesOf(Uint8Array.of(start))).toEqual([start < 4 ? Uint8Array.of(0, start) : Uint8Array.of(start)]);
    }
    expect(framesOf(filled(wholeMessageBytes)).map((frame) => frame.byteLength)).toEqual([frameBytes]);
    expect(framesOf(filled(wholeMessageBytes).with(0, 4)).map((frame) => frame.byteLength)).toEqual([wholeMessageBytes]);
    const long = framesOf(filled(limit));
    const total = long.reduce((sum, frame) => sum + frame.byteLength, 0);
    expect(total - limit).toBe(long.length + 3);
    expect((total - limit) / limit).toBeLessThan(1e-4);
  });

  it("of random bytes are messages within the limit, a goodbye or a FrameError, and nothing else", () => {
    const frame = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .tuple(fc.integer({ min: 0, max: 4 }), fc.uint8Array({ maxLength: 12 }))
        .map(([kind, rest]) => Uint8Array.of(kind, ...rest)),
      sizes.map((size) => framesOf(filled(size))[0]!),
      sizes.map((size) => framesOf(filled(size)).at(-1)!),
      fc.constant(new Uint8Array(frameBytes).fill(2)),
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 20 }), (frames) => {
        const reader = createFrameReader(50_000);
        let bytes = 0;
        try {
          for (const one of frames) {
            bytes += one.byteLength;
            const event = reader.read(one);
            if (event?.kind !== "message") continue;
            expect(event.message.byteLength).toBeGreaterThan(0);
            expect(event.message.byteLength).toBeLessThanOrEqual(Math.min(50_000, bytes));
          }
        } catch (error) {
          expect(error).toBeInstanceOf(FrameError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["no byte at all", []],
    ["a message that needs no byte before it", [0, 4]],
    ["a whole message that is too long for one", new Array(frameBytes).fill(4)],
    ["an empty message", [0]],
    ["a part of nothing", [2, 1, 2]],
    ["a long message that is short", [1, 5, 1, 2, 3, 4, 5]],
    ["a length that is longer than allowed", [1, 255, 255, 255, 255, 7, 1]],
    ["a length without an end", [1, 255, 255, 255, 255, 255, 1]],
    ["a length in more bytes than it needs", [1, 128, 128, 130, 0, 1]],
    ["a length that is cut off", [1, 255]],
    ["a first part that does not fill its frame", [1, 128, 128, 2, 9]],
    ["a goodbye with something behind it", [3, 0]],
  ])("are refused with %s", (_, bytes) => {
    expect(() => createFrameReader(limit).read(Uint8Array.from(bytes))).toThrow(FrameError);
  });

  it("are refused when a second long message begins inside the first", () => {
    const reader = createFrameReader(limit);
    const [first] = framesOf(filled(100_000));
    reader.read(first!);
    expect(() => reader.read(first!)).toThrow(/the start of another/);
  });

  it("are refused when they are longer than the last part has to be", () => {
    const reader = createFrameReader(limit);
    const [first, last] = framesOf(filled(20_000));
    reader.read(first!);
    expect(() => reader.read(Uint8Array.of(...last!, 0))).toThrow(FrameError);
  });

  it("of an empty message are not made", () => {
    expect(() => cutFrames(new Uint8Array(0))).toThrow(RangeError);
  });

  it("say goodbye in one byte", () => {
    expect(goodbyeFrame().byteLength).toBe(1);
    expect(createFrameReader(limit).read(goodbyeFrame())).toEqual({ kind: "goodbye" });
  });
});
