import type { Amount } from "./amount.ts";

/** One argument of a method, as data: the parser, `copse methods` and the page are made from it. */
export type Parameter = Typed & {
  /** What it does, for people: a phrase without a full stop. */
  readonly help: string;
  /** Given by name only: no place in the order of arguments. Lists always are. */
  readonly isNamed?: boolean;
  /** Name of a list beside which this one has no effect and is refused. */
  readonly unless?: string;
};

/** An argument without a default must be given, unless it is a list. A number's default may be words: then it is derived from something else. */
type Typed =
  /** `1%` is a density in (0 %, 100 %]; a number without % is a count of at least 1. */
  | { readonly type: "amount" }
  | { readonly type: "number"; readonly default: number | string; readonly min: number; readonly max: number }
  | { readonly type: "integer"; readonly default?: number; readonly min: number; readonly max: number }
  /** 0 or 1. */
  | { readonly type: "flag"; readonly default: 0 }
  /** A bare word, one of those given. */
  | { readonly type: "word"; readonly default: string; readonly of: readonly string[] }
  /** `name=[0, 2]`: exactly `count` numbers that do not fall. */
  | { readonly type: "numbers"; readonly count: number; readonly min: number; readonly max: number }
  /** `name=[bias, norm]`. */
  | { readonly type: "words"; readonly default: readonly string[] };

/** The arguments of a method by name, in the order in which they are written. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** The type of a parameter's value; null: derived, or a list of numbers that was not given. */
type ArgumentOf<P> = P extends { readonly type: "amount" }
  ? Amount
  : P extends { readonly type: "number"; readonly default: string }
    ? number | null
    : P extends { readonly type: "number" | "integer" }
      ? number
      : P extends { readonly type: "flag" }
        ? boolean
        : P extends { readonly type: "word"; readonly of: readonly (infer Word)[] }
          ? Word
          : P extends { readonly type: "numbers" }
            ? readonly number[] | null
            : P extends { readonly type: "words" }
              ? readonly string[]
              : never;

/** The arguments of a call, read and checked. */
export type ArgumentsOf<P extends Parameters> = { readonly [Name in keyof P]: ArgumentOf<P[Name]> };

/** The arguments of any method. */
export type ArgumentValues = Readonly<Record<string, ArgumentOf<Parameter>>>;
