import type { BackendCandidate } from "../tfjs/choose-backend.ts";
import { onBackend } from "../tfjs/on-backend.ts";

/** Runs a task on tfjs's cpu backend: it keeps float32 as it is, which a GPU may not. @throws {TrainingError} (as a rejection) if it does not start */
export async function onPlainBackend<T>(backends: readonly BackendCandidate[], task: () => Promise<T>): Promise<T> {
  await backends.find(({ name }) => name === "cpu")?.load?.();
  return onBackend("cpu", task);
}
