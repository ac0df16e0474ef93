import { describe, expect, it } from "vitest";
import type { PeerReport, RoundReport } from "../../shared/run/report.ts";
import { worldOf } from "../support/world.ts";

/** How many rounds the others committed from its joining to the first in which it counted, that one included. */
function roundsUntilCounted(reports: readonly { readonly name: string; readonly report: PeerReport }[], name: string): number {
  const joined = reports.findIndex(({ name: by, report }) => by === name && report.type === "joined");
  const before = reports.slice(0, joined).flatMap(({ report }) => (report.type === "round" ? [report.round] : []));
  const counted = reports.find(
    (entry): entry is { name: string; report: RoundReport } =>
      entry.name === name && entry.report.type === "round" && entry.report.counted === true,
  );
  return counted!.report.round - Math.max(...before);
}

describe("a peer that begins again", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "counts within two rounds of its joining, with its seat and its residual (seed %i)",
    async (seed) => {
      const { world, until, of, reports, heirs, named, clock } = await worldOf(5, seed);
      // Rounds of a second or two, beside which the way to the server and to its donor is short.
      for (const simulated of world.simulatedPeers.values()) simulated.slowness = 6;
      const victim = named("p3");
      const [{ seat } = { seat: -1 }] = of("p3", "joined");
      world.leave(victim);
      await clock.advance(500);
      void world.revive(victim);
      await until(() => of("p5", "round").some(({ counted }) => counted === true));
      expect(of("p5", "resumed")).toHaveLength(1);
      expect(of("p5", "joined")[0]?.seat).toBe(seat);
      expect(heirs).toEqual([named("p5").id]);
      // The round that is open when it joins commits without it; it is in the roster of the next.
      expect(roundsUntilCounted(reports, "p5")).toBeLessThanOrEqual(2);
    },
  );

  it("after a crash has its seat and its place in the chain, and begins with an empty residual", async () => {
    const { world, until, of, heirs, named, clock } = await worldOf(4);
    const victim = named("p2");
    await clock.advance(25_000);
    world.crash(victim, 0);
    await clock.advance(1_000);
    void world.revive(victim);
    await until(() => of("p4", "round").some(({ counted }) => counted === true));
    expect(of("p4", "resumed")[0]?.round).toBeGreaterThan(10);
    expect(of("p4", "joined")[0]?.seat).toBe(of("p2", "joined")[0]?.seat);
    expect(heirs).toEqual([]);
  });
});

describe("a run of which nobody is left", () => {
  it.each([1, 3])(
    "goes on at once when all of its %i peers are loaded again, for the server knows that nobody has more",
    async (count) => {
      const { world, until, of, clock } = await worldOf(count);
      const before = [...world.simulatedPeers.values()];
      for (const simulated of before) world.leave(simulated);
      await clock.advance(500);
      for (const simulated of before) void world.revive(simulated);
      const back = Array.from({ length: count }, (_, i) => `p${count + i}`);
      await clock.advance(5_000);
      await until(() => back.some((name) => of(name, "round").length > 0));
      for (const name of back) expect(of(name, "resumed")).toHaveLength(1);
      expect(back.flatMap((name) => of(name, "roster")).length).toBeGreaterThan(0);
      expect(clock.now()).toBeLessThan(30_000);
    },
  );

  it("goes on where it stood, with all that its peers had to give, when they begin again and the server has forgotten it", async () => {
    const { world, until, of, named, clock, ledger } = await worldOf(4);
    const before = ["p0", "p1", "p2", "p3"].map(named);
    for (const simulated of before) world.leave(simulated);
    world.server.die();
    await clock.advance(5_000);
    const stood = Math.max(...before.map(({ peer }) => peer.tip!.round));
    world.server.restart(0);
    for (const simulated of before) void world.revive(simulated);
    await until(() => world.round >= stood + 10);
    world.halt();
    await clock.advance(8_000);
    const seats = (names: readonly string[]): number[] => names.map((name) => of(name, "joined")[0]!.seat).sort();
    expect(seats(["p4", "p5", "p6", "p7"])).toEqual(seats(["p0", "p1", "p2", "p3"]));
    expect(Math.min(...of("p4", "round").map(({ round }) => round))).toBe(stood + 1);
    for (const { peer, machines, id } of world.simulatedPeers.values()) {
      const balance = ledger.balance(id, peer.tip!, machines!.chain.replica.local!["residual"] as Float32Array);
      expect(balance.error).toBe(0);
    }
  });
});

