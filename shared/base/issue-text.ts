import type * as z from "zod/mini";

/** What the schema library has to say is for programmers; a message of our own begins so. */
const ours = /^expected /;

/** What a schema expected, as the beginning of a sentence: "expected at least 1". Nothing of the library's own words. */
export function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      return `expected ${issue.inclusive === false ? "more than" : "at least"} ${counted(issue.minimum, issue.origin)}`;
    case "too_big":
      return `expected ${issue.inclusive === false ? "less than" : "at most"} ${counted(issue.maximum, issue.origin)}`;
    case "invalid_type":
      return `expected ${typeWords[issue.expected] ?? "something else"}`;
    case "invalid_value":
      return `expected ${issue.values.map(String).join(" or ")}`;
    case "unrecognized_keys":
      return "expected only fields that there are";
    default:
      return ours.test(issue.message) ? issue.message : "expected something else";
  }
}

/** "rate: expected a number, got "fast"", `value` being what the schema was given; what is got is cut short. */
export function issueText(issue: z.core.$ZodIssue, value: unknown): string {
  const path = issue.path.map(String);
  const got = issue.code === "unrecognized_keys" ? shownValue(issue.keys[0]) : shownValue(valueAt(value, path));
  return `${path.length === 0 ? "" : `${path.join(".")}: `}${expectationOf(issue)}, got ${got}`;
}

/** A value as a sentence says it, at most 40 characters of it. */
export function shownValue(value: unknown): string {
  if (value === undefined || value === "") return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

/** A hint for who writes numbers with a decimal comma; empty for any other text. */
export function commaHint(text: unknown): string {
  const [, whole, rest] = (typeof text === "string" && /^\s*([+-]?\d*),(\d+%?)\s*$/.exec(text)) || [];
  return rest === undefined ? "" : `; with a point, as in ${whole === "" ? "0" : whole}.${rest}, it is a number`;
}

const typeWords: Readonly<Record<string, string>> = {
  string: "some text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "an object",
};

function counted(limit: number | bigint, origin: string): string {
  if (origin === "string") return limit === 1 ? "one character" : `${limit} characters`;
  return origin === "array" ? `${limit} entries` : String(limit);
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const key of path) at = typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined;
  return at;
}
