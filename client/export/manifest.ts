import * as z from "zod/mini";
import type { NamedTensor } from "../models/own/named-tensor.ts";
import { ExportError } from "./export-error.ts";

const weightSchema = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().check(z.minimum(0))).check(z.maxLength(8)),
  dtype: z.string(),
  quantization: z.optional(z.unknown()),
});
const manifestSchema = z.looseObject({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(z.looseObject({ paths: z.array(z.string()), weights: z.array(weightSchema) })).check(z.minLength(1)),
  userDefinedMetadata: z.optional(z.unknown()),
});

/** A `model.json` of tfjs: a topology, and which file has which weights. */
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** @throws {ExportError} if a text is none */
export function parseManifest(json: string): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ExportError("model.json: expected JSON, got something else", { cause });
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success)
    throw new ExportError("model.json: expected a layers model of tfjs (modelTopology and weightsManifest), got something else");
  return parsed.data;
}

/** The names of a manifest's weight files, in its order. */
export function weightPaths({ weightsManifest }: Manifest): readonly string[] {
  return weightsManifest.flatMap(({ paths }) => paths);
}

/**
 * The weights of a manifest, from the bytes of its files. O(bytes).
 * @throws {ExportError} by the file that is missing or of another length, or by the weight that is not of finite float32 numbers
 */
export function weightsIn(manifest: Manifest, files: ReadonlyMap<string, Uint8Array>): readonly NamedTensor[] {
  return manifest.weightsManifest.flatMap(({ paths, weights }) => {
    const parts = paths.map((path) => {
      const bytes = files.get(path);
      if (bytes !== undefined) return bytes;
      const there = [...files.keys()].slice(0, 8).join(", ") || "none";
      throw new ExportError(`model.json: expected the weight file ${path} that it names, got ${there}`);
    });
    const place = paths.join(", ");
    const expected = weights.reduce((sum, weight) => sum + 4 * sizeOf(weight), 0);
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (length !== expected) throw new ExportError(`${place}: expected ${expected} bytes, as model.json says, got ${length}`);
    const bytes = new Uint8Array(length);
    let end = 0;
    for (const part of parts) {
      bytes.set(part, end);
      end += part.length;
    }
    let from = 0;
    return weights.map((weight): NamedTensor => {
      const values = new Float32Array(bytes.slice(from, from + 4 * sizeOf(weight)).buffer);
      from += 4 * values.length;
      const wrong = values.find((value) => !Number.isFinite(value));
      if (wrong !== undefined) throw new ExportError(`${place}: ${weight.name}: expected finite weights, got ${wrong}`);
      return { name: weight.name, shape: weight.shape, values };
    });
  });
}

/** @throws {ExportError} if it is not of plain float32 numbers */
function sizeOf({ name, shape, dtype, quantization }: z.infer<typeof weightSchema>): number {
  if (dtype !== "float32") throw new ExportError(`model.json: weight ${name}: expected float32, got ${dtype}`);
  if (quantization !== undefined) throw new ExportError(`model.json: weight ${name}: expected float32, got a quantized one`);
  return shape.reduce((product, side) => product * side, 1);
}
