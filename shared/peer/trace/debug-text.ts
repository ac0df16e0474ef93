import type { Tip } from "../../base/tip.ts";
import type { Part } from "../../sum/part.ts";
import { countOf } from "../../tree/contributors.ts";
import type { PeerMessage } from "../../wire/messages.ts";
import type { Effect, Inspect } from "../step.ts";
import { type DebugNamespace, debugNamespaceOf } from "./debug-namespaces.ts";

interface DebugOptions {
  readonly namespaces: ReadonlySet<DebugNamespace>;
  /** The name of the peer, for people. */
  readonly label: string;
  /** Milliseconds. */
  now(): number;
  print(line: string): void;
}

/** Prints a line for each event and effect of the namespaces: when, whose, what, and the few fields that matter. */
export function createDebug({ namespaces, label, now, print }: DebugOptions): Inspect {
  return (event) => {
    const namespace = debugNamespaceOf(event.kind);
    if (!namespaces.has(namespace)) return;
    const facts = factsOf(event).join(", ");
    print(`${(now() / 1_000).toFixed(3).padStart(9)} ${label} ${namespace} ${event.kind}${facts === "" ? "" : `: ${facts}`}`);
  };
}

function factsOf(event: Effect): readonly string[] {
  switch (event.kind) {
    case "roster": {
      const { roster, treePosition } = event.near;
      const place = treePosition === null ? "observer" : `position ${treePosition.position}`;
      return [`version ${roster.version[1]}`, `${roster.members.length} members`, place, ...(roster.running ? [] : ["paused"])];
    }
    case "post":
      return [`to ${short(event.to)}`, ...messageFacts(event.message)];
    case "deliver":
      return [`from ${short(event.from)}`, ...messageFacts(event.message), `${event.bytes.length} bytes`];
    case "send":
      return [`to position ${event.to}`, ...messageFacts(event.message)];
    case "up":
      return [`from position ${event.from}`, ...messageFacts(event.message)];
    case "down":
      return [`from ${short(event.from)}`, ...messageFacts(event.message)];
    case "broadcast":
      return [`to ${event.to.map(short).join(" ")}`, `${event.message.bytes.length} bytes`];
    case "bytes":
      return [`from ${short(event.from)}`, `${event.bytes.length} bytes`];
    case "decided":
      return [...partFacts(event.decision.part), countedText(event.decision.counted)];
    case "committed":
      return [tipText(event.tip), ...partFacts(event.decision.part), countedText(event.decision.counted)];
    case "tip":
      return [`from ${short(event.from)}`, tipText(event.have.tip)];
    case "train":
      return [`round ${event.task.tip.round + 1}`];
    case "trained":
      return [`round ${event.start.round + 1}`, `${Math.round(event.contribution.metrics.trainingMs)} ms`];
    case "replace":
      return [tipText(event.snapshot.tip)];
    case "answered":
      return [`to ${short(event.answer.to)}`];
    default:
      return plainFacts(event);
  }
}

/** Fields that are short as they are. */
function plainFacts(event: object): readonly string[] {
  return Object.entries(event).flatMap(([name, value]): readonly string[] => {
    if (name === "kind" || value === null) return [];
    if (name === "tip") return [tipText(value as Tip)];
    if (typeof value === "string") return [`${name} ${/^[0-9a-f]{16,}$/.test(value) ? short(value) : value}`];
    if (value instanceof Error) return [String(value)];
    return typeof value === "number" || typeof value === "boolean" ? [`${name} ${value}`] : [];
  });
}

function messageFacts(message: PeerMessage): readonly string[] {
  switch (message.kind) {
    case "have":
      return ["have", tipText(message.tip)];
    case "up":
    case "down":
      return [
        message.kind,
        `round ${message.round}`,
        `phase ${message.phase}`,
        ...(message.part === null ? [] : partFacts(message.part)),
      ];
    case "snapshot":
      return ["snapshot", tipText(message.tip)];
    case "piece":
      return ["piece", `${message.offset} to ${message.offset + message.bytes.length} of ${message.total}`];
    case "fetch":
      return ["fetch", `${message.length} from ${message.offset}`];
    case "reparent":
      return ["reparent", `wanted ${message.wanted}`];
  }
}

function partFacts({ contributors }: Part): readonly string[] {
  return [`${countOf(contributors)} of ${contributors.members}`];
}

function countedText(counted: boolean | null): string {
  return counted === null ? "perhaps counted" : counted ? "counted" : "not counted";
}

function tipText({ round, hash }: Tip): string {
  return `round ${round} ${short(hash)}`;
}

/** Enough of an id or a hash to tell it from the others. */
function short(id: string): string {
  return id.slice(0, 6);
}
