import type { TensorSpec } from "../../../shared/base/layout.ts";

/** A named tensor with its values, row-major. */
export interface NamedTensor extends Pick<TensorSpec, "name" | "shape"> {
  readonly values: Float32Array;
}
