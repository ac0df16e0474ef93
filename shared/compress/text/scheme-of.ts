import { closest } from "fastest-levenshtein";
import { layoutOf } from "../../base/layout.ts";
import { plain } from "../feedback/plain.ts";
import { measured, measuredScheme, type Probe } from "../measured.ts";
import type { Method } from "../method.ts";
import { asFloats, type Coarsening, unquantized } from "../quantizers/quantizer.ts";
import { methods } from "../registry.ts";
import { sparse } from "../sparsifiers/sparse.ts";
import { everything, type Sparsifier } from "../sparsifiers/sparsifier.ts";
import { sharing } from "../support/agreed.ts";
import type { SupportSearch } from "../support/support-search.ts";
import type { Compressor, Scheme } from "../types.ts";
import { argumentsOf } from "./arguments.ts";
import { type Call, parseScheme, SchemeError } from "./grammar.ts";

/**
 * The scheme that a text such as `ef14(topk(1%) | qsgd(8))` names. A compressor alone runs without feedback.
 * @param probe called with α̂ of each compression
 * @param search how all peers find one support; absent: each has its own
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 * @throws {RangeError} if entries of this scheme have no support that peers can search for
 */
export function schemeOf(text: string, probe?: Probe, { search }: { readonly search?: SupportSearch | undefined } = {}): Scheme {
  const call = parseScheme(text);
  const method = methodOf(text, call);
  const compressor = (inner: Call): Compressor => {
    const built = compressorOf(text, inner, { isInFeedback: method.kind === "feedback", search });
    return probe === undefined ? built : measured(built, probe);
  };
  if (method.kind !== "feedback" && method.kind !== "masked-feedback") return plain(compressor(call));
  if (call.next !== null) throw notPiped(text, call, method);
  const given = argumentsOf(text, call);
  const inner = given.call("a compressor");
  if (method.kind === "masked-feedback") {
    const sparsifier = searching(sparsifierOf(text, inner), inner.name, search);
    const built = fitted(text, call, () => method.build(sparsifier, given.read(method.parameters)));
    return probe === undefined ? built : measuredScheme(built, probe);
  }
  const built = compressor(inner);
  return fitted(text, call, () => method.build(built, given.read(method.parameters)));
}

/** sparsifier [ "|" quantizer ], or a quantizer or a whole compressor alone. */
function compressorOf(
  text: string,
  call: Call,
  { isInFeedback, search }: { readonly isInFeedback: boolean; readonly search: SupportSearch | undefined },
): Compressor {
  const method = methodOf(text, call);
  if (method.kind === "feedback" || method.kind === "masked-feedback") {
    const names = namesOf("compressor", "sparsifier", "quantizer");
    throw new SchemeError(text, call.at, `expected a compressor (${names}), got the error feedback ${call.name}`);
  }
  if (call.next !== null && method.kind !== "sparsifier") throw notPiped(text, call, method);
  const given = argumentsOf(text, call).read(method.parameters);
  if (search !== undefined && method.kind !== "sparsifier") throw withoutSupport(call.name);
  switch (method.kind) {
    case "compressor":
      return fitted(text, call, () => method.build(given));
    case "quantizer":
      return sparse(
        everything,
        fitted(text, call, () => method.build(given)),
      );
    case "sparsifier": {
      const built = fitted(text, call, () => method.build(given));
      const sparsifier = searching(isInFeedback ? (built.inFeedback ?? built) : built, call.name, search);
      return sparse(sparsifier, call.next === null ? asFloats(unquantized) : quantizerOf(text, call.next));
    }
  }
}

/** The sparsifier inside a feedback such as SCAM, which takes no quantizer after a `|`. */
function sparsifierOf(text: string, call: Call): Sparsifier {
  const method = methodOf(text, call);
  if (method.kind !== "sparsifier" || call.next !== null) {
    const got = call.next === null ? `the ${called(method)}` : "a |";
    throw new SchemeError(text, call.next?.at ?? call.at, `expected one of ${namesOf("sparsifier")} alone, got ${got}`);
  }
  const given = argumentsOf(text, call).read(method.parameters);
  return fitted(text, call, () => method.build(given));
}

/** The sparsifier with that search. @throws {RangeError} if it does not choose by size */
function searching(sparsifier: Sparsifier, name: string, search: SupportSearch | undefined): Sparsifier {
  if (search === undefined) return sparsifier;
  const { kind } = sparsifier.merge(layoutOf([{ name: "probe", shape: [8, 8] }]), { round: 1, members: 2 });
  if (kind === "truncate-cost") throw new RangeError("expected adaptive=0 where all peers share a support, got adaptive=1");
  if (kind !== "truncate" && kind !== "truncate-blocks") throw withoutSupport(name);
  return sharing(sparsifier, search);
}

function withoutSupport(name: string): RangeError {
  return new RangeError(
    `expected entries chosen by size (topk, or impk with operator=5) where all peers share a support, got ${name}`,
  );
}

/** The quantizer after a `|`. */
function quantizerOf(text: string, call: Call): Coarsening {
  const method = methodOf(text, call);
  if (method.kind !== "quantizer")
    throw new SchemeError(text, call.at, `expected a quantizer (${namesOf("quantizer")}) after |, got the ${called(method)}`);
  if (call.next !== null) throw new SchemeError(text, call.next.at, `expected one quantizer after |, got ${call.next.name} too`);
  const given = argumentsOf(text, call).read(method.parameters);
  return fitted(text, call, () => method.build(given));
}

/** Builds a method of a call's arguments. @throws {SchemeError} at the call if they do not fit together */
function fitted<T>(text: string, call: Call, build: () => T): T {
  try {
    return build();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new SchemeError(text, call.at, `${call.name}: ${cause.message}`);
  }
}

function notPiped(text: string, call: Call, method: Method): SchemeError {
  return new SchemeError(text, call.at, `expected a sparsifier (${namesOf("sparsifier")}) before |, got the ${called(method)}`);
}

function called({ kind, name }: Method): string {
  return `${kind === "feedback" || kind === "masked-feedback" ? "error feedback" : kind} ${name}`;
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

function namesOf(...kinds: readonly Method["kind"][]): string {
  return methods
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ name }) => name)
    .join(", ");
}
