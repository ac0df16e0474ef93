import type { ClientReport } from "../../client/peer/client-report.ts";
import type { RoundReport } from "../../shared/run/report.ts";

/** What one peer has reported so far, wherever it lives. */
export interface ReportBook {
  readonly name: string;
  /** In the order in which they came, without those that it withdrew. */
  readonly rounds: ReadonlyMap<number, RoundReport>;
  /** The hashes of those that it said would stay. */
  readonly confirmed: ReadonlyMap<number, string>;
  /** The newest of a type; undefined before the first. */
  last<T extends ClientReport["type"]>(type: T): Extract<ClientReport, { type: T }> | undefined;
  hear(report: ClientReport): void;
}

/** @param heard called after each report */
export function createReportBook(name: string, heard: () => void = () => {}): ReportBook {
  const rounds = new Map<number, RoundReport>();
  const confirmed = new Map<number, string>();
  const newest = new Map<ClientReport["type"], ClientReport>();
  return {
    name,
    rounds,
    confirmed,
    last: <T extends ClientReport["type"]>(type: T) => newest.get(type) as Extract<ClientReport, { type: T }> | undefined,
    hear(report) {
      newest.set(report.type, report);
      if (report.type === "round") rounds.set(report.round, report);
      if (report.type === "confirmed") confirmed.set(report.round, report.hash);
      if (report.type === "withdrawn") rounds.delete(report.round);
      heard();
    },
  };
}

/** The newest round that is in the book; 0 before the first. */
export function lastRound({ rounds }: ReportBook): number {
  return Math.max(0, ...[...rounds.keys()].slice(-2));
}

/**
 * Rounds of which there are two hashes: of the living, all that they reported and did not withdraw; of the dead, those that they
 * said would stay.
 */
export function disagreements(living: readonly ReportBook[], dead: readonly ReportBook[] = []): readonly string[] {
  const hashes = new Map<number, Map<string, string>>();
  const add = (round: number, hash: string, name: string): void =>
    void hashes.set(round, (hashes.get(round) ?? new Map<string, string>()).set(hash, name));
  for (const { name, rounds } of living) for (const { round, hash } of rounds.values()) add(round, hash, name);
  for (const { name, confirmed } of [...living, ...dead]) for (const [round, hash] of confirmed) add(round, hash, name);
  return [...hashes]
    .filter(([, found]) => found.size > 1)
    .map(([round, found]) => `round ${round}: ${[...found].map(([hash, name]) => `${hash} (${name})`).join(", ")}`);
}

/** A condition that is looked at whenever something was heard. */
export interface Watch {
  /** Something has happened. */
  look(): void;
  /** Resolves when the condition holds. Rejects with what `describe` says then, if that takes longer than the limit. */
  until(condition: () => boolean, what: string, limitMs: number): Promise<void>;
}

export function createWatch(describe: () => string): Watch {
  const watching = new Set<() => void>();
  return {
    look() {
      for (const look of [...watching]) look();
    },
    until: (condition, what, limitMs) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(timer);
          watching.delete(look);
        };
        const look = (): void => {
          if (!condition()) return;
          end();
          resolve();
        };
        const timer = setTimeout(() => {
          end();
          reject(new Error(`expected ${what} within ${limitMs / 1_000} s, got\n${describe()}`));
        }, limitMs);
        watching.add(look);
        look();
      }),
  };
}

/** Where a peer stands, in words, for a wait that took too long. */
export function standingOf(book: ReportBook): string {
  const [round, roster] = [[...book.rounds.values()].at(-1), book.last("roster")];
  const standing = round === undefined ? "no round" : `round ${round.round}, ${round.contributors} of ${round.members} counted`;
  const place = roster === undefined ? "no roster" : `place ${roster.position} of ${roster.members.length}`;
  return `${book.name}: ${standing}, ${place}`;
}
