import { deadlineMs } from "../../shared/peer/deadline.ts";
import { lastRound, type ReportBook } from "../../test/support/report-book.ts";
import type { TestRoom } from "./room.ts";

/** Small enough for several rounds a second on two cores, on WebAssembly. */
export const quick = { partitions: 5, rounds: 0, model: "softmax", samples: 40, localSteps: 1, batch: 8, rate: 0.1 } as const;
/** Longest time that a loaded machine takes to load a page or a process. */
export const startMs = 60_000;
/** Rounds that count everyone, as the proof that all is well again. */
export const wholeRounds = 5;

/** Waits until each of these has committed `wholeRounds` rounds from now on in which `contributors` peers count. */
export async function untilWhole(room: TestRoom, books: readonly ReportBook[], contributors: number): Promise<void> {
  const from = Math.max(...books.map(lastRound));
  const whole = ({ rounds }: ReportBook): number =>
    [...rounds.values()].filter((round) => round.round > from && round.contributors === contributors).length;
  await room.until(() => books.every((book) => whole(book) >= wholeRounds), `rounds that count ${contributors}`, startMs);
}

/** Waits until each of these has committed `rounds` rounds from now on, whoever counts in them. */
export async function untilFurther(room: TestRoom, books: readonly ReportBook[], rounds: number): Promise<void> {
  const targets = books.map((book) => lastRound(book) + rounds);
  await room.until(() => books.every((book, i) => lastRound(book) >= targets[i]!), `${rounds} further rounds`, startMs);
}

/** How long a round took at most since `from`, by the clock of the peer that trained for it, in ms. */
export function slowestMs({ rounds }: ReportBook, from: number): number {
  return Math.max(...[...rounds.values()].filter(({ round }) => round > from).map(({ seconds }) => 1_000 * (seconds ?? 0)));
}

/** 5 s after the root's deadline at the latest. No training takes longer than a round of the undisturbed run. */
export function latestMs(book: ReportBook, members: number): number {
  const times = [...book.rounds.values()].map(({ seconds }) => 1_000 * (seconds ?? 0)).sort((a, b) => a - b);
  return deadlineMs("heap", 0, members, times[Math.floor(times.length / 2)]!) + 5_000;
}
