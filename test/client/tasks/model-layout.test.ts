import { describe, expect, it } from "vitest";
import { glyphShape } from "../../../client/data/glyphs.ts";
import { modelLayout } from "../../../client/tasks/model-layout.ts";

describe("modelLayout", () => {
  it("counts the parameters of each model", () => {
    expect(modelLayout({ model: "softmax", hidden: 64 }, glyphShape).length).toBe(7850);
    expect(modelLayout({ model: "mlp", hidden: 64 }, glyphShape).length).toBe(50_890);
    expect(modelLayout({ model: "cnn", hidden: 64 }, glyphShape).length).toBe(9098);
  });

  it("lays the tensors end to end and starts biases at zero", () => {
    for (const model of ["softmax", "mlp", "cnn"] as const) {
      let end = 0;
      for (const { name, offset, size, deviation } of modelLayout({ model, hidden: 32 }, glyphShape).tensors) {
        expect(offset).toBe(end);
        if (name.endsWith("bias")) expect(deviation).toBe(0);
        end += size;
      }
      expect(modelLayout({ model, hidden: 32 }, glyphShape).length).toBe(end);
    }
  });

  it("refuses a convolution over images that do not halve twice", () => {
    expect(() => modelLayout({ model: "cnn", hidden: 1 }, { ...glyphShape, height: 30 })).toThrow(
      new RangeError("expected images whose sides are multiples of 4 for a cnn, got 30×28"),
    );
  });
});
