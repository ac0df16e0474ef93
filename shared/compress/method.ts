import type { Coarsening } from "./quantizers/quantizer.ts";
import type { Sparsifier } from "./sparsifiers/sparsifier.ts";
import type { Arguments } from "./text/arguments.ts";
import type { Compressor, Scheme } from "./types.ts";

/** A smaller rate, step or norm is lost in the rounding of parameters: nothing is trained. */
export const minRate = 1e-6;

/** How a method is called, and what it promises. */
export interface Described {
  readonly name: string;
  /** How it is written, with its arguments. */
  readonly usage: string;
  /** A text that builds one, by itself or around topk. */
  readonly example: string;
  /** What it does, for people: one short sentence in plain words. */
  readonly summary: string;
  readonly law: string;
  readonly source: string;
}

/** What a scheme's text can name: how it is called and built, and what it promises. */
export type Method =
  | (Described & { readonly kind: "compressor"; build(given: Arguments): Compressor })
  | (Described & { readonly kind: "sparsifier"; build(given: Arguments): Sparsifier })
  | (Described & { readonly kind: "quantizer"; build(given: Arguments): Coarsening })
  | (Described & { readonly kind: "feedback"; build(inner: Compressor, given: Arguments): Scheme })
  | (Described & { readonly kind: "masked-feedback"; build(inner: Sparsifier, given: Arguments): Scheme });
