import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { decodeCheckpoint, type Expected, encodeCheckpoint } from "../../shared/checkpoint/checkpoint-code.ts";
import { createCheckpointKeeper } from "../../shared/checkpoint/checkpoint-keeper.ts";
import { loadCheckpoint } from "../../shared/checkpoint/load-checkpoint.ts";
import { methods } from "../../shared/compress/registry.ts";
import { type Checkpoint, CheckpointError, type CheckpointStore } from "../../shared/replica/checkpoint.ts";
import { chainHash } from "../../shared/replica/replica.ts";
import { defaultConfig, type RunConfig } from "../../shared/run/config.ts";
import { runScheme } from "../../shared/run/run-scheme.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { contributorsOf } from "../../shared/tree/contributors.ts";
import { type State, sparseUpdate } from "../../shared/vector/update.ts";

const hasher = await createHasher();
const layout = layoutOf([
  { name: "kernel", shape: [6, 5] },
  { name: "bias", shape: [5] },
]);
const of = { room: "grove", config: defaultConfig } as const;

function noise(state: State, seed: number): State {
  const rng = seeded(seed, "noise");
  return Object.fromEntries(
    Object.entries(state).map(([slot, value]) => [
      slot,
      typeof value === "number" ? rng.uniform() : value.map(() => Math.fround(rng.normal())),
    ]),
  );
}

/** A checkpoint after round 7, of a peer of some scheme that has one undo record. */
function checkpointOf(scheme = defaultConfig.scheme, seed = 1): Checkpoint {
  const config = { ...defaultConfig, scheme };
  const { local, replicated: first } = runScheme(config).init(layout);
  const parameters = noise({ x: new Float32Array(layout.length) }, seed)["x"] as Float32Array;
  const replicated = noise(first, seed + 1);
  const previous = "5".repeat(32);
  const contributors = contributorsOf(4, [0, 2]);
  const hash = chainHash({ previous, round: 7, contributors }, parameters, replicated, hasher);
  const version = [9, 4] as const;
  const delivered = sparseUpdate(layout.length, Uint32Array.of(2, 11), Float32Array.of(0.5, -3));
  return {
    room: "grove",
    config,
    schema: "",
    session: "secret",
    seat: 3,
    members: 4,
    version: [9, 5],
    tip: { round: 7, version: [...version], hash },
    previous,
    headers: [{ round: 7, version, contributors, hash, previous }],
    parameters,
    replicated,
    residual: {
      local: noise(local, seed + 2),
      open: seed % 2 === 0 ? null : parameters.map((value) => -value),
      undoLog: [
        { round: 7, previous, version, position: 2, delivered },
        { round: 8, previous: hash, version: [9, 5], position: null, delivered },
      ],
    },
  };
}

/** The bytes of a checkpoint but for its last 16, and their checksum. */
function withChecksum(body: Uint8Array): Uint8Array {
  const sum = Uint8Array.from(hasher(body).match(/../g)!, (digits) => Number.parseInt(digits, 16));
  return Uint8Array.of(...body, ...sum);
}

/** A checkpoint of the former format: its residual lay in the slot `memory`. */
function ofFormat1(): Uint8Array {
  const body = encodeCheckpoint(checkpointOf(), hasher).slice(0, -16);
  body[5] = 1;
  return withChecksum(body);
}

/** A checkpoint whose configuration names a setting as it was named once. The text stays as long, for its length stands before it. */
function withFormerSetting(name: keyof RunConfig, former: string): Uint8Array {
  const bytes = encodeCheckpoint(checkpointOf(), hasher).slice(0, -16);
  const text = Buffer.from(bytes).toString("latin1");
  const renamed = text.replace(`"${name}":`, `"${former}":`.padEnd(name.length + 3));
  return withChecksum(Buffer.from(renamed, "latin1"));
}

/** A store in memory that fails when told to. */
function storeOf(content: Uint8Array | null) {
  const state = { content, fails: false, saves: 0, aside: [] as Uint8Array[] };
  const store: CheckpointStore = {
    load: async () => state.content,
    async save(bytes) {
      state.saves += 1;
      if (state.fails) throw new Error("the disk is full");
      state.content = bytes;
    },
    async setAside() {
      if (state.fails) throw new Error("the disk is full");
      state.aside.push(state.content!);
      state.content = null;
      return "as grove.aside-1";
    },
    async takeBack(isUsable) {
      const at = state.aside.findLastIndex(isUsable);
      if (at >= 0) state.content = state.aside.splice(at, 1)[0]!;
      return at >= 0;
    },
  };
  return { store, state };
}

