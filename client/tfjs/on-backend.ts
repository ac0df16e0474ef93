import * as tf from "@tensorflow/tfjs-core";
import type { Clock } from "../../shared/base/clock.ts";
import { NoAnswerError, within } from "../../shared/base/within.ts";
import { realClock } from "../base/real-clock.ts";
import { TrainingError } from "./training-error.ts";

/** tfjs's backends, by its own names. */
export type BackendName = "webgpu" | "webgl" | "wasm" | "cpu";

/** tfjs has one current backend in a process: a task for another one waits until no task computes. null: no task has run yet. */
let current: BackendName | null = null;
/** Whether tfjs has started the current backend, after all changes before. */
let started: Promise<boolean> = Promise.resolve(false);
let running = 0;
/** Tasks that wait for another backend, in order of arrival. */
const waiting: { readonly name: BackendName; readonly enter: () => void }[] = [];

/** Limit for starting a backend: a device of an adapter that has answered, or half a megabyte of WebAssembly over a slow line. */
const startMs = 60_000;

export interface TurnOptions {
  readonly clock?: Clock;
  /** Limit of the task, its wait for a turn not counted; none where absent. */
  readonly limitMs?: number;
}

/**
 * Runs a task while tfjs is on that backend, and keeps it there meanwhile. Tasks for one backend run side by side; tasks for
 * different ones run in order of arrival. A task must not await another one that it began.
 * @throws {TrainingError} (as a rejection) if the backend does not start
 * @throws {NoAnswerError} (as a rejection) if the backend does not start or the task does not end in time; then it is the next task's turn
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
      // If it started later, it would replace the one that is used instead.
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

/** Starts the first waiting task, and those right behind it for the same backend. */
function admit(): void {
  const name = waiting[0]?.name;
  while (name !== undefined && waiting[0]?.name === name) {
    occupy(name);
    waiting.shift()!.enter();
  }
}

/** The backend that tfjs is on. */
export function currentBackend(): BackendName {
  return tf.getBackend() as BackendName;
}
