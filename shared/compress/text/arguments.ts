import { closest } from "fastest-levenshtein";
import type { Amount } from "./amount.ts";
import { type Call, SchemeError, type Value } from "./grammar.ts";

/** Reads the arguments of one call by place or by name, checks their ranges, and refuses what nobody asked for. */
export interface Arguments {
  /** `1%` is a share in (0 %, 100 %]; a number without % is a count of at least 1. With it, by name, `warmup`: rounds. */
  amount(name: string): Amount;
  number(name: string, range: { readonly fallback: number; readonly min: number; readonly max: number }): number;
  /** A number that is worked out from something else where it is not given: then null. */
  derived(name: string, range: { readonly from: string; readonly min: number; readonly max: number }): number | null;
  /** A whole number; one without a fallback must be given. */
  integer(name: string, range: { readonly fallback?: number; readonly min: number; readonly max: number }): number;
  /** 0 or 1; 0 where it is not given. */
  flag(name: string): boolean;
  /** A bare word, one of those given. */
  word<Word extends string>(name: string, options: { readonly fallback: Word; readonly of: readonly Word[] }): Word;
  /** `name=[0, 2]`, exactly `count` numbers that do not fall; given by name only, else null. */
  numbers(
    name: string,
    options: { readonly count: number; readonly min: number; readonly max: number },
  ): readonly number[] | null;
  /** `name=[bias, norm]`; given by name only. */
  words(name: string, fallback: readonly string[]): readonly string[];
  call(name: string): Call;
  /** @throws {SchemeError} at this call: its arguments do not fit together */
  refuse(problem: string): never;
  /** @throws {SchemeError} if an argument was given that no one read */
  done(): void;
}

export function argumentsOf(text: string, call: Call): Arguments {
  const places = [...call.positional];
  const names = new Map(call.named);
  const expected: string[] = [];
  const next = (name: string): Value | undefined => {
    expected.push(name);
    const named = names.get(name);
    names.delete(name);
    return named ?? places.shift();
  };
  const missing = (what: string): never => {
    throw new SchemeError(text, call.at + call.name.length, `${call.name}: expected ${what}`);
  };
  const quantity = (value: Value, what: string) => {
    if (value.kind === "quantity") return value;
    throw new SchemeError(text, value.at, `${call.name}: expected ${what}, got ${shown(value)}`);
  };
  const list = (name: string, what: string): readonly Value[] | null => {
    expected.push(name);
    const value = names.get(name);
    names.delete(name);
    if (value === undefined) return null;
    if (value.kind === "list") return value.items;
    throw new SchemeError(text, value.at, `${call.name}: expected ${what}, got ${shown(value)}`);
  };
  const bare = (value: Value, what: string): string => {
    if (value.kind === "call" && value.positional.length + value.named.size === 0 && value.next === null) return value.name;
    throw new SchemeError(text, value.at, `${call.name}: expected ${what}, got ${shown(value)}`);
  };
  const number = (name: string, { min, max }: { readonly min: number; readonly max: number }): number | null => {
    const found = next(name);
    if (found === undefined) return null;
    const what = `${name}: a number from ${min} to ${max}`;
    const { at, value, percent } = quantity(found, what);
    if (!percent && value >= min && value <= max) return value;
    throw new SchemeError(text, at, `${call.name}: expected ${what}, got ${value}${percent ? "%" : ""}`);
  };
  const integer: Arguments["integer"] = (name, { fallback, min, max }) => {
    const what = `${name}: a whole number from ${min} to ${max}`;
    const found = next(name);
    if (found === undefined) return fallback ?? missing(what);
    const { at, value, percent } = quantity(found, what);
    if (!percent && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new SchemeError(text, at, `${call.name}: expected ${what}, got ${value}${percent ? "%" : ""}`);
  };
  return {
    amount(name) {
      const what = `${name}: a share such as 1% or a count such as 500`;
      const { at, value, percent } = quantity(next(name) ?? missing(what), what);
      if (!names.has("warmup")) expected.push("warmup");
      const warmUp = names.has("warmup") ? { warmUp: integer("warmup", { min: 0, max: 1e6 }) } : {};
      if (percent && value > 0 && value <= 100) return { kind: "density", percent: value, ...warmUp };
      if (!percent && Number.isInteger(value) && value >= 1) return { kind: "count", count: value, ...warmUp };
      throw new SchemeError(text, at, `${call.name}: expected ${what}, got ${value}${percent ? "%" : ""}`);
    },
    number: (name, { fallback, min, max }) => number(name, { min, max }) ?? fallback,
    derived: (name, { min, max }) => number(name, { min, max }),
    refuse(problem) {
      throw new SchemeError(text, call.at, `${call.name}: ${problem}`);
    },
    integer,
    flag: (name) => integer(name, { fallback: 0, min: 0, max: 1 }) === 1,
    word(name, { fallback, of }) {
      const value = next(name);
      if (value === undefined) return fallback;
      const what = `${name}: ${of.join(" or ")}`;
      const given = bare(value, what);
      const found = of.find((word) => word === given);
      if (found !== undefined) return found;
      throw new SchemeError(text, value.at, `${call.name}: expected ${what}, got ${given}`);
    },
    numbers(name, { count, min, max }) {
      const what = `${name}: ${count} ascending numbers from ${min} to ${max}, as in ${name}=[0, 2]`;
      const at = names.get(name)?.at ?? call.at;
      const found = list(name, what)?.map((value) => quantity(value, what)) ?? null;
      const isRight = found?.every(({ value, percent }, i) => !percent && value >= (found[i - 1]?.value ?? min) && value <= max);
      if (found === null || (isRight === true && found.length === count)) return found?.map(({ value }) => value) ?? null;
      throw new SchemeError(text, at, `${call.name}: expected ${what}, got ${found.map(({ value }) => value).join(", ")}`);
    },
    words(name, fallback) {
      const what = `${name}: words, as in ${name}=[bias, norm]`;
      return list(name, what)?.map((value) => bare(value, what)) ?? fallback;
    },
    call(name) {
      const value = next(name) ?? missing(`${name} in brackets, as in ${call.name}(topk(1%))`);
      if (value.kind === "call") return value;
      throw new SchemeError(text, value.at, `${call.name}: expected ${name}, got ${shown(value)}`);
    },
    done() {
      const list = expected.length === 0 ? "no argument" : `only ${expected.join(", ")}`;
      const [key] = names.keys();
      if (places[0] !== undefined) throw new SchemeError(text, places[0].at, `${call.name}: expected ${list}, got one more`);
      if (key === undefined) return;
      const nearest = expected.length === 0 ? "" : `; did you mean ${closest(key, expected)}?`;
      throw new SchemeError(text, call.keys.get(key)!, `${call.name}: expected ${list}, got ${key}${nearest}`);
    },
  };
}

function shown(value: Value): string {
  if (value.kind === "call") return value.name;
  return value.kind === "list" ? "a list" : `the number ${value.value}`;
}