describe("a checkpoint", () => {
  it.each(methods.map(({ example, kind }) => (kind === "quantizer" || kind === "compressor" ? `ef14(${example})` : example)))(
    "of %s is read as it was written",
    (scheme) => {
      const whole = checkpointOf(scheme);
      for (const checkpoint of [whole, { ...whole, residual: null }, checkpointOf(scheme, 2)]) {
        const bytes = encodeCheckpoint(checkpoint, hasher);
        expect(decodeCheckpoint(bytes, { room: "grove", config: null }, hasher)).toEqual(checkpoint);
      }
    },
  );

  it("has the room's names in any script, and a schema that is longer than the run's text", () => {
    const inText = { ...checkpointOf(), config: { ...defaultConfig, schema: `{"классы":"${"€".repeat(1_900)}"}` } };
    expect(decodeCheckpoint(encodeCheckpoint(inText, hasher), { room: "grove", config: inText.config }, hasher)).toEqual(inText);
    const schema = `{"столбцы":"${"å".repeat(100_000)}"}`;
    const long = { ...checkpointOf(), config: { ...defaultConfig, schema: hasher(schema) }, schema };
    expect(decodeCheckpoint(encodeCheckpoint(long, hasher), { room: "grove", config: long.config }, hasher)).toEqual(long);
    const other = encodeCheckpoint({ ...long, schema: "{}" }, hasher);
    expect(() => decodeCheckpoint(other, { room: "grove", config: null }, hasher)).toThrow(
      /expected the schema [0-9a-f]{32}, got another$/,
    );
  });

  it("is read as it was written from a part of a larger buffer, as files come in Node", () => {
    const checkpoint = checkpointOf();
    const bytes = Buffer.concat([Buffer.alloc(5, 1), encodeCheckpoint(checkpoint, hasher)]);
    expect(decodeCheckpoint(bytes.subarray(5), of, hasher)).toEqual(checkpoint);
  });

  it("that is cut off anywhere, or has a byte that is wrong, is refused", () => {
    const bytes = encodeCheckpoint(checkpointOf(), hasher);
    for (let length = 0; length < bytes.length; length += 1) {
      expect(() => decodeCheckpoint(bytes.subarray(0, length), of, hasher)).toThrow(CheckpointError);
    }
    for (let at = 0; at < bytes.length; at += 1) {
      const wrong = bytes.slice();
      wrong[at]! ^= 1 << (at % 8);
      expect(() => decodeCheckpoint(wrong, of, hasher)).toThrow(CheckpointError);
    }
  });

  it("whose bytes are right for their checksum and else anything is refused, or is one", () => {
    const bytes = encodeCheckpoint(checkpointOf(), hasher);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(bytes.length - 17), fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const body = bytes.slice(0, -16);
        for (const [at, byte] of changes) body[at] = byte;
        try {
          decodeCheckpoint(withChecksum(body), of, hasher);
        } catch (cause) {
          expect(cause).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("of another room, of another configuration, or of a model that is not its tip's is refused with both", () => {
    const checkpoint = checkpointOf();
    const bytes = encodeCheckpoint(checkpoint, hasher);
    expect(() => decodeCheckpoint(bytes, { ...of, room: "glade" }, hasher)).toThrow(
      "expected a checkpoint of room glade, got one of grove",
    );
    expect(() => decodeCheckpoint(bytes, { ...of, config: { ...defaultConfig, seed: 2 } }, hasher)).toThrow(/seed: .* 1, .* 2/);
    const lie = { ...checkpoint, parameters: checkpoint.parameters.map((value) => value + 1) };
    expect(() => decodeCheckpoint(encodeCheckpoint(lie, hasher), of, hasher)).toThrow(
      `expected a model with hash ${checkpoint.tip.hash}, got one with`,
    );
  });
});

describe("a peer that begins", () => {
  it("is the only one to begin with a residual", async () => {
    const { store } = storeOf(encodeCheckpoint(checkpointOf(), hasher));
    const first = await loadCheckpoint(store, of, hasher);
    const second = await loadCheckpoint(store, of, hasher);
    expect(first.checkpoint?.residual).not.toBeNull();
    expect(second.checkpoint).toEqual({ ...first.checkpoint, residual: null });
  });

  it("has no residual if it cannot be taken out of the store", async () => {
    const { store, state } = storeOf(encodeCheckpoint(checkpointOf(), hasher));
    state.fails = true;
    expect((await loadCheckpoint(store, of, hasher)).checkpoint?.residual).toBeNull();
  });

  it("begins without one where there is none", async () => {
    expect(await loadCheckpoint(storeOf(null).store, of, hasher)).toEqual({ checkpoint: null, problem: null, maySave: true });
  });

  it.each([
    ["cannot be read", new Uint8Array(40), of, "a checkpoint cannot be used: expected a checkpoint of format 4, got other bytes"],
    [
      "is of the former format",
      ofFormat1(),
      of,
      "a checkpoint cannot be used: expected a checkpoint of format 4, got one of format 1",
    ],
    ...(
      [
        ["partitions", "shares"],
        ["truncationResidual", "residual"],
      ] as const
    ).map(([name, former]): [string, Uint8Array, Expected, string] => [
      `has a setting ${former}, which is ${name} by now`,
      withFormerSetting(name, former),
      of,
      `a checkpoint cannot be used: expected a configuration that can be used; expected only fields that there are, got "${former}"`,
    ]),
    [
      "is of another configuration",
      encodeCheckpoint(checkpointOf(), hasher),
      { ...of, config: { ...defaultConfig, rate: 0.03 } },
      "expected a checkpoint of this configuration, got another: rate: the room has 0.3, this peer asked for 0.03",
    ],
    [
      "is of another room",
      encodeCheckpoint(checkpointOf(), hasher),
      { ...of, room: "glade" },
      "expected a checkpoint of room glade, got one of grove",
    ],
  ])("sets aside, whole and said, what %s", async (_what, bytes, expected, said) => {
    const { store, state } = storeOf(bytes);
    const { checkpoint, problem, maySave } = await loadCheckpoint(store, expected, hasher);
    expect({ checkpoint, maySave }).toEqual({ checkpoint: null, maySave: true });
    expect(problem).toBe(`${said}; it is kept as grove.aside-1; this peer begins without one`);
    expect(state).toMatchObject({ content: null, aside: [bytes] });
  });

  it("saves nothing in the place of what it can neither use nor set aside", async () => {
    const bytes = new Uint8Array(40);
    const { store, state } = storeOf(bytes);
    state.fails = true;
    const { maySave, problem } = await loadCheckpoint(store, of, hasher);
    expect(maySave).toBe(false);
    expect(problem).toMatch(
      /it cannot be set aside \(the disk is full\), so this peer begins without one and saves none in its place$/,
    );
  });

  it("that was started with a mistyped option once goes on from its run's checkpoint when it is started rightly", async () => {
    const { store, state } = storeOf(encodeCheckpoint(checkpointOf(), hasher));
    const mistyped = { ...of, config: { ...defaultConfig, rate: 0.03 } };
    await loadCheckpoint(store, mistyped, hasher);
    const other = encodeCheckpoint({ ...checkpointOf(), config: mistyped.config }, hasher);
    await store.save(other);
    const { checkpoint, problem } = await loadCheckpoint(store, of, hasher);
    expect(checkpoint).toEqual(checkpointOf());
    expect(problem).toMatch(/it is kept as grove.aside-1; this peer goes on from one that was set aside before$/);
    expect(state.aside).toEqual([other]);
  });

  it("that takes any configuration takes nothing back: it is let in as a newcomer", async () => {
    const { store } = storeOf(encodeCheckpoint(checkpointOf(), hasher));
    await store.setAside();
    expect((await loadCheckpoint(store, { ...of, config: null }, hasher)).checkpoint).toBeNull();
  });
});

describe("saving", () => {
  const clockOf = () => createVirtualClock(() => new Promise((resolve) => setImmediate(resolve)));

  it("is done every ten seconds at most, and one at a time", async () => {
    const clock = clockOf();
    const { store, state } = storeOf(null);
    let release = (): void => {};
    const slow = {
      ...store,
      save: (bytes: Uint8Array) => new Promise<void>((done) => (release = done)).then(() => store.save(bytes)),
    };
    const keeper = createCheckpointKeeper(slow, clock, () => expect.fail("expected no notice"));
    let encoded = 0;
    const offer = (): void =>
      keeper.offer(() => {
        encoded += 1;
        return Uint8Array.of(encoded);
      });
    for (let i = 0; i < 30; i += 1) {
      offer();
      await clock.advance(1_000);
    }
    expect(encoded).toBe(1);
    release();
    await clock.advance(0);
    expect(state.saves).toBe(1);
    for (let i = 0; i < 20; i += 1) {
      offer();
      release();
      await clock.advance(1_000);
    }
    expect(encoded).toBe(3);
  });

  it("that fails is told once, and tried again", async () => {
    const clock = clockOf();
    const { store, state } = storeOf(null);
    const notices: string[] = [];
    const keeper = createCheckpointKeeper(store, clock, (text) => void notices.push(text));
    state.fails = true;
    for (let i = 0; i < 3; i += 1) {
      keeper.offer(() => Uint8Array.of(i));
      await clock.advance(11_000);
    }
    expect(notices).toEqual(["checkpoints cannot be saved: the disk is full; the run goes on without them"]);
    state.fails = false;
    await keeper.last(Uint8Array.of(9));
    expect(state.content).toEqual(Uint8Array.of(9));
    keeper.offer(() => expect.fail("expected nothing to be saved after the last"));
  });
});
