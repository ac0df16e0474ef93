import { describe, expect, it } from "vitest";
import { modelOf } from "../../../client/models/model-of.ts";
import { models } from "../../../client/models/registry.ts";
import { SchemeError } from "../../../shared/compress/text/grammar.ts";

describe("modelOf", () => {
  it.each(models.map(({ name, example, takes }) => [example, name, takes]))("reads %s", (example, name, takes) => {
    expect(modelOf(example)).toMatchObject({ name, takes });
  });

  it.each([
    ["resnett(18)", 0, "expected a model (softmax, mlp, cnn, resnet, gpt, gpt2), got resnett; did you mean resnet?"],
    ["mlp(0)", 4, "mlp: expected hidden: a whole number from 1 to 4096, got 0"],
    ["mlp(64, 64)", 8, "mlp: expected only hidden, got one more"],
    ["resnet(18, norm=layer)", 16, "resnet: expected norm: group or batch or none, got layer"],
    ["cnn | mlp(64)", 6, "expected one model, got mlp too"],
    ["mlp(64", 6, 'expected "," or ")", got the end'],
  ])("refuses %s at the place of the mistake", (text, position, message) => {
    expect(() => modelOf(text)).toThrow(SchemeError);
    expect(() => modelOf(text)).toThrow(expect.objectContaining({ position, message: expect.stringContaining(message) }));
  });

  it.each([
    ["cnn", [30, 28, 1], "expected images whose sides are multiples of 4 for a cnn, got 30×28"],
    ["cnn", [30], "expected images (height, width, channels) for a cnn, got samples of 30"],
    ["resnet(18)", [30], "expected images (height, width, channels) for a resnet, got samples of 30"],
    ["resnet(20)", [32, 32, 3], "expected a depth of 10, 18, 34, got 20"],
    ["gpt(heads=5, width=48)", [64], "expected a width that 5 heads divide, got 48"],
    ["gpt(context=16)", [64], "expected at most 16 tokens, the model's context, got 64"],
    ["gpt", [8, 8, 1], "expected sequences of tokens for a gpt, got samples of 8×8×1"],
  ])("%s refuses samples of %j in words", async (text, input, message) => {
    await expect(modelOf(text).build({ input, outputs: 10 })).rejects.toThrow(new RangeError(message));
  });
});
