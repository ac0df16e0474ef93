import type { Clock } from "../../shared/base/clock.ts";
import { NoAnswerError, within } from "../../shared/base/within.ts";
import { realClock } from "../base/real-clock.ts";
import { type BackendName, onBackend } from "./on-backend.ts";
import { TrainingError } from "./training-error.ts";

/** A tfjs backend that may be used here. */
export interface BackendCandidate {
  readonly name: BackendName;
  /** Why it cannot be tried here, as the end of a sentence ("this browser has no WebGPU"); null if it can. */
  readonly obstacle?: () => Promise<string | null>;
  /** Loads the backend's code, if it is not there from the start; called only for backends that are tried. */
  readonly load?: () => Promise<unknown>;
}

/** Result of one training step. */
export interface StepResult {
  readonly loss: number;
  readonly gradient: Float32Array;
}

export interface BackendChoice {
  readonly name: BackendName;
  /** The better candidates, and why each was not taken, as sentences for a person. */
  readonly passedOver: readonly { readonly name: BackendName; readonly reason: string }[];
}

/** Most of ‖g − g_cpu‖ / ‖g_cpu‖ that counts as rounding (half-precision textures included); a wrong kernel is far beyond. */
const gradientTolerance = 1e-2;
/** The same for the loss, relative to the larger of 1 and the loss itself. */
const lossTolerance = 1e-3;

/** Limit for an adapter, also when several tabs ask at once on a busy machine. */
const obstacleMs = 10_000;
/** Limit for loading code over a slow line. */
const loadMs = 30_000;

/**
 * Takes the first candidate whose training step agrees with the cpu's, and leaves tfjs on it. Some devices compute wrong
 * numbers without an error, so each is tested; one that fails, differs or does not answer is passed over, with the reason.
 * @param probe runs one training step of the model on a backend, the same step each time
 * @throws {TrainingError} if no candidate is left
 */
export async function chooseBackend(
  candidates: readonly BackendCandidate[],
  probe: (backend: BackendName) => Promise<StepResult>,
  clock: Clock = realClock,
): Promise<BackendChoice> {
  const limited = <T>(promise: Promise<T>, limitMs: number): Promise<T> => within(promise, { clock, limitMs, who: "it" });
  const passedOver: { name: BackendName; reason: string }[] = [];
  const plain = candidates.find(({ name }) => name === "cpu") ?? { name: "cpu" };
  let reference: StepResult | undefined;
  for (const candidate of candidates) {
    const { name, obstacle } = candidate;
    try {
      const hindrance = await limited(obstacle?.() ?? Promise.resolve(null), obstacleMs);
      if (hindrance !== null) throw new TrainingError(`not available because ${hindrance}`);
      await limited(candidate.load?.() ?? Promise.resolve(), loadMs);
      const result = await probe(name);
      if (name !== "cpu") {
        if (reference === undefined) await limited(plain.load?.() ?? Promise.resolve(), loadMs);
        reference ??= await probe("cpu");
        const fault = disagreement(result, reference);
        if (fault !== null) throw new TrainingError(fault);
      }
      // The probe of the reference came last. A trainer names its backend; code that names none is to find this one.
      await onBackend(name, () => {});
      return { name, passedOver };
    } catch (error) {
      passedOver.push({ name, reason: `${name}: ${reasonOf(error)}` });
    }
  }
  const reasons = passedOver.map(({ reason }) => reason).join("; ");
  throw new TrainingError(`expected a backend that can train this model, got none (${reasons || "no candidates"})`);
}

/** How a step differs from the cpu's, in words; null if it does not. */
function disagreement({ loss, gradient }: StepResult, reference: StepResult): string | null {
  let squaredError = 0;
  let squaredNorm = 0;
  for (let i = 0; i < reference.gradient.length; i += 1) {
    const expected = reference.gradient[i]!;
    squaredError += ((gradient[i] ?? Number.NaN) - expected) ** 2;
    squaredNorm += expected ** 2;
  }
  // If the cpu's gradient is zero, only zero agrees.
  const error = squaredError === 0 ? 0 : Math.sqrt(squaredError / squaredNorm);
  if (!(error <= gradientTolerance)) {
    return `its gradient differs from the cpu's by ${(100 * error).toPrecision(3)} % (at most ${100 * gradientTolerance} % is rounding)`;
  }
  if (!(Math.abs(loss - reference.loss) <= lossTolerance * Math.max(1, Math.abs(reference.loss)))) {
    return `its loss is ${loss} where the cpu's is ${reference.loss}`;
  }
  return null;
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return error instanceof TrainingError || error instanceof NoAnswerError
    ? message
    : `a training step failed (${message.slice(0, 200)})`;
}
