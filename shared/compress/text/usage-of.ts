import type { Described } from "../method.ts";
import type { Parameter } from "./parameters.ts";

/** A method as it is written, with the defaults of its arguments: `ef14(compressor, decay=1, momentum=0)`. */
export function usageOf({ name, kind, parameters }: Pick<Described, "name" | "kind" | "parameters">): string {
  const inner = kind === "feedback" ? ["compressor"] : kind === "masked-feedback" ? ["sparsifier"] : [];
  const all = [...inner, ...Object.entries(parameters).map(([key, parameter]) => argumentText(key, parameter))];
  return all.length === 0 ? name : `${name}(${all.join(", ")})`;
}

function argumentText(key: string, parameter: Parameter): string {
  switch (parameter.type) {
    case "amount":
      return key;
    case "integer":
      return parameter.default === undefined ? key : `${key}=${parameter.default}`;
    case "number":
      return typeof parameter.default === "string" ? `${key}=…` : `${key}=${parameter.default}`;
    case "flag":
    case "word":
      return `${key}=${parameter.default}`;
    case "numbers":
      return `${key}=[…]`;
    case "words":
      return `${key}=[${parameter.default.join(", ")}]`;
  }
}