describe("a run that is over", () => {
  it("is over for its peers when they begin again, and one that had stayed behind gets the rest from them", async () => {
    const { world, until, of, named, clock } = await worldOf(3, 1, { rounds: 12 });
    const peers = ["p0", "p1", "p2"].map(named);
    world.crash(peers[2]!, 0);
    await until(() => ["p0", "p1"].every((name) => of(name, "finished").length === 1));
    for (const simulated of peers.slice(0, 2)) world.leave(simulated);
    world.server.die();
    await clock.advance(5_000);
    world.server.restart(0);
    for (const simulated of peers) void world.revive(simulated);
    const heirs = ["p3", "p4", "p5"];
    await until(() => heirs.every((name) => of(name, "finished").length === 1));
    const began = heirs.map((name) => of(name, "resumed")[0]!.round).sort((a, b) => a - b);
    expect(began[0]).toBeLessThan(12);
    expect(began.slice(1)).toEqual([12, 12]);
    const ends = ["p0", "p1", ...heirs].map((name) => of(name, "finished").map(({ round, hash }) => ({ round, hash })));
    expect(ends).toEqual(ends.map(() => ends[0]));
    expect(ends[0]).toMatchObject([{ round: 12 }]);
  });

  it("is over for a peer that begins again alone, though the server is away", async () => {
    const { world, until, of, named, clock } = await worldOf(3, 1, { rounds: 12 });
    const peers = ["p0", "p1", "p2"].map(named);
    await until(() => peers.every(({ name }) => of(name, "finished").length === 1));
    for (const simulated of peers) world.leave(simulated);
    world.server.die();
    await clock.advance(5_000);
    void world.revive(peers[1]!);
    const began = clock.now();
    await until(() => of("p3", "finished").length === 1);
    expect(clock.now() - began).toBeLessThan(10_000);
    expect(of("p3", "finished")).toEqual(of("p1", "finished"));
    // The server comes back, and knows nothing of the run: the peer tells of it, and has nothing more to report.
    world.server.restart(0);
    await until(() => of("p3", "roster").length > 0);
    await clock.advance(60_000);
    expect(of("p3", "finished")).toHaveLength(1);
    expect(of("p3", "round")).toEqual([]);
  });

  it("is given by one that begins again to whoever comes new, and neither waits for the others: they have no more of it", async () => {
    const { world, until, of, named, clock } = await worldOf(3, 1, { rounds: 12 });
    const peers = ["p0", "p1", "p2"].map(named);
    await until(() => peers.every(({ name }) => of(name, "finished").length === 1));
    for (const simulated of peers) world.leave(simulated);
    world.server.die();
    await clock.advance(5_000);
    world.server.restart(0);
    void world.revive(peers[2]!);
    await until(() => of("p3", "finished").length === 1);
    const came = clock.now();
    world.add();
    await until(() => of("p4", "finished").length === 1);
    expect(clock.now() - came).toBeLessThan(10_000);
    expect(["p3", "p4"].flatMap((name) => of(name, "finished"))).toEqual([...of("p2", "finished"), ...of("p2", "finished")]);
    expect(of("p4", "round")).toEqual([]);
  });

  it.each([1, 2, 3, 4])("is over for who comes new when its last peers are still there (seed %i)", async (seed) => {
    const { world, until, of } = await worldOf(2, seed, { rounds: 12 });
    await until(() => ["p0", "p1"].every((name) => of(name, "finished").length === 1));
    world.add();
    await until(() => of("p2", "finished").length === 1);
    expect(of("p2", "finished")).toEqual(of("p0", "finished"));
  });
});
