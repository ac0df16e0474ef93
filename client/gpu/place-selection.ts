import type { Clock } from "../../shared/base/clock.ts";
import type { Layout } from "../../shared/base/layout.ts";
import { NoAnswerError, within } from "../../shared/base/within.ts";
import type { Scheme } from "../../shared/compress/types.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import type { State } from "../../shared/vector/update.ts";
import { DeviceMemory } from "./device-memory.ts";
import { deviceScheme, fitsDevice } from "./device-scheme.ts";
import { measureSelection } from "./measure-selection.ts";

/** Where the largest entries of an update are selected. */
export type SelectionPlace = "device" | "cpu";

export interface PlaceOptions {
  readonly scheme: string;
  readonly layout: Layout;
  /** Whether the run clips updates by their norm, which is computed on the CPU. */
  readonly clips?: boolean;
  /** Whether all peers of the run find one support, which takes sums that are encoded on the CPU. */
  readonly sharesSupport?: boolean;
  /** The place to take without measuring, if it can be had; null: the faster one. */
  readonly wanted: SelectionPlace | null;
  readonly clock: Clock;
}

export interface Placement {
  /** The memory and the scheme that uses it; null on the CPU. */
  readonly held: { readonly memory: DeviceMemory; readonly scheme: Scheme<State, State, Delta> } | null;
  /** Where the selection takes place and why, for people. */
  readonly sentence: string;
}

/** Limit of the decision, for which joining waits: compiling shaders takes 5 s and more in software, measuring a second. */
const placeMs = 60_000;

/** A round beyond every warm-up. */
const lateRound = 2 ** 31;

/**
 * Decides where a run's selection takes place: on the training device if the scheme can be encoded there, the vectors fit, it
 * answers in time, its selection equals the CPU's, and it is the faster one; otherwise on the CPU.
 */
export async function placeSelection(device: GPUDevice, options: PlaceOptions): Promise<Placement> {
  const { scheme: text, clips = false, sharesSupport = false, wanted, clock } = options;
  if (wanted === "cpu") return onCpu("as asked for");
  if (clips) return onCpu("this run clips updates there");
  if (sharesSupport) return onCpu("the peers of this run find them together");
  if (!fitsDevice(text)) return onCpu("the GPU takes topk(k) and ef14(topk(k)) only");
  const late = ({ held }: Placement): void => held?.memory.destroy();
  try {
    return await within(tryDevice(device, options), { clock, limitMs: placeMs, who: "the GPU", late });
  } catch (error) {
    return onCpu(error instanceof NoAnswerError ? error.message : `the GPU failed (${String(error).slice(0, 200)})`);
  }
}

/** @throws {Error} (as a rejection) if the device fails */
async function tryDevice(device: GPUDevice, { scheme: text, layout, wanted, clock }: PlaceOptions): Promise<Placement> {
  let memory: DeviceMemory | null = null;
  try {
    memory = await DeviceMemory.create(device, layout.length);
    const scheme = deviceScheme(text, memory)!;
    const held = { memory, scheme };
    if (wanted === "device") return { held, sentence: "The largest entries are found on the GPU: as asked for." };
    const merge = scheme.phases(layout, { round: lateRound, members: 1 })[0]?.merge;
    const times = await measureSelection(memory, merge?.kind === "truncate" ? merge.keep : layout.length, () => clock.now());
    const [onDevice, there] = [ms(times.device), ms(times.cpu)];
    if (times.agree && times.device < times.cpu)
      return { held, sentence: `The largest entries are found on the GPU: in ${onDevice}, on the CPU it takes ${there}.` };
    memory.destroy();
    return onCpu(times.agree ? `in ${there}, on the GPU it takes ${onDevice}` : "the GPU's answer differs");
  } catch (error) {
    memory?.destroy();
    throw error;
  }
}

function onCpu(why: string): Placement {
  return { held: null, sentence: `The largest entries are found on the CPU: ${why}.` };
}

function ms(time: number): string {
  return `${time.toPrecision(2)} ms`;
}
