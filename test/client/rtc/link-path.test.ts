import { afterEach, describe, expect, it } from "vitest";
import { realClock } from "../../../client/base/real-clock.ts";
import { createNodeLinks } from "../../../client/node/webrtc.ts";
import { failureText } from "../../../client/rtc/failure-text.ts";
import type { Links, Loss, PeerId } from "../../../shared/base/transport.ts";
import { bridged } from "../../contract/node-networks.ts";

const low = "000000000000000a";
const high = "000000000000000b";
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function links(self: PeerId, openTimeoutMs = 10_000, relayOnly = false): Links {
  const own = { self, clock: realClock, iceServers: () => [], maxMessageBytes: 1_000 };
  const made = createNodeLinks({ ...own, openTimeoutMs, relayOnly });
  ends.push(() => made.close());
  return made;
}

/** A signal whose candidates name an address where nobody is: as between two networks that let nothing in. */
function misled(signal: string): string {
  const nowhere = "192.0.2.99";
  return signal.replace(/(candidate:\S+ \d+ \w+ \d+) \S+/gi, `$1 ${nowhere}`);
}

const opened = (of: Links): Promise<PeerId> => new Promise((resolve) => of.onOpen(resolve));
const lost = (of: Links): Promise<Loss> => new Promise((resolve) => of.onLost((_, loss) => resolve(loss)));

describe("a link over WebRTC", () => {
  it.each([
    ["in one thread", (made: Links) => made],
    ["seen through a worker's port", bridged],
  ])("knows that it is direct, and how long a round trip takes, %s", async (_, seen) => {
    const a = seen(links(low));
    const b = links(high);
    a.onSignal((_to, data) => b.signal(low, data));
    b.onSignal((_to, data) => a.signal(high, data));
    const both = Promise.all([opened(a), opened(b)]);
    a.dial(high, true);
    b.dial(low, false);
    await both;
    const [traffic] = await a.traffic();
    expect(traffic!.path).toBe("direct");
    expect(traffic!.rttMs).toBeGreaterThanOrEqual(0);
    expect(traffic!.rttMs).toBeLessThan(1_000);
  });

  it("that nobody answers says so when its time is up", async () => {
    const alone = links(low, 300);
    const ended = lost(alone);
    alone.dial(high, true);
    const { kind, reason } = await ended;
    expect(kind).toBe("unopened");
    expect(reason).toContain("the other side does not answer");
  });

  it("that finds no path asks for a relay", async () => {
    const a = links(low, 3_000);
    const b = links(high, 3_000);
    a.onSignal((_to, data) => b.signal(low, misled(data)));
    b.onSignal((_to, data) => a.signal(high, misled(data)));
    const ended = lost(a);
    a.dial(high, true);
    b.dial(low, false);
    expect((await ended).reason).toContain("no TURN server: ask whoever hosts the room for a relay");
  });

  it("that may take no path but a relay's takes none without one, and says so", async () => {
    const a = links(low, 1_000, true);
    const b = links(high);
    a.onSignal((_to, data) => b.signal(low, data));
    b.onSignal((_to, data) => a.signal(high, data));
    const ended = lost(a);
    a.dial(high, true);
    b.dial(low, false);
    expect((await ended).reason).toContain("take relay-only away, or ask whoever hosts the room for a relay");
  });
});

describe("a link whose own side makes no connection", () => {
  it("says so at once, and does not blame the other side or the network", async () => {
    const own = { self: low, clock: realClock, maxMessageBytes: 1_000 };
    const made = createNodeLinks({ ...own, iceServers: () => [{ urls: "stun:example.org:99999" }] });
    ends.push(() => made.close());
    const ended = lost(made);
    made.dial(high, true);
    const traffic = made.traffic();
    const { kind, reason } = await ended;
    expect(kind).toBe("unopened");
    expect(reason).toContain("this side cannot make a WebRTC connection");
    expect(reason).not.toMatch(/other side|TURN/);
    expect((await traffic)[0]!.open).toBe(false);
  });
});

describe("the reason why a link did not open", () => {
  const progress = {
    ice: "failed",
    gathering: "complete",
    sent: 4,
    received: 4,
    iceServers: [],
    relayOnly: false,
    isMade: true,
    said: undefined,
  };

  it("names a relay only to who has none", () => {
    const iceServers = [{ urls: ["stun:example.org", "turn:example.org"], username: "u", credential: "c" }];
    expect(failureText(progress)).toContain("--ice turn:");
    expect(failureText({ ...progress, iceServers })).not.toContain("--ice");
    expect(failureText({ ...progress, iceServers })).toContain("takes its credentials");
  });

  it("does not blame the network where a path was found", () => {
    expect(failureText({ ...progress, ice: "connected" })).toContain("a path between the two was found");
  });
});
