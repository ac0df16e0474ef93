import * as tf from "@tensorflow/tfjs";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { activate } from "../../../client/models/operations/activation.ts";
import { add } from "../../../client/models/operations/add.ts";
import { causalAttention } from "../../../client/models/operations/causal-attention.ts";
import { dense } from "../../../client/models/operations/dense.ts";
import { gelu } from "../../../client/models/operations/gelu.ts";
import { normalize } from "../../../client/models/operations/normalize.ts";
import { expectAgreement, useKernels, wavy } from "../tfjs/kernels/both-backends.ts";

beforeAll(useKernels);

/** An operation's value, and the gradients of a weighted sum of it. */
function differentiated(operation: (...given: tf.Tensor[]) => tf.Tensor, ...inputs: tf.Tensor[]): tf.Tensor[] {
  const weighted = (...given: tf.Tensor[]): tf.Tensor => {
    const value = operation(...given);
    return tf.sum(tf.mul(value, wavy(value.shape, 0.7)));
  };
  return [operation(...inputs), ...tf.grads(weighted)(inputs)];
}

const side = (max: number) => fc.integer({ min: 1, max });
const activation = fc.constantFrom("linear" as const, "relu" as const);

describe("our kernels on wasm compute what tfjs's operations do on the cpu:", () => {
  it("group norm and batch norm, of any shape", async () => {
    const shapes = fc.record({
      samples: side(3),
      positions: side(9),
      groups: side(4),
      size: side(6),
      activation,
      isOne: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ samples, positions, groups, size, activation, isOne }) => {
        const channels = groups * size;
        const x = () => wavy([samples, positions, channels], 1.1);
        const options = { samples: isOne ? 1 : samples, groups, epsilon: 0.1, activation };
        await expectAgreement(
          () =>
            differentiated(
              (x, gamma, beta) => normalize(x!, gamma as tf.Tensor1D, beta as tf.Tensor1D, options),
              x(),
              wavy([channels], 2),
              wavy([channels], 3),
            ),
          3e-5,
        );
      }),
      { numRuns: 40 },
    );
  });

  it("a norm of numbers far from zero", async () => {
    const options = { samples: 2, groups: 1, epsilon: 1e-5, activation: "linear" } as const;
    const far = () => tf.add(wavy([2, 50, 8], 1.1), 1_000);
    await expectAgreement(() => normalize(far(), tf.ones([8]), tf.zeros([8]), options), 1e-3);
  });

  it("attention of any length, heads and size", async () => {
    const shapes = fc.record({ samples: side(2), length: side(70), heads: side(3), size: side(9) });
    await fc.assert(
      fc.asyncProperty(shapes, async ({ samples, length, heads, size }) => {
        const sent = () => wavy([samples, length, 3 * heads * size], 1.3);
        await expectAgreement(() => differentiated((sent) => causalAttention(sent as tf.Tensor3D, heads), sent()), 3e-5);
      }),
      { numRuns: 25 },
    );
  });

  it("attention to scores in the hundreds", async () => {
    const sent = () => tf.mul(wavy([1, 40, 24], 1.3), 30);
    await expectAgreement(() => causalAttention(sent() as tf.Tensor3D, 2), 1e-4);
  });

  it("GELU, from where it is zero to where it is x", async () => {
    await fc.assert(
      fc.asyncProperty(side(40), fc.constantFrom(1, 10, 100), async (size, scale) => {
        await expectAgreement(() => differentiated((x) => gelu(x!), tf.mul(wavy([size], 1), scale)));
      }),
      { numRuns: 20 },
    );
  });

  it("dense layers of any size, with a bias and without, of data and of what was learned", async () => {
    const sizes = fc.record({
      rows: side(9),
      inputs: side(12),
      outputs: side(12),
      activation,
      hasBias: fc.boolean(),
      isData: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ rows, inputs, outputs, activation, hasBias, isData }) => {
        const x = () => wavy([2, rows, inputs], 1.1);
        const rest = () => [wavy([inputs, outputs], 2), ...(hasBias ? [wavy([outputs], 3)] : [])];
        const at = (x: tf.Tensor, [weights, bias]: tf.Tensor[]) =>
          dense(x, weights as tf.Tensor2D, (bias as tf.Tensor1D | undefined) ?? null, { activation, isData });
        await expectAgreement(() =>
          isData
            ? differentiated((...given) => at(x(), given), ...rest())
            : differentiated((x, ...given) => at(x!, given), x(), ...rest()),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("sums of two with a ReLU, and a ReLU alone", async () => {
    await fc.assert(
      fc.asyncProperty(side(19), activation, async (size, activation) => {
        await expectAgreement(() => differentiated((a, b) => add(a!, b!, activation), wavy([2, size], 1), wavy([2, size], 2)));
        await expectAgreement(() => differentiated((x) => activate(x!, activation), wavy([2, size], 3)));
      }),
      { numRuns: 20 },
    );
  });
});

it("a NaN is not lost on the way: a model that diverges is seen", async () => {
  await tf.setBackend("wasm");
  for (const size of [8, 3]) {
    const x = tf.tensor2d(
      Array.from({ length: 3 * size }, (_, i) => (i === size + 1 ? Number.NaN : i - 2)),
      [3, size],
    );
    const ones = tf.ones<tf.Rank.R1>([size]);
    const outputs = [
      add(x, tf.onesLike(x), "relu"),
      dense(x, tf.ones([size, size]), null, { activation: "relu", isData: true }),
      gelu(x),
      normalize(x, ones, ones, { samples: 3, groups: 1, epsilon: 1e-5, activation: "relu" }),
      causalAttention(tf.tile(tf.reshape(x, [1, 3, size]), [1, 1, 3]), 1),
    ];
    for (const output of outputs) expect([...output.dataSync()].some(Number.isNaN)).toBe(true);
  }
});
