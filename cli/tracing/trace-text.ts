import { formatMilliseconds, plural } from "../../client/base/format.ts";
import type { TracedRound } from "./trace-rounds.ts";

/** Shorter waits are not shown. */
const minWaitMs = 20;

const width = 40;

/** One round: its bar, and what it waited for in words. `scale`: length of the whole bar in ms. */
export function traceText(round: TracedRound, scale: number): string {
  const waits = waitsOf(round);
  const what = [...waits, ...missing(round), ...round.events.map(({ at, text }) => `${text} after ${formatMilliseconds(at)}`)];
  return [
    `round ${round.round}  ${barOf(round, scale)}  ${formatMilliseconds(round.ms)}`,
    ...what.map((text) => `    ${text}`),
  ].join("\n");
}

/** A summary of all rounds: the slow ones, and the children that they waited for. */
export function traceSummary(rounds: readonly TracedRound[]): string {
  if (rounds.length === 0) return "no round was committed in this trace";
  const times = rounds.map(({ ms }) => ms).sort((a, b) => a - b);
  const waited = new Map<string, number>();
  for (const { name, ms } of rounds.flatMap((round) => lastPart(round) ?? [])) waited.set(name, (waited.get(name) ?? 0) + ms);
  const worst = [...waited].sort((a, b) => b[1] - a[1])[0];
  const excluded = rounds.filter(({ counted }) => counted === false).length;
  const late = rounds.filter(({ deadlineAt }) => deadlineAt !== null).length;
  return [
    `${plural(rounds.length, "round")}, median ${formatMilliseconds(times[times.length >> 1]!)}, longest ${formatMilliseconds(times.at(-1)!)}`,
    ...(worst === undefined ? [] : [`waited longest for ${worst[0]}: ${formatMilliseconds(worst[1])} in all`]),
    ...(late === 0 ? [] : [`${plural(late, "round")} went on at the deadline, without somebody`]),
    ...(excluded === 0 ? [] : [`this peer's update was left out of ${plural(excluded, "round")}`]),
  ].join("\n");
}

/** `#` training, `.` waiting for the parts of children, `~` waiting for the total, a space before training. */
function barOf({ ms, trainingFrom, trainedAt, sentAt }: TracedRound, scale: number): string {
  const markAt = (at: number): string => {
    if (trainingFrom !== null && at >= trainingFrom && (trainedAt === null || at < trainedAt)) return "#";
    if (trainingFrom === null || at < trainingFrom) return " ";
    return sentAt === null || at < sentAt ? "." : "~";
  };
  const cells = Math.min(width, Math.max(1, Math.round((width * ms) / scale)));
  const bar = Array.from({ length: cells }, (_, cell) => markAt(((cell + 0.5) * ms) / cells)).join("");
  return (ms > scale ? `|${bar}…` : `|${bar}|`).padEnd(width + 2);
}

function waitsOf(round: TracedRound): string[] {
  const { trainingFrom, trainedAt, sentAt, totalAt, ms, isRoot } = round;
  const training = trainingFrom === null || trainedAt === null ? [] : [`trained ${formatMilliseconds(trainedAt - trainingFrom)}`];
  const last = lastPart(round);
  const children = last === null ? [] : [`waited ${formatMilliseconds(last.ms)} for the part of ${last.name}`];
  const above = isRoot || sentAt === null ? 0 : (totalAt ?? ms) - sentAt;
  return [
    ...training,
    ...children,
    ...(above < minWaitMs ? [] : [`waited ${formatMilliseconds(above)} for the total from above`]),
  ];
}

/** The child whose part came last, and how long after this peer's own part was ready. */
function lastPart({ parts, trainedAt }: TracedRound): { readonly name: string; readonly ms: number } | null {
  const [last] = [...parts].sort((a, b) => b[1] - a[1]);
  if (last === undefined || trainedAt === null || last[1] - trainedAt < minWaitMs) return null;
  return { name: last[0], ms: last[1] - trainedAt };
}

function missing({ absent, givenUp, trainedAt, deadlineAt, counted }: TracedRound): string[] {
  const names = absent.join(", ");
  const waited = givenUp.map(({ name, at }) => ({ name, ms: at - (trainedAt ?? at) })).filter(({ ms }) => ms >= minWaitMs);
  return [
    ...waited.map(({ name, ms }) => `waited ${formatMilliseconds(ms)} for the part of ${name}, until a new roster came`),
    ...(absent.length === 0 || deadlineAt === null
      ? []
      : [`waited ${formatMilliseconds(deadlineAt)} for ${names}, until the deadline; went on without`]),
    ...(counted === false ? ["this peer's update was left out"] : []),
  ];
}
