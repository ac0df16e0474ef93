import type { Call, Value } from "./grammar.ts";

/** A parsed scheme as a text again, in one way of writing: what it parses to differs from the call in places alone. */
export function callText({ name, positional, named, next }: Call): string {
  const all = [...positional.map(valueText), ...[...named].map(([key, value]) => `${key}=${valueText(value)}`)];
  const call = all.length === 0 ? name : `${name}(${all.join(", ")})`;
  return next === null ? call : `${call} | ${callText(next)}`;
}

function valueText(value: Value): string {
  switch (value.kind) {
    case "call":
      return callText(value);
    case "quantity":
      return `${value.value}${value.percent ? "%" : ""}`;
    case "list":
      return `[${value.items.map(valueText).join(", ")}]`;
  }
}
