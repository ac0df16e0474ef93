import type { Effect } from "../step.ts";

/** What a person may ask to be told of, and the events and effects that belong to it. */
const kindsOf = {
  signaling: ["roster", "promise", "overdue"],
  links: ["opened", "lost", "muted", "misbehaved", "await-parent", "parent-awaited", "orphaned"],
  membership: ["join", "child-lost", "child-found", "take-in", "turn-to", "prepare", "asked-in", "reparent"],
  reduce: ["up", "down", "send", "phase", "deadline", "decided", "committed", "diverged", "tell-if-over", "close"],
  sync: ["tip", "announce", "in-step", "unfit", "logged", "broadcast", "answered", "replace", "look-around"],
  snapshots: ["piece", "fetch", "served", "progress", "whole"],
  messages: ["bytes", "deliver", "post", "refused", "notice"],
  training: ["begin", "train", "trained", "training-failed", "trainer-free", "asked", "answered-ask", "ask-failed"],
} as const satisfies Readonly<Record<string, readonly Effect["kind"][]>>;

export type DebugNamespace = keyof typeof kindsOf;

/** The namespace of each kind: one that has none does not compile. */
const namespaces: Readonly<Record<(typeof kindsOf)[DebugNamespace][number], DebugNamespace>> = Object.fromEntries(
  (Object.keys(kindsOf) as DebugNamespace[]).flatMap((name) => kindsOf[name].map((kind) => [kind, name] as const)),
) as Record<(typeof kindsOf)[DebugNamespace][number], DebugNamespace>;

export function debugNamespaceOf(kind: Effect["kind"]): DebugNamespace {
  return namespaces[kind];
}

/** What of `links,sync` or `*` are namespaces. @throws {RangeError} for one that there is not, with the list of all */
export function readDebugNamespaces(text: string): ReadonlySet<DebugNamespace> {
  const all = Object.keys(kindsOf) as DebugNamespace[];
  const named = text.split(",").map((name) => name.trim());
  return new Set(
    named.flatMap((name) => {
      const found = name === "*" ? all : all.filter((one) => one === name);
      if (found.length > 0 || name === "") return found;
      throw new RangeError(`expected some of ${all.join(", ")}, or *, got ${JSON.stringify(name.slice(0, 40))}`);
    }),
  );
}
