/** What a person's files hold, before a task makes samples of it. */
export type FoundData = FoundImages | FoundTable | FoundText;

/** n images of one size. */
export interface FoundImages {
  readonly kind: "images";
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** n · height · width · channels bytes: image by image, row-major, channels last, 0 to 255. */
  readonly pixels: Uint8Array;
  /** n class numbers below `classes.length`; null: the files have no labels. */
  readonly labels: Int32Array | null;
  /** Names of the classes; empty where there are no labels. */
  readonly classes: readonly string[];
}

/** Rows under named columns; no two columns have the same name. */
export interface FoundTable {
  readonly kind: "table";
  readonly rows: number;
  readonly columns: readonly Column[];
  /** The column that the format itself marks as the label (LIBSVM's first, scikit-learn's last); null: none is marked. */
  readonly label: string | null;
}

/** One column with a value a row. */
export type Column =
  /** A missing value is NaN; all others are finite. */
  | { readonly kind: "number"; readonly name: string; readonly values: Float64Array }
  /** Indices into `categories`, which are sorted; a missing value is −1. */
  | { readonly kind: "category"; readonly name: string; readonly codes: Int32Array; readonly categories: readonly string[] }
  | { readonly kind: "text"; readonly name: string; readonly values: readonly string[] };

/** One long text. */
export interface FoundText {
  readonly kind: "text";
  readonly text: string;
}

/** What a path, or a picked set of files, holds. */
export interface FoundFiles {
  /** Name of the format, as `formats` has it. */
  readonly format: string;
  readonly train: FoundData;
  /** The held-out part, of the same shape, where the files themselves come in two parts (MNIST, CIFAR-10, a9a and a9a.t); null: one part. */
  readonly test: FoundData | null;
  /** Paths that were not read: hidden files, a README, a third part. */
  readonly leftOut: readonly string[];
}
