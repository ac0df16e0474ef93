import type { PartitionArguments, PartitionMethod, PartitionParameter } from "./partitions/partition-method.ts";
import { partitionMethods } from "./partitions/registry.ts";

type Methods = (typeof partitionMethods)[number];

/** How samples are dealt to peers: a partition's name and its arguments. */
export type Dealing = {
  [M in Methods as M["name"]]: { readonly kind: M["name"] } & PartitionArguments<M["parameters"]>;
}[Methods["name"]];

/** `writers`, `iid`, `dirichlet(α)`, … and the last after "or". */
export const dealingUsages: readonly string[] = partitionMethods.map(usageOf);

/** Reads a partition such as `dirichlet(0.5)` or `by(writer)`; otherwise what was expected, as the beginning of a sentence. */
export function parseDealing(text: string): Dealing | string {
  const [, name, inner] = /^([a-z]+)(?:\((.*)\))?$/su.exec(text) ?? [];
  const method: PartitionMethod | undefined = partitionMethods.find((one) => one.name === name);
  if (method === undefined) return `expected ${either(dealingUsages)}`;
  const [entry] = Object.entries(method.parameters);
  if (entry === undefined)
    return inner === undefined ? ({ kind: name } as Dealing) : `expected ${usageOf(method)} without brackets`;
  const [key, parameter] = entry;
  const value = argumentIn(inner ?? "", parameter);
  return value === null
    ? `expected ${usageOf(method)} with ${expectation(parameter)}`
    : ({ kind: name, [key]: value } as Dealing);
}

/** "a, b or c". */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** A partition as it is written: `dirichlet(α)`. */
export function usageOf({ name, parameters }: Pick<PartitionMethod, "name" | "parameters">): string {
  const symbols = Object.values(parameters).map(({ symbol }) => symbol);
  return symbols.length === 0 ? name : `${name}(${symbols.join(", ")})`;
}

/** @returns null if it is not what the parameter asks for */
function argumentIn(text: string, parameter: PartitionParameter): number | string | null {
  const trimmed = text.trim();
  if (parameter.type === "column") return trimmed === "" ? null : trimmed;
  const isNumber = /^-?(\d+\.?\d*|\.\d+)(e-?\d+)?$/.test(trimmed);
  const value = isNumber ? Number(trimmed) : Number.NaN;
  const isRight = value >= parameter.min && value <= parameter.max && (parameter.type === "number" || Number.isInteger(value));
  return isRight ? value : null;
}

function expectation(parameter: PartitionParameter): string {
  const { symbol, type } = parameter;
  if (type === "column") return "the name of a column";
  return `${type === "integer" ? "a whole " : ""}${symbol} from ${parameter.min} to ${parameter.max}`;
}
