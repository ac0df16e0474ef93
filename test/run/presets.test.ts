import { describe, expect, it } from "vitest";
import { applyPreset, initialTexts, presetIn } from "../../client/page/landing/form-texts.ts";
import { readForm } from "../../client/page/landing/read-form.ts";
import { runProblems } from "../../client/tasks/run-problems.ts";
import { layoutOf } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import { optimizerOf } from "../../shared/optimizer/optimizer-of.ts";
import { average } from "../../shared/optimizer/sgd.ts";
import { defaultConfig, runConfigSchema } from "../../shared/run/config.ts";
import { presetOf, presets } from "../../shared/run/presets.ts";
import { denseUpdate, toDense } from "../../shared/vector/update.ts";

describe.each(presets)("the preset $name", (preset) => {
  it("is a run that nothing is wrong with, in plain settings", () => {
    const config = runConfigSchema.parse({ ...defaultConfig, ...preset.settings });
    expect([...runProblems(config)]).toEqual([]);
  });

  it("fills in the page's form, which then says its name until one of its settings is changed", () => {
    const form = applyPreset(initialTexts, preset);
    expect(presetIn(initialTexts)).toBeNull();
    expect(presetIn(form)).toBe(preset);
    expect(readForm(form.texts)).toMatchObject({ ok: true, config: preset.settings });
    expect(presetIn({ ...form, texts: { ...form.texts, scheme: "ef14(topk(7%))" } })).toBeNull();
  });
});

it("a name that is none is refused with those that there are", () => {
  expect(() => presetOf("dlioco")).toThrow("expected one of sparseloco, diloco, dgc, powersgd, got dlioco");
});

it("diloco's outer optimizer without momentum, at rate 1, is the mean of the local models bit for bit", () => {
  const layout = layoutOf([{ name: "x", shape: [50] }]);
  const model = { round: 1, layout, parameters: new Float32Array(50) };
  const optimizer = optimizerOf("nesterov(1, momentum=0)");
  const rng = seeded(1, "updates");
  let slots = optimizer.init(50);
  for (let round = 1; round <= 20; round += 1) {
    const delta = denseUpdate(Float32Array.from({ length: 50 }, () => rng.normal()));
    const next = optimizer.step(delta, slots, model);
    slots = next.slots;
    expect(toDense(next.step)).toEqual(toDense(average.step(delta, {}, model).step));
  }
});
