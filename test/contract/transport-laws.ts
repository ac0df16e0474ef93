import { seeded } from "../../shared/base/random.ts";
import { LinkError, type Links, type LinkTraffic, type PeerId } from "../../shared/base/transport.ts";
import { expect, type Law, rejection, type Subject } from "./law.ts";
import { type Recorder, recorderOf } from "./recorder.ts";

/** A place where links can be made: memory, Node, a browser. */
export interface TestNetwork extends Subject {
  /** New links, whose signals go nowhere yet. They take messages of at most `largestBytes`. */
  join(peer: PeerId, options?: { readonly openTimeoutMs?: number }): Promise<Links>;
}

/** What every test network allows in one message. */
export const largestBytes = 8_000_000;

const low: PeerId = "0000000000000001";
const high: PeerId = "f000000000000002";

interface Side {
  readonly links: Links;
  readonly seen: Recorder;
}

function relay(from: Links, to: Links): () => void {
  return from.onSignal((peer, data) => {
    if (peer === to.self) to.signal(from.self, data);
  });
}

async function twoSides(network: TestNetwork): Promise<{ a: Side; b: Side }> {
  const a = await network.join(low);
  const b = await network.join(high);
  relay(a, b);
  relay(b, a);
  return { a: { links: a, seen: recorderOf(a) }, b: { links: b, seen: recorderOf(b) } };
}

async function opened(network: TestNetwork, ...sides: readonly Side[]): Promise<void> {
  for (const { seen } of sides) await network.wait(seen.until(() => seen.opens.length > 0));
}

async function linked(network: TestNetwork): Promise<{ a: Side; b: Side }> {
  const { a, b } = await twoSides(network);
  a.links.dial(high, true);
  b.links.dial(low, false);
  await opened(network, a, b);
  return { a, b };
}

/** Messages are checked byte by byte against what their seed gives. */
function message(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const rng = seeded(seed, "message");
  const start = rng.integer(256);
  const step = 2 * rng.integer(128) + 1;
  for (let i = 0; i < size; i += 1) bytes[i] = start + step * i + (i >> 13);
  return bytes;
}

function expectBytes(got: Uint8Array | undefined, expected: Uint8Array): void {
  expect(got?.byteLength === expected.byteLength, `${expected.byteLength} bytes`, got?.byteLength);
  for (let i = 0; i < expected.byteLength; i += 1) expect(got[i] === expected[i], `the byte sent at ${i}`, got[i]);
}

async function expectLinkError(network: TestNetwork, promise: Promise<void>): Promise<void> {
  const error = await network.wait(rejection(promise));
  expect(error instanceof LinkError, "a LinkError", error);
}

