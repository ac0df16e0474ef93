import type { PeerId } from "../../shared/base/transport.ts";
import type { ClientMessage, ServerMessage, Signaling } from "../../shared/signaling/protocol/messages.ts";
import { expect, type Law, type Subject } from "./law.ts";

type Hello = Extract<ClientMessage, { kind: "hello" }>;

/** A server and clients of it. */
export interface TestSignaling extends Subject {
  /** A client's end, as a peer has it: with its connection still to come. */
  connect(peer: PeerId): Signaling;
  /** What the i-th peer says first; all ask for the same room and run. */
  helloOf(i: number): Hello;
  /** Ends the connections of all clients; they come back by themselves. */
  cut(): void;
}

/** What one client hears, in order. */
interface Line {
  readonly signaling: Signaling;
  readonly hello: Hello;
  readonly heard: (ServerMessage | boolean)[];
  /** The first thing heard from place `from` on that fits, come or yet to come. */
  until<T extends ServerMessage | boolean>(fits: (heard: ServerMessage | boolean) => heard is T, from?: number): Promise<T>;
}

const isSignal = (heard: ServerMessage | boolean): heard is Extract<ServerMessage, { kind: "signal" }> =>
  typeof heard === "object" && heard.kind === "signal";

function lineOf(signals: TestSignaling, i: number): Line {
  const hello = signals.helloOf(i);
  const signaling = signals.connect(hello.peer);
  const heard: (ServerMessage | boolean)[] = [];
  const wishes = new Set<() => void>();
  const hear = (what: ServerMessage | boolean): void => {
    heard.push(what);
    for (const wish of [...wishes]) wish();
  };
  signaling.onMessage(hear);
  signaling.onConnection(hear);
  return {
    signaling,
    hello,
    heard,
    until: (fits, from = 0) =>
      signals.wait(
        new Promise((resolve) => {
          const wish = (): void => {
            const found = heard.slice(from).find(fits);
            if (found === undefined) return;
            wishes.delete(wish);
            resolve(found);
          };
          wishes.add(wish);
          wish();
        }),
      ),
  };
}

const isConnected = (heard: ServerMessage | boolean): heard is true => heard === true;
const isLost = (heard: ServerMessage | boolean): heard is false => heard === false;
const welcome = (heard: ServerMessage | boolean): heard is Extract<ServerMessage, { kind: "welcome" }> =>
  typeof heard === "object" && heard.kind === "welcome";

/** A client that has said hello and was let in. */
async function enter(signals: TestSignaling, i: number): Promise<Line> {
  const line = lineOf(signals, i);
  await line.until(isConnected);
  line.signaling.send(line.hello);
  await line.until(welcome);
  return line;
}

