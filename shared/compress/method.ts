import type { Coarsening } from "./quantizers/quantizer.ts";
import type { Sparsifier } from "./sparsifiers/sparsifier.ts";
import type { ArgumentsOf, ArgumentValues, Parameters } from "./text/parameters.ts";
import type { Compressor, Scheme } from "./types.ts";

/** Least rate, step or norm: a smaller one is lost in the rounding of float32 parameters, and nothing is trained. */
export const minRate = 1e-6;

/** How a method is called, and what it promises. */
export interface Described {
  readonly name: string;
  readonly kind: string;
  readonly parameters: Parameters;
  /** A text that names the method, by itself or around topk. */
  readonly example: string;
  /** Further texts, of compressors or schemes, for what `example` does not show; the laws are tested on them, too. */
  readonly variants?: readonly string[];
  /** What the method does: one short sentence in plain words. */
  readonly summary: string;
  readonly law: string;
  readonly source: string;
}

/**
 * What `build` makes of the arguments A, by kind. @throws {RangeError} from `build` where arguments do not fit together or do not fit
 * the compressor
 */
type Built<A> =
  | { readonly kind: "compressor"; build(given: A): Compressor }
  | { readonly kind: "sparsifier"; build(given: A): Sparsifier }
  | { readonly kind: "quantizer"; build(given: A): Coarsening }
  | { readonly kind: "feedback"; build(inner: Compressor, given: A): Scheme }
  | { readonly kind: "masked-feedback"; build(inner: Sparsifier, given: A): Scheme };

/** What a scheme's text can name: how it is called and built, and what it promises. */
export type Method = Described & Built<ArgumentValues>;

/** A method, `build` of which is given its arguments by the types of its parameters. */
export function defineMethod<const P extends Parameters>(
  method: Described & { readonly parameters: P } & Built<ArgumentsOf<P>>,
): Method {
  return method as Method;
}