export const transportLaws: readonly Law<TestNetwork>[] = [
  {
    name: "messages of one frame arrive whole, once and in order, in both directions at once",
    async run(network) {
      const { a, b } = await linked(network);
      const rng = seeded(7, "sizes");
      const sizes = Array.from({ length: 200 }, (_, i) => (i === 0 ? 1 : i === 1 ? 16_383 : 1 + rng.integer(4_000)));
      const sends = sizes.flatMap((size, i) => [
        a.links.send(high, message(size, i)),
        b.links.send(low, message(size, 1_000 + i)),
      ]);
      await network.wait(Promise.all(sends));
      for (const [side, from, seed] of [
        [a, high, 1_000],
        [b, low, 0],
      ] as const) {
        await network.wait(side.seen.until(() => side.seen.messages.length >= sizes.length));
        expect(side.seen.messages.length === sizes.length, `${sizes.length} messages`, side.seen.messages.length);
        side.seen.messages.forEach((got, i) => {
          expect(got.from === from, `a message from ${from}`, got.from);
          expectBytes(got.bytes, message(sizes[i]!, seed + i));
        });
      }
    },
  },
  {
    name: "long messages arrive intact and in order among themselves",
    async run(network) {
      const { a, b } = await linked(network);
      const sizes = [16_384, 5_000_000, 16_385, 200_000];
      await network.wait(Promise.all(sizes.map((size, i) => a.links.send(high, message(size, i)))));
      await network.wait(b.seen.until(() => b.seen.messages.length >= sizes.length));
      sizes.forEach((size, i) => {
        expectBytes(b.seen.messages[i]?.bytes, message(size, i));
      });
    },
  },
  {
    name: "a message of one frame overtakes a long one under way",
    async run(network) {
      const { a, b } = await linked(network);
      const sends = [a.links.send(high, message(5_000_000, 1)), a.links.send(high, message(100, 2))];
      await network.wait(Promise.all(sends));
      await network.wait(b.seen.until(() => b.seen.messages.length === 2));
      expectBytes(b.seen.messages[0]?.bytes, message(100, 2));
      expectBytes(b.seen.messages[1]?.bytes, message(5_000_000, 1));
    },
  },
  {
    name: "a message owns its buffer, which begins with it",
    async run(network) {
      const { a, b } = await linked(network);
      await network.wait(a.links.send(high, message(1_000, 1).subarray(10)));
      await network.wait(b.seen.until(() => b.seen.messages.length === 1));
      const { bytes } = b.seen.messages[0]!;
      expectBytes(bytes, message(1_000, 1).subarray(10));
      expect(bytes.byteOffset === 0 && bytes.buffer.byteLength === 990, "a buffer of 990 bytes", bytes.buffer.byteLength);
    },
  },
  {
    name: "a message to a stranger is refused with a LinkError",
    async run(network) {
      const { a } = await twoSides(network);
      await expectLinkError(network, a.links.send(high, message(10, 1)));
    },
  },
  {
    name: "a message to a peer that is still being dialled is refused with a LinkError",
    async run(network) {
      const { a } = await twoSides(network);
      a.links.dial(high, true);
      await expectLinkError(network, a.links.send(high, message(10, 1)));
    },
  },
  {
    name: "an empty message and one over the limit are refused as the caller's mistake",
    async run(network) {
      const { a } = await linked(network);
      for (const size of [0, largestBytes + 1]) {
        const error = await network.wait(rejection(a.links.send(high, new Uint8Array(size))));
        expect(error instanceof RangeError, `a RangeError for ${size} bytes`, error);
      }
    },
  },
  {
    name: "who hangs up is told nothing, the other side is told that the link was closed, and both may dial again",
    async run(network) {
      const { a, b } = await linked(network);
      a.links.hangUp(high);
      await network.wait(b.seen.until(() => b.seen.losses.length > 0));
      expect(b.seen.losses[0]?.loss.kind === "closed", "a closed link", b.seen.losses[0]?.loss.kind);
      await expectLinkError(network, a.links.send(high, message(10, 1)));
      await expectLinkError(network, b.links.send(low, message(10, 1)));
      b.links.dial(low, true);
      a.links.dial(high, false);
      await network.wait(a.seen.until(() => a.seen.opens.length === 2));
      await network.wait(a.links.send(high, message(10, 3)));
      await network.wait(b.seen.until(() => b.seen.messages.length === 1));
      expect(a.seen.losses.length === 0, "no loss where the hang-up was", a.seen.losses.length);
      expect(b.seen.losses.length === 1, "one loss at the other side", b.seen.losses.length);
    },
  },
  {
    name: "what was handed over before a hang-up arrives before the loss is told",
    async run(network) {
      const { a, b } = await linked(network);
      await network.wait(a.links.send(high, message(600_000, 1)));
      a.links.hangUp(high);
      await network.wait(b.seen.until(() => b.seen.losses.length > 0));
      expectBytes(b.seen.messages[0]?.bytes, message(600_000, 1));
    },
  },
  {
    name: "closing rejects what waits, tells the other side, and may be done twice",
    async run(network) {
      const { a, b } = await linked(network);
      const rejections = [1, 2].map((seed) => rejection(a.links.send(high, message(5_000_000, seed))));
      a.links.close();
      for (const error of await network.wait(Promise.all(rejections))) {
        expect(error instanceof LinkError, "a LinkError for what waited", error);
      }
      a.links.close();
      await expectLinkError(network, a.links.send(high, message(10, 1)));
      await network.wait(b.seen.until(() => b.seen.losses.length === 1));
      expect(b.seen.losses[0]?.loss.kind === "closed", "a closed link", b.seen.losses[0]?.loss.kind);
      expect(a.seen.losses.length === 0, "no loss where it was closed", a.seen.losses.length);
    },
  },
  {
    name: "messages that come before a listener are given to the first one, in order",
    async run(network) {
      const a = await network.join(low);
      const b = await network.join(high);
      relay(a, b);
      relay(b, a);
      const sides = [a, b].map((links) => ({ links, seen: recorderOf(links, { messages: false }) }));
      a.dial(high, true);
      b.dial(low, false);
      await opened(network, ...sides);
      for (const seed of [1, 2, 3]) await network.wait(a.send(high, message(50, seed)));
      a.hangUp(high);
      const [, seen] = sides.map((side) => side.seen);
      await network.wait(seen!.until(() => seen!.losses.length === 1));
      const late = recorderOf(b);
      await network.wait(late.until(() => late.messages.length === 3));
      late.messages.forEach((got, i) => {
        expectBytes(got.bytes, message(50, i + 1));
      });
    },
  },
  {
    name: "a link that is never answered is lost as unopened, with a reason, at both sides",
    async run(network) {
      const a = await network.join(low, { openTimeoutMs: 200 });
      const b = await network.join(high, { openTimeoutMs: 200 });
      const sides = [recorderOf(a), recorderOf(b)];
      a.dial(high, true);
      b.dial(low, false);
      for (const seen of sides) {
        await network.wait(seen.until(() => seen.losses.length > 0));
        const { kind, reason } = seen.losses[0]!.loss;
        expect(kind === "unopened", "an unopened link", kind);
        expect(reason.length > 20 && reason.length <= 300, "a reason of 20 to 300 characters", reason);
      }
    },
  },
  {
    name: "two sides that both make an offer get one link, and no loss",
    async run(network) {
      const { a, b } = await twoSides(network);
      a.links.dial(high, true);
      b.links.dial(low, true);
      await opened(network, a, b);
      await network.wait(Promise.all([a.links.send(high, message(9, 1)), b.links.send(low, message(9, 2))]));
      await network.wait(a.seen.until(() => a.seen.messages.length === 1));
      await network.wait(b.seen.until(() => b.seen.messages.length === 1));
      for (const { links, seen } of [a, b]) {
        expect((await network.wait(links.traffic())).length === 1, "one link");
        expect(seen.opens.length === 1 && seen.losses.length === 0, "one opening and no loss", seen.losses[0]?.loss.reason);
      }
    },
  },
  {
    name: "an offer that comes before the dial is answered once the peer is dialled",
    async run(network) {
      const { a, b } = await twoSides(network);
      const signals = counted(a.links);
      a.links.dial(high, true);
      await network.wait(signals);
      b.links.dial(low, false);
      await opened(network, a, b);
    },
  },
  {
    name: "dialling a peer again changes nothing",
    async run(network) {
      const { a, b } = await linked(network);
      a.links.dial(high, true);
      b.links.dial(low, true);
      await network.wait(a.links.send(high, message(9, 1)));
      await network.wait(b.seen.until(() => b.seen.messages.length === 1));
      expect(a.seen.opens.length === 1 && b.seen.opens.length === 1, "one opening a side");
    },
  },
  {
    name: "signals that are no signals do no harm",
    async run(network) {
      const { a, b } = await twoSides(network);
      const wrong = [
        "",
        "{",
        "null",
        "7",
        '{"session":1}',
        '{"session":1,"from":"initiator","first":true,"data":{}}',
        "x".repeat(50_000),
      ];
      for (const text of wrong) b.links.signal(low, text);
      a.links.dial(high, true);
      b.links.dial(low, false);
      await network.wait(
        Promise.race([b.seen.until(() => b.seen.losses.length > 0), b.seen.until(() => b.seen.opens.length > 0)]),
      );
      if (b.seen.losses.length > 0) {
        a.links.hangUp(high);
        b.links.dial(low, false);
        a.links.dial(high, true);
      }
      await opened(network, a, b);
      for (const text of wrong) b.links.signal(low, text);
      await network.wait(a.links.send(high, message(9, 1)));
      await network.wait(b.seen.until(() => b.seen.messages.length === 1));
    },
  },
  {
    name: "a listener that was taken off hears nothing more",
    async run(network) {
      const { a, b } = await linked(network);
      let heard = 0;
      const off = b.links.onMessage(() => {
        heard += 1;
      });
      await network.wait(a.links.send(high, message(9, 1)));
      await network.wait(b.seen.until(() => b.seen.messages.length === 1));
      off();
      await network.wait(a.links.send(high, message(9, 2)));
      await network.wait(b.seen.until(() => b.seen.messages.length === 2));
      expect(heard === 1, "one message heard", heard);
    },
  },
  {
    name: "both sides count the same bytes: the messages and at most two bytes a frame",
    async run(network) {
      const { a, b } = await linked(network);
      const sizes = [1, 16_383, 100_000];
      await network.wait(Promise.all(sizes.map((size, i) => a.links.send(high, message(size, i)))));
      await network.wait(b.seen.until(() => b.seen.messages.length === sizes.length));
      const [sender] = await network.wait(a.links.traffic());
      const [receiver] = await network.wait(b.links.traffic());
      const frames = 2 + 7;
      const header = (sender?.sent ?? 0) - 116_384;
      expect(header > 0 && header <= 2 * frames, `1 to ${2 * frames} bytes of headers`, header);
      expect(receiver?.received === sender?.sent, `${sender?.sent} bytes received`, receiver?.received);
      expect(sender?.peer === high && sender.open && sender.received === 0, "an open link to the other side, nothing received");
      // The stack's own counts are kept for some 50 ms before they are taken anew: they may be from amidst the messages.
      for (let latest = sender; behind(latest, sender.sent); ) {
        expect((latest.statsSent ?? 0) <= sender.sent, `at most ${sender.sent} in the stack's count`, latest.statsSent);
        latest = (await network.wait(a.links.traffic()))[0]!;
      }
    },
  },
];

/** Whether the stack has not counted so many bytes in the channel yet, and more than that on the wire. */
function behind({ statsSent, wireSent }: LinkTraffic, sent: number): boolean {
  return (statsSent !== null && statsSent !== sent) || (wireSent !== null && wireSent <= sent);
}

/** Resolves when a signal was given out. */
function counted(links: Links): Promise<void> {
  return new Promise((resolve) => {
    links.onSignal(() => resolve());
  });
}
