import { closest } from "fastest-levenshtein";
import type { Amount } from "./amount.ts";
import { type Call, type Quantity, SchemeError, type Value } from "./grammar.ts";
import type { ArgumentsOf, Parameter, Parameters } from "./parameters.ts";

/** The arguments of one call, by place or by name. */
export interface Arguments {
  /** The next positional argument, a call. */
  call(name: string): Call;
  /** The arguments of these parameters, in their order. @throws {SchemeError} if one is missing, out of its range, or not a parameter */
  read<P extends Parameters>(parameters: P): ArgumentsOf<P>;
}

export function argumentsOf(text: string, call: Call): Arguments {
  const places = [...call.positional];
  const names = new Map(call.named);
  const expected: string[] = [];

  const fail = (at: number, what: string, got?: string): never => {
    throw new SchemeError(text, at, `${call.name}: expected ${what}${got === undefined ? "" : `, got ${got}`}`);
  };
  const missing = (what: string): never => fail(call.at + call.name.length, what);
  const next = (name: string, isNamed: boolean): Value | undefined => {
    expected.push(name);
    const named = names.get(name);
    names.delete(name);
    return named ?? (isNamed ? undefined : places.shift());
  };
  const quantity = (value: Value, what: string): Quantity =>
    value.kind === "quantity" ? value : fail(value.at, what, shown(value));
  const items = (value: Value, what: string): readonly Value[] =>
    value.kind === "list" ? value.items : fail(value.at, what, shown(value));
  const bare = (value: Value, what: string): string => {
    const isBare = value.kind === "call" && value.positional.length + value.named.size === 0 && value.next === null;
    return isBare ? value.name : fail(value.at, what, shown(value));
  };
  const amount = (value: Value, what: string): Amount => {
    const { at, value: given, percent } = quantity(value, what);
    if (percent && given > 0 && given <= 100) return { kind: "density", percent: given };
    if (!percent && Number.isInteger(given) && given >= 1) return { kind: "count", count: given };
    return fail(at, what, numberText({ value: given, percent }));
  };
  const number = (value: Value, what: string, isRight: (given: number) => boolean): number => {
    const found = quantity(value, what);
    return !found.percent && isRight(found.value) ? found.value : fail(found.at, what, numberText(found));
  };
  const numbers = (
    value: Value,
    what: string,
    { count, min, max }: Extract<Parameter, { type: "numbers" }>,
  ): readonly number[] => {
    const found = items(value, what).map((item) => quantity(item, what));
    const isRight = found.every((item, i) => !item.percent && item.value >= (found[i - 1]?.value ?? min) && item.value <= max);
    if (isRight && found.length === count) return found.map((item) => item.value);
    return fail(value.at, what, found.map((item) => item.value).join(", "));
  };

  const argument = (name: string, parameter: Parameter): unknown => {
    const isList = parameter.type === "numbers" || parameter.type === "words";
    const value = next(name, isList || parameter.isNamed === true);
    const what = `${name}: ${expectation(name, parameter)}`;
    if (value === undefined) return defaultOf(parameter, () => missing(what));
    switch (parameter.type) {
      case "amount":
        return amount(value, what);
      case "number":
        return number(value, what, (given) => given >= parameter.min && given <= parameter.max);
      case "integer":
        return number(value, what, (given) => Number.isInteger(given) && given >= parameter.min && given <= parameter.max);
      case "flag":
        return number(value, what, (given) => given === 0 || given === 1) === 1;
      case "word": {
        const word = bare(value, what);
        return parameter.of.includes(word) ? word : fail(value.at, what, word);
      }
      case "numbers":
        return numbers(value, what, parameter);
      case "words":
        return items(value, what).map((item) => bare(item, what));
    }
  };
  const done = (): void => {
    const list = expected.length === 0 ? "no argument" : `only ${expected.join(", ")}`;
    const [key] = names.keys();
    if (places[0] !== undefined) fail(places[0].at, list, "one more");
    if (key === undefined) return;
    const nearest = expected.length === 0 ? "" : `; did you mean ${closest(key, expected)}?`;
    fail(call.keys.get(key)!, list, `${key}${nearest}`);
  };

  return {
    call(name) {
      const value = next(name, false) ?? missing(`${name} in brackets, as in ${call.name}(topk(1%))`);
      return value.kind === "call" ? value : fail(value.at, name, shown(value));
    },
    read<P extends Parameters>(parameters: P): ArgumentsOf<P> {
      const entries = Object.entries(parameters).map(([name, parameter]) => {
        const isMeant = parameter.unless === undefined || !call.named.has(parameter.unless);
        return [name, isMeant ? argument(name, parameter) : defaultOf(parameter, () => null)];
      });
      done();
      return Object.fromEntries(entries) as ArgumentsOf<P>;
    },
  };
}

/** The expected argument, as the end of a sentence. */
function expectation(name: string, parameter: Parameter): string {
  switch (parameter.type) {
    case "amount":
      return "a share such as 1% or a count such as 500";
    case "number":
      return `a number from ${parameter.min} to ${parameter.max}`;
    case "integer":
      return `a whole number from ${parameter.min} to ${parameter.max}`;
    case "flag":
      return "a whole number from 0 to 1";
    case "word":
      return parameter.of.join(" or ");
    case "numbers":
      return `${parameter.count} ascending numbers from ${parameter.min} to ${parameter.max}, as in ${name}=[0, 2]`;
    case "words":
      return `words, as in ${name}=[bias, norm]`;
  }
}

/** The value of an argument that is not given. */
function defaultOf(parameter: Parameter, missing: () => unknown): unknown {
  switch (parameter.type) {
    case "amount":
      return missing();
    case "number":
      return typeof parameter.default === "string" ? null : parameter.default;
    case "integer":
      return parameter.default ?? missing();
    case "flag":
      return false;
    case "word":
    case "words":
      return parameter.default;
    case "numbers":
      return null;
  }
}

function numberText({ value, percent }: Pick<Quantity, "value" | "percent">): string {
  return `${value}${percent ? "%" : ""}`;
}

function shown(value: Value): string {
  if (value.kind === "call") return value.name;
  return value.kind === "list" ? "a list" : `the number ${value.value}`;
}
