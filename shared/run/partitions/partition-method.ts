/** One argument of a partition, as data: the parser, the command line and the docs are made from it. */
export type PartitionParameter =
  | {
      readonly type: "number" | "integer";
      readonly symbol: string;
      readonly min: number;
      readonly max: number;
      readonly help: string;
    }
  /** The name of a column, as it stands between the brackets. */
  | { readonly type: "column"; readonly symbol: string; readonly help: string };

export type PartitionParameters = Readonly<Record<string, PartitionParameter>>;

/** The arguments of a partition, read and checked. */
export type PartitionArguments<P extends PartitionParameters> = { readonly [Name in keyof P]: ArgumentOf<P[Name]> };

type ArgumentOf<P> = P extends { readonly type: "column" } ? string : number;

/** A way to deal samples to peers. */
export interface PartitionMethod<Name extends string = string, P extends PartitionParameters = PartitionParameters> {
  readonly name: Name;
  /** One sentence for people, without a full stop. */
  readonly summary: string;
  readonly source: string;
  readonly parameters: P;
  /** Deals the samples 0 … keys.length − 1, each once; absent: only drawn data know whose they are. */
  deal?(keys: Keys, args: PartitionArguments<P>, options: DealOptions): Uint32Array<ArrayBuffer>[];
}

/** What a partition goes by: an integer a sample, its class or the number of its value in a column. */
export type Keys = ArrayLike<number>;

export interface DealOptions {
  /** At least 1, and at most as many as there are samples. */
  readonly partitions: number;
  readonly seed: number;
}
