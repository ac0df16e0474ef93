import { seeded, shuffle } from "../../shared/base/random.ts";
import type { FoundData } from "./found-data.ts";

/** Samples that can be told apart: images, or rows. */
export type FoundRows = Exclude<FoundData, { readonly kind: "text" }>;

/** The part of own data that is held out, where the files have none: a fifth of the rows, the last tenth of a text. */
const heldOutRows = 0.2;
const heldOutText = 0.1;

export function rowCount(found: FoundRows): number {
  return found.kind === "images" ? found.pixels.length / (found.height * found.width * found.channels) : found.rows;
}

/** The images or rows with these numbers, in this order, copied. */
export function selectRows<T extends FoundRows>(found: T, chosen: Uint32Array): T;
export function selectRows(found: FoundRows, chosen: Uint32Array): FoundRows {
  if (found.kind === "images") {
    const size = found.height * found.width * found.channels;
    const pixels = new Uint8Array(chosen.length * size);
    chosen.forEach((row, i) => void pixels.set(found.pixels.subarray(row * size, (row + 1) * size), i * size));
    const { labels } = found;
    return { ...found, pixels, labels: labels === null ? null : Int32Array.from(chosen, (row) => labels[row]!) };
  }
  const columns = found.columns.map((column) => {
    if (column.kind === "number") return { ...column, values: Float64Array.from(chosen, (row) => column.values[row]!) };
    if (column.kind === "category") return { ...column, codes: Int32Array.from(chosen, (row) => column.codes[row]!) };
    return { ...column, values: Array.from(chosen, (row) => column.values[row]!) };
  });
  return { ...found, rows: chosen.length, columns };
}

/** Data in two parts: to train on, and held out by the seed. The same for the same data and seed. */
export function holdOut(found: FoundData, seed: number): { readonly train: FoundData; readonly test: FoundData } {
  if (found.kind === "text") {
    const cut = Math.floor(found.text.length * (1 - heldOutText));
    return { train: { ...found, text: found.text.slice(0, cut) }, test: { ...found, text: found.text.slice(cut) } };
  }
  const count = rowCount(found);
  const order = shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
    seeded(seed, "held-out"),
  );
  const cut = Math.min(count, Math.max(1, Math.floor(count * heldOutRows)));
  return { train: selectRows(found, order.slice(cut).sort()), test: selectRows(found, order.slice(0, cut).sort()) };
}
