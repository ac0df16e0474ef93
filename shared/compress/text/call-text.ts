import type { Call, Value } from "./grammar.ts";

/** The canonical text of a parsed scheme. It parses to the same call but for the positions. */
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
