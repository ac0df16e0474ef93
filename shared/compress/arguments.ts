import type { Amount } from "./amount.ts";
import { type Call, SchemeError, type Value } from "./grammar.ts";

/** Reads the arguments of one call by place or by name, checks their ranges, and refuses what nobody asked for. */
export interface Arguments {
  /** `1%` is a share in (0 %, 100 %]; a number without % is a count of at least 1. */
  amount(name: string): Amount;
  number(name: string, range: { readonly fallback: number; readonly min: number; readonly max: number }): number;
  call(name: string): Call;
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
    throw new SchemeError(text, value.at, `${call.name}: expected ${what}, got ${value.name}`);
  };
  return {
    amount(name) {
      const what = `${name}: a share such as 1% or a count such as 500`;
      const { at, value, percent } = quantity(next(name) ?? missing(what), what);
      if (percent && value > 0 && value <= 100) return { kind: "share", share: value / 100 };
      if (!percent && Number.isInteger(value) && value >= 1) return { kind: "count", count: value };
      throw new SchemeError(text, at, `${call.name}: expected ${what}, got ${value}${percent ? "%" : ""}`);
    },
    number(name, { fallback, min, max }) {
      const found = next(name);
      if (found === undefined) return fallback;
      const what = `${name}: a number from ${min} to ${max}`;
      const { at, value, percent } = quantity(found, what);
      if (!percent && value >= min && value <= max) return value;
      throw new SchemeError(text, at, `${call.name}: expected ${what}, got ${value}${percent ? "%" : ""}`);
    },
    call(name) {
      const value = next(name) ?? missing(`${name} in brackets, as in ${call.name}(topk(1%))`);
      if (value.kind === "call") return value;
      throw new SchemeError(text, value.at, `${call.name}: expected ${name}, got the number ${value.value}`);
    },
    done() {
      const extra = places[0] ?? [...names.values()][0];
      if (extra === undefined) return;
      const list = expected.length === 0 ? "no argument" : `only ${expected.join(", ")}`;
      throw new SchemeError(text, extra.at, `${call.name}: expected ${list}, got one more`);
    },
  };
}