export const signalingLaws: readonly Law<TestSignaling>[] = [
  {
    name: "a client is told of its connection once, before anything else, and hears nothing before its hello",
    async run(signals) {
      const line = await enter(signals, 0);
      const [first, ...others] = line.heard;
      expect(first === true, "the connection first", first);
      expect(typeof others[0] === "object", "the answer to its hello next", others[0]);
      expect(!others.includes(true), "no second connection");
    },
  },
  {
    name: "what is sent before there is a connection is dropped: the hello that is said on it is the first that counts",
    async run(signals) {
      const line = lineOf(signals, 0);
      for (const peer of [1, 2]) line.signaling.send({ ...line.hello, peer: signals.helloOf(peer).peer });
      await line.until(isConnected);
      line.signaling.send(line.hello);
      await line.until(welcome);
      const other = await enter(signals, 3);
      other.signaling.send({ kind: "signal", to: line.hello.peer, data: "for the first" });
      const { data } = await line.until(isSignal);
      expect(data === "for the first", "the peer to be known by the name it gave on its connection", data);
    },
  },
  {
    name: "messages come in the order in which they were sent, each once and as it was",
    async run(signals) {
      const [from, to] = [await enter(signals, 0), await enter(signals, 1)];
      const texts = Array.from({ length: 60 }, (_, i) => `${i} ${"é💡\u0000".repeat(i % 7)}`);
      for (const data of texts) from.signaling.send({ kind: "signal", to: to.hello.peer, data });
      await to.until((heard): heard is ServerMessage => isSignal(heard) && heard.data === texts.at(-1));
      const got = to.heard.filter(isSignal);
      expect(got.length === texts.length, `${texts.length} messages`, got.length);
      got.forEach(({ from: sender, data }, i) => {
        expect(data === texts[i] && sender === from.hello.peer, texts[i]!, data);
      });
    },
  },
  {
    name: "listeners hear in the order in which they came, and one that was taken off hears nothing more",
    async run(signals) {
      const [from, to] = [await enter(signals, 0), await enter(signals, 1)];
      const order: string[] = [];
      const offs = ["first", "second"].map((name) =>
        to.signaling.onMessage((message) => void (isSignal(message) && order.push(name))),
      );
      const send = async (data: string): Promise<void> => {
        from.signaling.send({ kind: "signal", to: to.hello.peer, data });
        await to.until((heard): heard is ServerMessage => isSignal(heard) && heard.data === data);
        // What the others hear of the same message, they hear in the same turn.
        await signals.wait(Promise.resolve());
      };
      await send("a");
      offs[0]!();
      offs[0]!();
      await send("b");
      await send("c");
      const got = order.join();
      expect(got.startsWith("first,second,second"), "first, second, second", got);
      expect(order.filter((name) => name === "first").length === 1, "the first listener to hear one message", got);
    },
  },
  {
    name: "after it was closed a client hears nothing, be it on its way, and says nothing; it may be closed twice",
    async run(signals) {
      const [from, to, witness] = [await enter(signals, 0), await enter(signals, 1), await enter(signals, 2)];
      const before = to.heard.length;
      from.signaling.send({ kind: "signal", to: to.hello.peer, data: "too late" });
      to.signaling.close();
      to.signaling.close();
      to.signaling.send({ kind: "signal", to: witness.hello.peer, data: "from beyond" });
      for (const data of ["one", "two"]) {
        from.signaling.send({ kind: "signal", to: witness.hello.peer, data });
        await witness.until((heard): heard is ServerMessage => isSignal(heard) && heard.data === data);
      }
      const late = to.heard.slice(before).map((heard) => (typeof heard === "object" ? heard.kind : heard));
      expect(late.length === 0, "nothing after the end", late);
      const texts = witness.heard.filter(isSignal).map(({ data }) => data);
      expect(texts.join() === "one,two", "one, two", texts);
    },
  },
  {
    name: "what is sent right before a client is closed arrives",
    async run(signals) {
      const [from, to] = [await enter(signals, 0), await enter(signals, 1)];
      from.signaling.send({ kind: "signal", to: to.hello.peer, data: "my last word" });
      from.signaling.close();
      const { data } = await to.until(isSignal);
      expect(data === "my last word", "the last word", data);
    },
  },
  {
    name: "a lost connection is told once and comes back by itself; the peer is welcomed to the seat that it had",
    async run(signals) {
      const lines = [await enter(signals, 0), await enter(signals, 1)];
      const seats = lines.map(({ heard }) => heard.find(welcome)?.seat);
      const places = lines.map(({ heard }) => heard.length);
      signals.cut();
      for (const [i, line] of lines.entries()) {
        await line.until(isLost, places[i]);
        await line.until(isConnected, places[i]);
        const told = line.heard.slice(places[i]).filter((heard) => typeof heard === "boolean");
        expect(told.join() === "false,true", "a loss, then a connection", told);
        line.signaling.send(line.hello);
        const { seat } = await line.until(welcome, places[i]);
        expect(seat === seats[i], `seat ${seats[i]}`, seat);
      }
      lines[0]!.signaling.send({ kind: "signal", to: lines[1]!.hello.peer, data: "again" });
      const { data } = await lines[1]!.until(isSignal);
      expect(data === "again", "messages to pass again", data);
    },
  },
  {
    name: "a client that is closed while it has no connection never gets one",
    async run(signals) {
      const early = lineOf(signals, 2);
      early.signaling.close();
      const [closed, witness] = [await enter(signals, 0), await enter(signals, 1)];
      const [before, from] = [closed.heard.length, witness.heard.length];
      signals.cut();
      await closed.until(isLost, before);
      closed.signaling.close();
      await witness.until(isConnected, from);
      witness.signaling.send(witness.hello);
      await witness.until(welcome, from);
      expect(closed.heard.length === before + 1, "nothing more", closed.heard.slice(before));
      expect(early.heard.length === 0, "nothing at all", early.heard);
    },
  },
];
