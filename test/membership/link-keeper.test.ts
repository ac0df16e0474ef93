import { describe, expect, it } from "vitest";
import { seeded } from "../../shared/base/random.ts";
import type { PeerId } from "../../shared/base/transport.ts";
import { createLinkKeeper } from "../../shared/membership/link-keeper.ts";
import { createLinkReporter } from "../../shared/membership/link-reporter.ts";
import { neighborhoodOf } from "../../shared/membership/neighbors.ts";
import type { RosterMessage } from "../../shared/signaling/protocol/messages.ts";
import { createNetwork } from "../../shared/simulation/network/network.ts";
import { createVirtualClock } from "../../shared/simulation/network/virtual-clock.ts";

const ids: readonly PeerId[] = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(16));
const [self, child, other, far, late] = ids as [PeerId, PeerId, PeerId, PeerId, PeerId];

/** A keeper at `self`, and the bare links of all others, over a network in memory that also carries their signals. */
function keeping() {
  const clock = createVirtualClock(() => new Promise((resolve) => void setImmediate(resolve)));
  const network = createNetwork({ clock, rng: seeded(1), latencyMs: 10, bandwidthBitsPerSecond: Number.POSITIVE_INFINITY });
  const open = new Map<PeerId, Set<PeerId>>();
  const ends = new Map(ids.map((id) => [id, network.join(id, { accepts: () => true })]));
  for (const [id, links] of ends) {
    const mine = new Set<PeerId>();
    open.set(id, mine);
    links.onOpen((peer) => mine.add(peer));
    links.onLost((peer) => mine.delete(peer));
    if (id !== self) links.onSignal((to, data) => (to === self ? keeper.signal(id, data) : ends.get(to)!.signal(id, data)));
  }
  const links = ends.get(self)!;
  const keeper = createLinkKeeper({
    links,
    signaling: {
      send: (message) => {
        if (message.kind === "signal") ends.get(message.to)!.signal(self, message.data);
      },
      onMessage: () => () => {},
      onConnection: () => () => {},
      close() {},
    },
    clock,
    reporter: createLinkReporter(links, () => {}),
    opened() {},
    lost() {},
  });
  let version = 0;
  const adopt = (members: readonly PeerId[]): void => {
    version += 1;
    const roster: RosterMessage = {
      kind: "roster",
      version: [1, version],
      members: members.map((peer, seat) => ({ peer, label: "", seat })),
      running: true,
      observers: 0,
      donor: null,
    };
    keeper.adopt(neighborhoodOf(roster, self, "heap"));
  };
  /** Who has a link to this peer, as seen from there. */
  const linked = (): PeerId[] => ids.filter((id) => open.get(id)!.has(self));
  const dial = (from: PeerId): void => ends.get(from)!.dial(self, true);
  return { clock, keeper, adopt, dial, linked };
}

describe("whose links a peer keeps", () => {
  it("ends a link to one that is its neighbor no more, and keeps the others", async () => {
    const { clock, adopt, dial, linked } = keeping();
    adopt([self, child, other, far]);
    for (const peer of [child, other]) dial(peer);
    await clock.advance(1_000);
    expect(linked()).toEqual([child, other]);
    adopt([self, other, far, child]);
    await clock.advance(1_000);
    expect(linked()).toEqual([other]);
  });

  it("ends one that a member dialled though no roster wants it, at the next roster", async () => {
    const { clock, adopt, dial, linked } = keeping();
    adopt([self, child, other, far]);
    dial(far);
    await clock.advance(1_000);
    expect(linked()).toEqual([far]);
    adopt([self, other, child, far]);
    await clock.advance(1_000);
    expect(linked()).toEqual([]);
  });

  it("keeps an observer's, for however long, and ends it once the observer is a member elsewhere", async () => {
    const { clock, adopt, dial, linked } = keeping();
    adopt([self, child, other, far]);
    dial(late);
    await clock.advance(60_000);
    adopt([self, child, other]);
    await clock.advance(60_000);
    expect(linked()).toEqual([late]);
    adopt([self, child, other, late]);
    await clock.advance(1_000);
    expect(linked()).toEqual([]);
  });

  it("opens no link that a former neighbor began before it was placed elsewhere", async () => {
    const { clock, adopt, dial, linked } = keeping();
    adopt([self, child, other, far]);
    dial(child);
    await clock.advance(5);
    adopt([self, other, far, child]);
    await clock.advance(1_000);
    expect(linked()).toEqual([]);
  });

  it("forgets who is long gone, but not a link that opens late", async () => {
    const { clock, adopt, dial, linked } = keeping();
    adopt([self, child, other]);
    dial(late);
    await clock.advance(5);
    adopt([self, other, child]);
    await clock.advance(1_000);
    expect(linked()).toEqual([late]);
    await clock.advance(60_000);
    adopt([self, child, other]);
    adopt([self, child, other, late]);
    await clock.advance(1_000);
    expect(linked()).toEqual([]);
  });
});
