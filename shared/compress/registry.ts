import { closest } from "fastest-levenshtein";
import { type Arguments, argumentsOf } from "./arguments.ts";
import { ef14 } from "./ef14.ts";
import { ef21 } from "./ef21.ts";
import { type Call, parseScheme, SchemeError } from "./grammar.ts";
import { none } from "./none.ts";
import { plain } from "./plain.ts";
import { topK } from "./top-k.ts";
import type { Compressor, Scheme } from "./types.ts";

interface Described {
  readonly name: string;
  /** How it is written, with its arguments. */
  readonly usage: string;
  readonly law: string;
  readonly source: string;
}

type Method =
  | (Described & { readonly kind: "compressor"; build(given: Arguments): Compressor })
  | (Described & { readonly kind: "feedback"; build(inner: Compressor, given: Arguments): Scheme });

/** Every method by name: a new one is one file, and one entry here. */
export const methods: readonly Method[] = [
  {
    name: "none",
    kind: "compressor",
    usage: "none",
    law: "C(x) = x",
    source: "the identity; FedAvg without compression (McMahan et al. 2017)",
    build: none,
  },
  {
    name: "topk",
    kind: "compressor",
    usage: "topk(1%) or topk(500)",
    law: "‖C(x) − x‖² ≤ (1 − k/d)‖x‖²",
    source: "Stich et al. 2018, Lemma A.1; summed as gTop-k, Shi et al. 2019",
    build: (given) => topK(given.amount("k")),
  },
  {
    name: "ef14",
    kind: "feedback",
    usage: "ef14(compressor, decay=1)",
    law: "Σ sent + memory = Σ updates (decay 1)",
    source: "Seide et al. 2014; Stich et al. 2018",
    build: (inner, given) => ef14(inner, { decay: given.number("decay", { fallback: 1, min: 0, max: 1 }) }),
  },
  {
    name: "ef21",
    kind: "feedback",
    usage: "ef21(compressor)",
    law: "Σ believed = n · mean",
    source: "Richtárik, Sokolov, Fatkhullin 2021",
    build: (inner) => ef21(inner),
  },
];

/**
 * The scheme that a text such as `ef14(topk(1%))` names. A compressor alone runs without feedback.
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function schemeOf(text: string): Scheme {
  const call = parseScheme(text);
  const method = methodOf(text, call);
  if (method.kind === "compressor") return plain(compressorOf(text, call));
  const given = argumentsOf(text, call);
  const scheme = method.build(compressorOf(text, given.call("a compressor")), given);
  given.done();
  return scheme;
}

function compressorOf(text: string, call: Call): Compressor {
  const method = methodOf(text, call);
  if (method.kind !== "compressor") {
    throw new SchemeError(text, call.at, `expected a compressor (${namesOf("compressor")}), got the error feedback ${call.name}`);
  }
  const given = argumentsOf(text, call);
  const compressor = method.build(given);
  given.done();
  return compressor;
}

function methodOf(text: string, call: Call): Method {
  const method = methods.find(({ name }) => name === call.name);
  if (method !== undefined) return method;
  const nearest = closest(
    call.name,
    methods.map(({ name }) => name),
  );
  throw new SchemeError(text, call.at, `expected a method (${namesOf()}), got ${call.name}; did you mean ${nearest}?`);
}

function namesOf(kind?: Method["kind"]): string {
  return methods
    .filter((method) => kind === undefined || method.kind === kind)
    .map(({ name }) => name)
    .join(", ");
}
