/** What a model has to know of its data. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly classes: number;
}

/** n images with their labels. */
export interface LabeledImages {
  /** n × (height · width · channels), row-major, 0 (paper) to 1 (ink). */
  readonly images: Float32Array;
  /** n class numbers below `classes`. */
  readonly labels: Uint8Array;
}

/** One peer's own training samples and the held-out set that all peers share. */
export interface DataSet extends ImageShape {
  readonly train: LabeledImages;
  readonly test: LabeledImages;
}

/** The data asked for cannot be had, or a file is not what it claims to be. The message is one sentence for a person. */
export class DataError extends Error {
  override readonly name = "DataError";
}
