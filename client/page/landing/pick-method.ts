import type { Method } from "../../../shared/compress/method.ts";
import { methods } from "../../../shared/compress/registry.ts";
import { callText } from "../../../shared/compress/text/call-text.ts";
import { type Call, parseScheme } from "../../../shared/compress/text/grammar.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { schemeProblems } from "../../../shared/run/run-scheme.ts";

/** The parts of a scheme: feedback(compressor | quantizer). */
interface Parts {
  readonly feedback: Call | null;
  /** Without the quantizer after its `|`. */
  readonly compressor: Call;
  readonly quantizer: Call | null;
}

/** The methods that a scheme names, outermost first; null if the text is no scheme. */
export function methodsIn(text: string): readonly Method[] | null {
  const parts = partsOf(text);
  if (parts === null) return null;
  const names = [parts.feedback, parts.compressor, parts.quantizer].map((call) => call?.name);
  return names.flatMap((name) => methods.find((method) => method.name === name) ?? []);
}

/**
 * The scheme after a person has picked a method: the method replaces the one of its kind, and the rest stays if the two fit
 * together; otherwise the scheme is the method's example. A text that is no scheme counts as the default. Pure.
 */
export function pickMethod(text: string, method: Method): string {
  const parts = partsOf(text) ?? partsOf(defaultConfig.scheme);
  const picked = parts === null ? [] : candidates(method, parts);
  return picked.find(isScheme) ?? method.example;
}

/** Texts that a picked method may lead to, the best first. */
function candidates(method: Method, { feedback, compressor, quantizer }: Parts): string[] {
  const around = (inner: string): string => (feedback === null ? inner : callText(withFirst(feedback, parseScheme(inner))));
  switch (method.kind) {
    case "feedback":
    case "masked-feedback":
      return [`${method.name}(${callText({ ...compressor, next: quantizer })})`, `${method.name}(${callText(compressor)})`];
    case "sparsifier": {
      const chosen = withAmountOf(method, compressor);
      return [...(quantizer === null ? [] : [around(`${chosen} | ${callText(quantizer)}`)]), around(chosen)];
    }
    case "quantizer":
      return [around(`${callText(compressor)} | ${method.example}`), around(method.example)];
    case "compressor":
      // `none` loses nothing: there is nothing to feed back.
      return method.name === "none" ? [] : [around(withAmountOf(method, compressor))];
  }
}

/** The method's example with the amount k of the compressor before it, if both have one. */
function withAmountOf(method: Method, before: Call): string {
  const example = parseScheme(method.example);
  const [amount] = before.positional;
  const old = methods.find(({ name }) => name === before.name);
  const take = amount !== undefined && old !== undefined && isToldHowMuch(old) && isToldHowMuch(method);
  return callText(take ? withFirst(example, amount) : example);
}

function isToldHowMuch(method: Method): boolean {
  return Object.values(method.parameters)[0]?.type === "amount";
}

function withFirst(call: Call, first: Call["positional"][number]): Call {
  return { ...call, positional: [first, ...call.positional.slice(1)] };
}

function partsOf(text: string): Parts | null {
  if (!isScheme(text)) return null;
  const call = parseScheme(text);
  const kind = methods.find(({ name }) => name === call.name)?.kind;
  const isFeedback = kind === "feedback" || kind === "masked-feedback";
  const inner = isFeedback ? call.positional[0] : call;
  if (inner?.kind !== "call") return null;
  return { feedback: isFeedback ? call : null, compressor: { ...inner, next: null }, quantizer: inner.next };
}

function isScheme(text: string): boolean {
  return !schemeProblems({ ...defaultConfig, scheme: text }).has("scheme");
}
