import * as z from "zod/mini";
import type { TraceLine } from "../../shared/simulation/replay/trace-line.ts";

/** The records that tell a round's story. Other fields, and records of other kinds, are not read. */
const treePosition = z.object({
  position: z.number(),
  place: z.object({ parent: z.nullable(z.number()), children: z.array(z.number()) }),
});
const near = z.object({
  treePosition: z.nullable(treePosition),
  roster: z.object({ members: z.array(z.object({ peer: z.string(), label: z.string() })) }),
});
const tip = z.object({ round: z.number() });
const line = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("roster"), at: z.number(), near }),
  z.object({ kind: z.literal("train"), at: z.number() }),
  z.object({ kind: z.literal("trained"), at: z.number() }),
  z.object({ kind: z.literal("training-failed"), at: z.number(), cause: z.optional(z.string()) }),
  z.object({ kind: z.literal("up"), at: z.number(), from: z.number(), message: z.object({ complete: z.optional(z.boolean()) }) }),
  z.object({ kind: z.literal("send"), at: z.number(), message: z.object({ kind: z.string() }) }),
  z.object({ kind: z.literal("down"), at: z.number() }),
  z.object({ kind: z.literal("deadline"), at: z.number() }),
  z.object({ kind: z.literal("lost"), at: z.number(), peer: z.string() }),
  z.object({ kind: z.literal("opened"), at: z.number(), peer: z.string() }),
  z.object({ kind: z.literal("replace"), at: z.number() }),
  z.object({
    kind: z.literal("committed"),
    at: z.number(),
    tip,
    decision: z.object({
      counted: z.nullable(z.boolean()),
      part: z.object({ contributors: z.object({ members: z.number() }) }),
    }),
  }),
]);
type Line = z.infer<typeof line>;

/** The first record: the roster in force when the trace began. */
const begun = z.object({
  kind: z.literal("state"),
  standing: z.object({ membership: z.object({ near: z.nullable(near) }) }),
});

/** One round at one peer. Times in ms since the round opened there; null for what did not happen. */
export interface TracedRound {
  readonly round: number;
  readonly ms: number;
  readonly trainingFrom: number | null;
  readonly trainedAt: number | null;
  /** When the last part of each child came, by the child's label. */
  readonly parts: ReadonlyMap<string, number>;
  /** Children of whom no part came. */
  readonly absent: readonly string[];
  /** Children who were waited for until a new roster came. */
  readonly givenUp: readonly { readonly name: string; readonly at: number }[];
  readonly sentAt: number | null;
  readonly totalAt: number | null;
  readonly deadlineAt: number | null;
  /** Whether this peer's update is in the total; null if the trace does not say. */
  readonly counted: boolean | null;
  readonly isRoot: boolean;
  /** Other events, as sentences. */
  readonly events: readonly { readonly at: number; readonly text: string }[];
}

/** The rounds of a trace, in their order. Records of other kinds are skipped. */
export async function tracedRounds(lines: AsyncIterable<Pick<TraceLine, "record">>): Promise<TracedRound[]> {
  const rounds: TracedRound[] = [];
  let roster: z.infer<typeof near> | null = null;
  let open = emptyRound(0);
  for await (const { record } of lines) {
    const first = begun.safeParse(record);
    if (first.success) roster = first.data.standing.membership.near;
    const found = line.safeParse(record);
    if (!found.success) continue;
    const now = found.data;
    if (now.kind === "committed") {
      rounds.push(closed(open, now, roster));
      open = emptyRound(now.at);
    } else hear(open, now, roster);
    if (now.kind === "roster") roster = now.near;
  }
  return rounds;
}

interface OpenRound {
  beganAt: number | null;
  trainingFrom: number | null;
  trainedAt: number | null;
  /** When each child's part came under the roster in force (ms since the round opened), by the child's label. */
  readonly parts: Map<string, number>;
  /** Children whose part had not come when a new roster came, and when that was (ms since the round opened). */
  readonly givenUp: { readonly name: string; readonly at: number }[];
  sentAt: number | null;
  totalAt: number | null;
  deadlineAt: number | null;
  readonly events: { readonly at: number; readonly text: string }[];
}

function emptyRound(at: number): OpenRound {
  const never = { trainingFrom: null, trainedAt: null, sentAt: null, totalAt: null, deadlineAt: null };
  return { beganAt: at === 0 ? null : at, ...never, parts: new Map(), givenUp: [], events: [] };
}

function hear(open: OpenRound, now: Exclude<Line, { kind: "committed" }>, roster: z.infer<typeof near> | null): void {
  open.beganAt ??= now.at;
  const at = now.at - open.beganAt;
  const nameOf = (peer: string): string => roster?.roster.members.find((member) => member.peer === peer)?.label ?? peer;
  switch (now.kind) {
    case "train":
      open.trainingFrom = at;
      break;
    case "trained":
      open.trainedAt = at;
      break;
    case "up":
      open.parts.set(labelAt(roster, now.from), at);
      break;
    case "send":
      if (now.message.kind === "up") open.sentAt = at;
      break;
    case "down":
      open.totalAt = at;
      break;
    case "deadline":
      open.deadlineAt = at;
      break;
    case "training-failed":
      open.events.push({ at, text: `training failed: ${now.cause ?? "no reason is given"}` });
      break;
    case "lost":
      open.events.push({ at, text: `the link to ${nameOf(now.peer)} was lost` });
      break;
    case "opened":
      open.events.push({ at, text: `the link to ${nameOf(now.peer)} opened` });
      break;
    case "replace":
      open.events.push({ at, text: "a snapshot of a greater chain replaced the model" });
      break;
    case "roster":
      for (const name of absentees(open, roster)) open.givenUp.push({ name, at });
      open.parts.clear();
      open.events.push({ at, text: `a roster of ${now.near.roster.members.length} came` });
  }
}

function closed(open: OpenRound, now: Extract<Line, { kind: "committed" }>, roster: z.infer<typeof near> | null): TracedRound {
  const { beganAt, ...told } = open;
  return {
    ...told,
    round: now.tip.round,
    ms: now.at - (beganAt ?? now.at),
    absent: absentees(open, roster),
    counted: now.decision.counted,
    isRoot: roster?.treePosition?.place.parent === null,
  };
}

/** Children of whom no part has come under the roster in force. */
function absentees({ parts }: OpenRound, roster: z.infer<typeof near> | null): string[] {
  const children = roster?.treePosition?.place.children ?? [];
  return children.map((child) => labelAt(roster, child)).filter((name) => !parts.has(name));
}

function labelAt(roster: z.infer<typeof near> | null, position: number): string {
  return roster?.roster.members[position]?.label ?? `the peer at position ${position}`;
}
