import * as tf from "@tensorflow/tfjs";
import type * as tfl from "@tensorflow/tfjs-layers";
import { beforeAll, expect, test } from "vitest";
import { layoutOfModel } from "../../../client/models/layout-of-model.ts";
import { modelOf } from "../../../client/models/model-of.ts";
import { setParameters } from "../../../client/models/model-parameters.ts";
import { planOf } from "../../../client/models/plan/plan.ts";
import { nodeBackends } from "../../../client/node/tensorflow.ts";
import { crossEntropy } from "../../../client/tasks/losses/cross-entropy.ts";
import type { Layout } from "../../../shared/base/layout.ts";
import { initialParameters } from "../../../shared/run/initial-parameters.ts";
import { type Case, differentiated, relativeGap, wavy } from "./differentiated.ts";

const classes = 5;
const tolerance = 1e-4;

/** Each built-in model, and samples that are large enough for all of its layers to matter. */
const cases: readonly (readonly [text: string, input: readonly number[]])[] = [
  ["softmax", [6, 4, 1]],
  ["mlp(7)", [6, 4, 1]],
  ["mlp(7)", [11]],
  ["cnn", [8, 4, 3]],
  ["resnet(10, width=8, norm=group)", [10, 9, 3]],
  ["resnet(10, width=3, norm=batch)", [8, 8, 2]],
  ["resnet(10, width=4, norm=none)", [8, 8, 3]],
  ["gpt(layers=2, heads=2, width=8, context=7)", [7]],
  ["gpt(layers=1, heads=3, width=15, context=5)", [3]],
];

const samples = 3;

beforeAll(() => {
  nodeBackends();
});

async function built(text: string, input: readonly number[]): Promise<{ model: tfl.LayersModel; layout: Layout; own: Case }> {
  await tf.setBackend("wasm");
  const model = await modelOf(text).build({ input, outputs: classes });
  const layout = layoutOfModel(model);
  setParameters(model, layout, startOf(layout));
  return { model, layout, own: caseOf(text, input) };
}

/** Initial parameters, and something in what starts at a constant: with zeros in the last layers the others would have no gradient. */
function startOf(layout: Layout): Float32Array {
  const parameters = initialParameters(layout, 3);
  return parameters.map((value, i) => value + 0.1 * Math.sin(i));
}

function caseOf(text: string, input: readonly number[]): Case {
  const isTokens = modelOf(text).takes === "tokens";
  const rows = isTokens ? samples * input[0]! : samples;
  const labels = Int32Array.from({ length: rows }, (_, i) => (3 * i + 1) % classes);
  return {
    inputs: () =>
      isTokens
        ? tf.tensor2d(
            Int32Array.from({ length: rows }, (_, i) => (i * i + 2) % classes),
            [samples, input[0]!],
            "int32",
          )
        : wavy([samples, ...input]),
    loss: (outputs) => crossEntropy(tf.reshape(outputs, [rows, classes]), tf.tensor1d(labels, "int32")),
  };
}

test.each(cases)("%s on %j: the plan's gradients on wasm are those of tfjs's layers on the cpu", async (text, input) => {
  const { model, own } = await built(text, input);
  const found = await differentiated(model, own, { backend: "wasm", by: "plan" });
  const expected = await differentiated(model, own, { backend: "cpu", by: "apply" });
  model.dispose();
  expect(Math.abs(found.loss - expected.loss)).toBeLessThan(tolerance * expected.loss);
  // A tensor's gradient that is zero but for rounding, as that of a bias before a norm, is measured by the whole.
  expect(relativeGap(found.gradients.flat(), expected.gradients.flat())).toBeLessThan(tolerance);
  const norm = Math.hypot(...expected.gradients.flat());
  const gaps = expected.gradients.map((one, i) => (Math.hypot(...one) < 1e-5 * norm ? 0 : relativeGap(found.gradients[i]!, one)));
  expect(Math.max(...gaps)).toBeLessThan(tolerance);
  expect(relativeGap(found.statistics.flat(), expected.statistics.flat())).toBeLessThan(tolerance);
});

test.each(cases)(
  "%s on %j: along their own direction the gradients are what differences of the loss say",
  async (text, input) => {
    const { model, layout, own } = await built(text, input);
    const { gradients } = await differentiated(model, own, { backend: "wasm", by: "plan" });
    const flat = gradients.flat();
    const norm = Math.hypot(...flat);
    const start = startOf(layout);
    const plan = planOf(model);
    const lossAt = (shift: number): number => {
      setParameters(
        model,
        layout,
        start.map((value, i) => value + (shift * (flat[i] ?? 0)) / norm),
      );
      return tf.tidy(() => own.loss(plan(own.inputs(), true)).dataSync()[0]!);
    };
    // The loss moves by a thousandth or so: above the rounding of float32, below where it bends.
    const shift = 2e-3 / norm;
    const slope = (lossAt(shift) - lossAt(-shift)) / (2 * shift);
    model.dispose();
    expect(Math.abs(slope - norm)).toBeLessThan(5e-3 * norm);
  },
);
