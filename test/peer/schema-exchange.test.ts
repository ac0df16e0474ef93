import { describe, expect, it } from "vitest";
import { createHasher } from "../../shared/base/hash.ts";
import { createSchemaExchange } from "../../shared/peer/schema-exchange.ts";
import { RunError } from "../../shared/run/read-run.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";
import { decodeSchemaMessage, encodeSchemaMessage, type SchemaMessage } from "../../shared/wire/schema-message.ts";

const hasher = await createHasher();
const schema = '{"kind":"text","tokenizer":"bytes"}';
const digest = hasher(schema);
const [ann, bob] = ["a".repeat(16), "b".repeat(16)];

function exchangeOf(brought: readonly string[] = []) {
  const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  const sent: (SchemaMessage & { readonly to: string })[] = [];
  const muted: string[] = [];
  const exchange = createSchemaExchange({
    ...{ clock, hasher, brought },
    async send(to, bytes) {
      sent.push({ to, ...decodeSchemaMessage(bytes, 1_000)! });
    },
    mute: (peer, reason) => void muted.push(`${peer[0]} ${reason}`),
  });
  const hear = (from: string, text: string | null, of = digest): boolean =>
    exchange.receive(from, encodeSchemaMessage({ digest: of, text }));
  return { clock, sent, muted, exchange, hear };
}

describe("the exchange of schemas", () => {
  it("finds what this peer brought without asking anybody", async () => {
    const { exchange, sent } = exchangeOf(["", "{}", schema]);
    exchange.opened(ann);
    expect(await exchange.find(digest)).toBe(schema);
    expect(sent).toEqual([]);
  });

  it("asks each peer once a link, those that come later too, and takes the first answer", async () => {
    const { exchange, sent, hear } = exchangeOf();
    exchange.opened(ann);
    const found = exchange.find(digest);
    exchange.opened(bob);
    exchange.lost(ann);
    exchange.opened(ann);
    expect(sent.map(({ to, text }) => [to, text])).toEqual([ann, bob, ann].map((to) => [to, null]));
    expect(hear(bob, schema)).toBe(true);
    expect(await found).toBe(schema);
    expect(exchange.isSeeking).toBe(false);
    expect(hear(ann, schema)).toBe(false);
  });

  it("answers each peer once a link, and at once or when it has what was asked for", async () => {
    const { exchange, sent, hear } = exchangeOf([schema]);
    exchange.opened(ann);
    hear(ann, null);
    hear(ann, null);
    hear(bob, null);
    expect(sent).toEqual([]);
    await exchange.find(digest);
    hear(ann, null);
    hear(ann, null, "0".repeat(32));
    expect(sent).toEqual([{ to: ann, digest, text: schema }]);
    exchange.lost(ann);
    exchange.opened(ann);
    hear(ann, null);
    expect(sent).toHaveLength(2);
  });

  it("reports who gives another schema, or none within half a minute, and waits for the next", async () => {
    const { clock, exchange, muted, hear } = exchangeOf();
    exchange.opened(ann);
    exchange.opened(bob);
    const found = exchange.find(digest);
    hear(ann, "{}");
    hear(ann, schema);
    expect(muted).toEqual(["a it gave a schema of another digest than the run's"]);
    await clock.advance(30_000);
    expect(muted.slice(1)).toEqual(["b it gave no schema within 30 s"]);
    exchange.lost(bob);
    exchange.opened(bob);
    hear(bob, schema);
    expect(await found).toBe(schema);
  });

  it("takes nothing that it did not ask for, of whatever bytes, and gives up after two minutes", async () => {
    const { clock, exchange, hear } = exchangeOf();
    expect(hear(ann, schema)).toBe(false);
    expect(exchange.receive(ann, new Uint8Array(0))).toBe(false);
    const failed = exchange.find(digest).catch((cause: unknown) => cause);
    expect(hear(ann, schema)).toBe(false);
    await clock.advance(120_000);
    const cause = await failed;
    expect(cause).toBeInstanceOf(RunError);
    expect((cause as RunError).message).toContain(digest);
    expect(exchange.isSeeking).toBe(false);
  });

  it("leaves no timer behind when it is closed", async () => {
    const { clock, exchange, muted } = exchangeOf();
    exchange.opened(ann);
    void exchange.find(digest);
    exchange.close();
    await clock.advance(200_000);
    expect(muted).toEqual([]);
  });
});
