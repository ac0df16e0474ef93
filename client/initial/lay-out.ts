import type { Layout } from "../../shared/base/layout.ts";
import { RunError } from "../../shared/run/read-run.ts";
import { type InitialModel, taskStatisticsName } from "./initial-model.ts";

/**
 * The flat vector of a layout that a model begins with. The statistics of the task are 0 where the model has none. O(d).
 * @throws {RunError} by the tensor that the layout has another way: the model is of other data
 */
export function laidOut({ tensors }: Pick<InitialModel, "tensors">, layout: Layout): Float32Array {
  const parameters = new Float32Array(layout.length);
  for (const [i, wanted] of layout.tensors.entries()) {
    const given = tensors[i];
    if (given === undefined && wanted.name === taskStatisticsName) continue;
    const [name, shape] = [given?.name ?? "nothing", given?.shape.join("×") ?? ""];
    if (given === undefined || name !== wanted.name || shape !== wanted.shape.join("×")) {
      const expected = `${wanted.name} of ${wanted.shape.join("×")}`;
      throw new RunError(
        `the model does not fit this room's data: expected ${expected}, got ${name}${shape === "" ? "" : ` of ${shape}`}`,
      );
    }
    parameters.set(given.values, wanted.offset);
  }
  if (tensors.length > layout.tensors.length)
    throw new RunError(
      `the model does not fit this room's data: expected ${layout.tensors.length} tensors, got ${tensors.length}`,
    );
  return parameters;
}
