import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { type Rng, seeded } from "../../shared/random.ts";
import { openProcessRoom, type ProcessRoom, type RoomPeer } from "./process-room.ts";

/** A minute of faults, or ten: `npm run test:nightly`. */
const faultsMs = process.env["COPSE_NIGHTLY"] === "1" ? 600_000 : 60_000;
const seed = 5;
const size = 8;
/** More than half of the eight are always there, so that rounds can go on. */
const mostOut = 3;
/** Of a loaded machine: eight processes load at once. */
const startMs = 120_000;
/** Rounds that count everyone, once the faults are over. */
const quietRounds = 10;
/**
 * The longest time without a commit: a stopped process keeps its socket and its links, so that nothing is noticed before it goes on
 * (at most 6 s) or its neighbours complain; then come a roster, links, a round's deadline (4 s), on two cores for all.
 */
const longestGapMs = 30_000;

const small = ["--model", "softmax", "--local-steps", "2", "--batch", "8", "--samples", "40", "--rate", "0.1"];

test(
  "eight processes of which some are killed, stopped and started at random go on committing, with one hash a round",
  async () => {
    const room = await openProcessRoom([...small, "--rounds", "0", "--start-at", String(size), "--shares", String(size)]);
    onTestFinished(() => room.close());
    for (let i = 0; i < size; i += 1) room.start();
    await room.until(() => room.newest >= 5, "five rounds", startMs);

    room.watchGaps();
    const counts = await disturb(room, seeded(seed, "churn"));
    for (const peer of room.peers) if (peer.state === "stopped") peer.goOn();
    while (present(room).length < size) room.start();
    const quietFrom = room.newest;
    const all = present(room);
    const wholeRounds = (peer: RoomPeer): number =>
      [...peer.rounds.values()].filter(
        ({ round, contributors, members }) => round > quietFrom && contributors === size && members === size,
      ).length;
    await room.until(
      () => all.every((peer) => wholeRounds(peer) >= quietRounds),
      `${quietRounds} rounds that count all ${size}`,
      startMs,
    );

    const gap = Math.round(room.longestGapMs);
    process.stderr.write(
      `seed ${seed}: ${room.newest} rounds, ${counts.kills} killed, ${counts.stops} stopped, longest gap ${gap} ms\n`,
    );
    expect(disagreements(room)).toEqual([]);
    expect(counts.kills).toBeGreaterThan(3);
    expect(counts.stops).toBeGreaterThan(3);
    expect(gap).toBeLessThan(longestGapMs);
  },
  faultsMs + 3 * startMs,
);

/** Kills, stops and starts at drawn times until the time is over; every wait ends by then or soon after. */
async function disturb(room: ProcessRoom, rng: Rng): Promise<{ readonly kills: number; readonly stops: number }> {
  const counts = { kills: 0, stops: 0 };
  const pending: Promise<void>[] = [];
  const endsAt = performance.now() + faultsMs;
  while (performance.now() < endsAt) {
    await sleep(500 + 2_500 * rng.uniform());
    const isKill = rng.uniform() < 0.4;
    const pauseMs = 300 + 5_700 * rng.uniform();
    const drawn = rng.uniform();
    const candidates = room.peers.filter(({ state, hasJoined }) => state === "living" && hasJoined);
    if (candidates.length <= size - mostOut) continue;
    const victim = candidates[Math.floor(drawn * candidates.length)]!;
    if (isKill) {
      victim.kill();
      counts.kills += 1;
      pending.push(sleep(pauseMs).then(() => void room.start()));
    } else {
      victim.stop();
      counts.stops += 1;
      pending.push(sleep(pauseMs).then(() => victim.goOn()));
    }
  }
  await Promise.all(pending);
  return counts;
}

function present(room: ProcessRoom): readonly RoomPeer[] {
  return room.peers.filter(({ state }) => state !== "dead");
}

/**
 * Rounds of which there are two hashes: of the living, all that they reported and did not withdraw; of the dead, those that they
 * said would stay.
 */
function disagreements({ peers }: ProcessRoom): readonly string[] {
  const hashes = new Map<number, Map<string, string>>();
  const add = (round: number, hash: string, name: string): void =>
    void hashes.set(round, (hashes.get(round) ?? new Map<string, string>()).set(hash, name));
  for (const { name, state, rounds, confirmed } of peers) {
    if (state !== "dead") for (const { round, hash } of rounds.values()) add(round, hash, name);
    for (const [round, hash] of confirmed) add(round, hash, name);
  }
  return [...hashes]
    .filter(([, found]) => found.size > 1)
    .map(([round, found]) => `round ${round}: ${[...found].map(([hash, name]) => `${hash} (${name})`).join(", ")}`);
}
