import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seeded } from "../../../shared/base/random.ts";
import { orthonormal } from "../../../shared/vector/linear-algebra/orthonormal.ts";
import { product, productTransposed, transposedProduct } from "../../../shared/vector/linear-algebra/products.ts";

const matrix = (rows: number, columns: number, data: readonly number[]) => ({ rows, columns, data: Float64Array.from(data) });

function drawn(rows: number, columns: number, seed: number) {
  const rng = seeded(seed, "matrix");
  return { rows, columns, data: Float64Array.from({ length: rows * columns }, () => rng.normal()) };
}

describe("products", () => {
  const a = matrix(2, 3, [1, 2, 3, 4, 5, 6]);

  it("agree with the definition", () => {
    expect([...product(a, matrix(3, 2, [1, 0, 0, 1, 2, 2])).data]).toEqual([7, 8, 16, 17]);
    expect([...transposedProduct(a, matrix(2, 1, [1, -1])).data]).toEqual([-3, -3, -3]);
    const target = new Float32Array(4);
    productTransposed(a, a, target);
    expect([...target]).toEqual([14, 32, 32, 77]);
  });

  it("saturate where float32 ends", () => {
    const target = new Float32Array(1);
    productTransposed(matrix(1, 1, [1e30]), matrix(1, 1, [-1e30]), target);
    expect(target[0]).toBe(Math.fround(-3.4028234663852886e38));
  });

  it("refuse sides that do not fit", () => {
    expect(() => product(a, a)).toThrow(/sides of 3 and 2/);
  });
});

describe("orthonormal", () => {
  it("gives QᵀQ = I and QQᵀA = A, whatever the scales of the columns", () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 30 }), fc.integer({ min: 1, max: 4 }), fc.nat(), (rows, columns, seed) => {
        const a = drawn(rows, columns, seed);
        for (let i = 0; i < a.data.length; i += 1) a.data[i]! *= 10 ** (20 * (i % columns));
        const q = orthonormal(a);
        const gram = transposedProduct(q, q).data;
        for (const [i, value] of gram.entries()) expect(Math.abs(value - (i % (columns + 1) === 0 ? 1 : 0))).toBeLessThan(1e-9);
        const back = product(q, transposedProduct(q, a)).data;
        for (const [i, value] of back.entries()) expect(Math.abs(value / a.data[i]! - 1)).toBeLessThan(1e-6);
      }),
      { numRuns: 100 },
    );
  });

  it("turns zero and dependent columns into zeros, or into draws orthogonal to the others", () => {
    const a = matrix(4, 3, [1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0]);
    expect([...orthonormal(a).data]).toEqual([0.5, 0, 0, 0.5, 0, 0, 0.5, 0, 0, 0.5, 0, 0]);
    const rng = seeded(1, "draws");
    const q = orthonormal(a, () => rng.normal());
    const gram = transposedProduct(q, q).data;
    for (const [i, value] of gram.entries()) expect(Math.abs(value - (i % 4 === 0 ? 1 : 0))).toBeLessThan(1e-12);
  });

  it("leaves what it is given as it was", () => {
    const a = drawn(6, 2, 3);
    const before = a.data.slice();
    orthonormal(a);
    expect(a.data).toEqual(before);
  });
});
