import * as tf from "@tensorflow/tfjs-core";
import type { Clock } from "../../shared/base/clock.ts";
import { NoAnswerError, within } from "../../shared/base/within.ts";
import { realClock } from "../base/real-clock.ts";
import { TrainingError } from "./training-error.ts";

/** tfjs's backends, by its own names. */
export type BackendName = "webgpu" | "webgl" | "wasm" | "cpu";

/** tfjs has one current backend in a process, whoever asks for it: who needs another one waits until nobody computes. */
let current: BackendName | null = null;
/** Whether tfjs has taken it, after all changes that were asked for. */
let started: Promise<boolean> = Promise.resolve(false);
let running = 0;
/** In the order in which they came. */
const waiting: { readonly name: BackendName; readonly enter: () => void }[] = [];

/** For a device of an adapter that has answered, or half a megabyte of WebAssembly over a slow line. */
const startMs = 60_000;

export interface TurnOptions {
  readonly clock?: Clock;
  /** How long the task may take, its turn not waited for; without one it may take any time. */
  readonly limitMs?: number;
}

/**
 * Carries out a task while tfjs is on that backend, and nobody takes it elsewhere. Tasks of one backend go side by side; those of
 * different ones in the order in which they came. A task must not wait for another one that it began.
 * @throws {TrainingError} (as a rejection) if the backend does not start
 * @throws {NoAnswerError} (as a rejection) if it does not start in time, or the task is not done in time: it is the next one's turn then
 */
export async function onBackend<T>(
  name: BackendName,
  task: () => T | Promise<T>,
  { clock = realClock, limitMs }: TurnOptions = {},
): Promise<T> {
  if (running > 0 && (current !== name || waiting.length > 0)) await new Promise<void>((enter) => waiting.push({ name, enter }));
  else occupy(name);
  try {
    started = started.then(
      (isStarted) => (isStarted && tf.getBackend() === name) || tf.setBackend(name),
      () => tf.setBackend(name),
    );
    if (!(await startInTime(name, clock))) throw new TrainingError(`expected the ${name} backend to start, got a failure`);
    const done = task();
    return await (limitMs === undefined || !(done instanceof Promise) ? done : within(done, { clock, limitMs, who: "it" }));
  } finally {
    running -= 1;
    if (running === 0) admit();
  }
}

async function startInTime(name: BackendName, clock: Clock): Promise<boolean> {
  const starting = started;
  try {
    return await within(starting, { clock, limitMs: startMs, who: "it" });
  } catch (cause) {
    if (cause instanceof NoAnswerError && started === starting) {
      // Should it start yet, it would take the place of the one that is used instead.
      tf.removeBackend(name);
      started = Promise.resolve(false);
      current = null;
    }
    throw cause;
  }
}

function occupy(name: BackendName): void {
  running += 1;
  if (current !== name) started = Promise.resolve(false);
  current = name;
}

/** The first of those who wait, and those right behind it who want the same backend. */
function admit(): void {
  const name = waiting[0]?.name;
  while (name !== undefined && waiting[0]?.name === name) {
    occupy(name);
    waiting.shift()!.enter();
  }
}

/** The one that tfjs is on. */
export function currentBackend(): BackendName {
  return tf.getBackend() as BackendName;
}
