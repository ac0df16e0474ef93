import type { Method } from "../method.ts";
import { none } from "../none.ts";
import { topK } from "../sparsifiers/top-k.ts";
import type { Arguments } from "./arguments.ts";
import { parseScheme } from "./grammar.ts";

/** One argument of a method. Without a default it must be given, unless it is a list. */
export interface Parameter {
  readonly name: string;
  /** `amount`: a share or a count; `flag`: 0 or 1. */
  readonly type: "amount" | "number" | "integer" | "flag" | "word" | "numbers" | "words" | "method";
  readonly default?: number | string | readonly string[];
  readonly min?: number;
  readonly max?: number;
  /** The words there are. */
  readonly of?: readonly string[];
}

/** The arguments that a method reads, as it reads them: it is built once of nothing but defaults. */
export function parametersOf(method: Method): Parameter[] {
  const inner: Parameter = { name: "compressor", type: "method" };
  if (method.kind === "feedback") return [inner, ...parametersRead((given) => method.build(none(), given))];
  if (method.kind === "masked-feedback")
    return [inner, ...parametersRead((given) => method.build(topK({ kind: "count", count: 1 }), given))];
  return parametersRead((given) => method.build(given));
}

/** What `build` reads, in its order. */
export function parametersRead(build: (given: Arguments) => unknown): Parameter[] {
  const found: Parameter[] = [];
  build(recorder((parameter) => found.push(parameter)));
  return found;
}

/** Answers with defaults, or with the least there is. */
function recorder(record: (parameter: Parameter) => void): Arguments {
  const ranged = (type: "number" | "integer"): Arguments["integer"] => {
    return (name, { fallback, min, max }) => {
      record({ name, type, ...(fallback === undefined ? {} : { default: fallback }), min, max });
      return fallback ?? min;
    };
  };
  return {
    amount(name) {
      record({ name, type: "amount" });
      return { kind: "count", count: 1 };
    },
    number: ranged("number"),
    derived(name, { from, min, max }) {
      record({ name, type: "number", default: `from ${from}`, min, max });
      return null;
    },
    integer: ranged("integer"),
    flag(name) {
      record({ name, type: "flag", default: 0 });
      return false;
    },
    word(name, { fallback, of }) {
      record({ name, type: "word", default: fallback, of });
      return fallback;
    },
    numbers(name, { min, max }) {
      record({ name, type: "numbers", min, max });
      return null;
    },
    words(name, fallback) {
      record({ name, type: "words", default: fallback });
      return fallback;
    },
    call(name) {
      record({ name, type: "method" });
      return parseScheme("none");
    },
    refuse(problem) {
      throw new Error(problem);
    },
    done() {},
  };
}
