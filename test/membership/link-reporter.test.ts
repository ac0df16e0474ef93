import { describe, expect, it } from "vitest";
import type { Links, LinkTraffic, Loss } from "../../shared/base/transport.ts";
import { noStats } from "../../shared/links/connection.ts";
import { createLinkReporter } from "../../shared/membership/link-reporter.ts";
import type { LinkReport, PeerReport } from "../../shared/run/report.ts";

const near = "b".repeat(16);
const far = "c".repeat(16);
const unopened: Loss = { kind: "unopened", reason: "no direct path" };

/** Links that do nothing but tell what they were told to measure. */
function measuring(): { readonly links: Links; measured: Partial<LinkTraffic> } {
  const told: { measured: Partial<LinkTraffic>; links: Links } = {
    measured: {},
    links: {
      self: "a".repeat(16),
      send: () => Promise.resolve(),
      dial() {},
      hangUp() {},
      signal() {},
      onMessage: () => () => {},
      onLost: () => () => {},
      onSignal: () => () => {},
      onOpen: () => () => {},
      traffic: async () => [{ peer: near, open: true, sent: 0, received: 0, ...noStats, ...told.measured }],
      close() {},
    },
  };
  return told;
}

function reporting() {
  const told: PeerReport[] = [];
  const wire = measuring();
  const reporter = createLinkReporter(wire.links, (report) => told.push(report));
  const last = (): Partial<LinkReport> => {
    const { type, peer, ...rest } = told.findLast((report) => report.type === "link")!;
    return rest;
  };
  return { told, wire, reporter, last };
}

describe("what a peer tells of a link", () => {
  it("counts the attempts that it took, and says why the last one failed, until it is open", () => {
    const { reporter, last } = reporting();
    reporter.dialling(near, false);
    expect(last()).toMatchObject({ state: "dialling", attempts: 1, reason: null });
    reporter.lost(near, unopened);
    reporter.dialling(near, false);
    expect(last()).toMatchObject({ state: "dialling", attempts: 2, reason: "no direct path" });
    reporter.opened(near, false);
    expect(last()).toMatchObject({ state: "open", attempts: 2, reason: null });
  });

  it("begins to count anew once a link that was open is lost", () => {
    const { reporter, last } = reporting();
    for (const each of [1, 2, 3]) {
      reporter.dialling(near, false);
      if (each < 3) reporter.lost(near, unopened);
    }
    reporter.opened(near, false);
    reporter.lost(near, { kind: "closed", reason: "the other side hung up" });
    reporter.dialling(near, false);
    expect(last()).toMatchObject({ attempts: 1, reason: "the other side hung up" });
  });

  it("has path and round-trip time as soon as the link is open, and again when they change by much", async () => {
    const { reporter, wire, told, last } = reporting();
    wire.measured = { path: "direct", rttMs: 20 };
    reporter.dialling(near, false);
    reporter.opened(near, false);
    await Promise.resolve();
    expect(last()).toMatchObject({ state: "open", path: "direct", rttMs: 20 });
    const before = told.length;
    wire.measured = { path: "direct", rttMs: 24 };
    await reporter.traffic();
    expect(told).toHaveLength(before);
    wire.measured = { path: "relayed", rttMs: 90 };
    await reporter.traffic();
    expect(told.slice(before)).toMatchObject([{ state: "open", path: "relayed", rttMs: 90, attempts: 1 }]);
  });

  it("says it when a backup link comes to be one of the tree, and not if nothing changes", () => {
    const { reporter, told, last } = reporting();
    reporter.dialling(near, true);
    reporter.opened(near, true);
    expect(last()).toMatchObject({ state: "open", isBackup: true });
    const before = told.length;
    reporter.used(near, true);
    reporter.used(near, false);
    expect(told.slice(before)).toMatchObject([{ state: "open", isBackup: false, attempts: 1 }]);
  });

  it("knows no path of a link that is not open", async () => {
    const { reporter, wire, last } = reporting();
    wire.measured = { path: "direct", rttMs: 20 };
    reporter.dialling(near, false);
    await reporter.traffic();
    expect(last()).toMatchObject({ state: "dialling", path: null, rttMs: null });
  });

  it("forgets the attempts to reach a peer that it does not want any more", () => {
    const { reporter, last } = reporting();
    for (const peer of [near, far]) {
      reporter.dialling(peer, false);
      reporter.lost(peer, unopened);
    }
    reporter.keep(new Map([[near, {}]]));
    reporter.dialling(far, false);
    expect(last()).toMatchObject({ attempts: 1, reason: null });
    reporter.dialling(near, false);
    expect(last()).toMatchObject({ attempts: 2, reason: "no direct path" });
  });
});
