import { seeded } from "../../shared/base/random.ts";
import { applied } from "../../shared/compress/sparsifiers/sparsifier.ts";
import { selectLargest } from "../../shared/vector/select.ts";
import { addInto, allFinite, indicesOf, type Update } from "../../shared/vector/update.ts";
import { type DeviceMemory, noResidual } from "./device-memory.ts";

/** What a round's selection costs on the device and on the CPU. */
export interface SelectionTimes {
  /** Median, in ms. */
  readonly device: number;
  readonly cpu: number;
  /** Whether the two found the same, bit for bit. */
  readonly agree: boolean;
}

/** Measurements of each side; the median counts. */
const repetitions = 5;
/** No repetition begins after this, so that joining a room does not wait for a slow device. */
const budgetMs = 1_000;
/** The weight by which the sample is scaled: any number of training samples would do. */
const weight = 160;

/**
 * How long a round's selection takes: scaling Δ, adding the residual, finding the k largest and taking them away; on the CPU
 * reading Δ back, too. The residuals stay as they were. Takes about a second, and the compilation.
 */
export async function measureSelection(memory: DeviceMemory, k: number, now: () => number): Promise<SelectionTimes> {
  const rng = seeded(0, "selection");
  const sample = Float32Array.from({ length: memory.length }, () => rng.normal());
  const device: number[] = [];
  const cpu: number[] = [];
  let agree = true;
  const startedMs = now();
  do {
    // Scaled by 1, so that the upload is over before the time runs.
    const uploaded = await memory.upload(sample).scaled(1);
    const first = now();
    const delta = new Float32Array(await uploaded.toArray());
    const onCpu = largestOnCpu(delta, k);
    const second = now();
    const p = memory.sum(noResidual, await uploaded.scaled(weight));
    const onDevice = await p.largest(k);
    memory.less(p.id, onDevice);
    cpu.push(second - first);
    device.push(now() - second);
    agree &&= areSame(onCpu, onDevice);
  } while (device.length <= repetitions && now() - startedMs < budgetMs);
  return { device: medianAfterFirst(device), cpu: medianAfterFirst(cpu), agree };
}

/** A round of `ef14(topk(k))` with an empty residual. */
function largestOnCpu(delta: Float32Array, k: number): Update {
  for (let i = 0; i < delta.length; i += 1) delta[i]! *= weight;
  allFinite(delta);
  const residual = new Float32Array(delta.length);
  const p = new Float32Array(delta.length);
  for (let i = 0; i < p.length; i += 1) p[i] = residual[i]! + delta[i]!;
  const sent = applied(p, { support: { kind: "indices", indices: selectLargest(p, k) } });
  addInto(p, sent, -1);
  return sent;
}

function areSame(a: Update, b: Update): boolean {
  const [atA, atB] = [indicesOf(a)!, indicesOf(b)!];
  const [valuesA, valuesB] = [a.values.data, b.values.data];
  return atA.length === atB.length && atA.every((i, j) => i === atB[j] && Object.is(valuesA[j], valuesB[j]));
}

/** The median without the first time, which warms up; the first if it is the only one. */
function medianAfterFirst(times: readonly number[]): number {
  const sorted = times.slice(times.length > 1 ? 1 : 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
