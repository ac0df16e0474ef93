import type { Verdict } from "./chaos.ts";
import { faults } from "./faults/registry.ts";
import { phases } from "./simulated-peer.ts";

/** What many seeds came to. */
export interface ChaosSummary {
  readonly type: "summary";
  readonly seeds: number;
  /** Seeds with at least one broken promise. */
  readonly failed: number;
  readonly rounds: number;
  /** Σ over peers of the rounds that they committed. */
  readonly commits: number;
  readonly faults: number;
  /** By kind, then by the phase that the victim was in. */
  readonly faultsByPhase: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Seeds of each failure. */
  readonly divergences: number;
  readonly hangs: number;
  readonly doubleCounts: number;
  readonly untruthful: number;
  /** The largest, relative to the largest number in the account. */
  readonly conservationError: number;
  /** Peers that could not know whether a round of theirs counted. */
  readonly unknown: number;
  readonly maxBufferedBytes: number;
  readonly rollbacks: number;
}

/** Whole numbers are exact; other accounts are kept in float32. */
const toleratedError = 1e-6;

export function isSound(verdict: Verdict): boolean {
  const { divergences, hangs, doubleCounts, untruthful, conservationError } = verdict;
  return divergences.length + hangs.length + doubleCounts + untruthful.length === 0 && conservationError <= toleratedError;
}

/** What went wrong in a seed, in one line; empty where nothing did. */
export function failureText({ divergences, hangs, doubleCounts, untruthful, conservationError }: Verdict): string {
  return [
    ...divergences,
    ...hangs,
    ...(doubleCounts > 0 ? [`${doubleCounts} peers have an update in the chain and in their residual`] : []),
    ...untruthful.slice(0, 3),
    ...(conservationError > toleratedError ? [`a residual is wrong by ${conservationError} of its account`] : []),
  ].join("; ");
}

export function summaryOf(verdicts: readonly Verdict[]): ChaosSummary {
  const sum = (of: (verdict: Verdict) => number): number => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const most = (of: (verdict: Verdict) => number): number =>
    verdicts.reduce((largest, verdict) => Math.max(largest, of(verdict)), 0);
  const injected = (name: string, phase: string): number => sum((verdict) => verdict.faults[`${name} ${phase}`] ?? 0);
  const byPhase = faults.map(({ name }): [string, Record<string, number>] => [
    name,
    Object.fromEntries(phases.map((phase) => [phase, injected(name, phase)])),
  ]);
  return {
    type: "summary",
    seeds: verdicts.length,
    failed: sum((verdict) => (isSound(verdict) ? 0 : 1)),
    rounds: sum(({ rounds }) => rounds),
    commits: sum(({ commits }) => commits),
    faults: sum((verdict) => Object.values(verdict.faults).reduce((total, count) => total + count, 0)),
    faultsByPhase: Object.fromEntries(byPhase.filter(([, counts]) => Object.values(counts).some((count) => count > 0))),
    divergences: sum(({ divergences }) => (divergences.length > 0 ? 1 : 0)),
    hangs: sum(({ hangs }) => (hangs.length > 0 ? 1 : 0)),
    doubleCounts: sum(({ doubleCounts }) => (doubleCounts > 0 ? 1 : 0)),
    untruthful: sum(({ untruthful }) => (untruthful.length > 0 ? 1 : 0)),
    conservationError: most(({ conservationError }) => conservationError),
    unknown: sum(({ unknown }) => unknown),
    maxBufferedBytes: most(({ maxBufferedBytes }) => maxBufferedBytes),
    rollbacks: sum(({ rollbacks }) => rollbacks),
  };
}
