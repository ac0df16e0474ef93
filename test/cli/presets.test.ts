import { expect, it } from "vitest";
import { runCopse } from "./run-copse.ts";

it("a preset stands for plain options, says which, and gives way to those that are typed", async () => {
  const run = runCopse(
    "demo",
    "--peers",
    "2",
    "--preset",
    "sparseloco",
    "--local-steps",
    "2",
    "--rounds",
    "2",
    "--samples",
    "60",
    "--json",
  );
  expect(await run.line("summary")).toMatchObject({ hashesEqual: true, rounds: 2 });
  const { code, stderr } = await run.ended;
  expect(stderr).toBe(
    'preset sparseloco (Sarfi et al. 2025): --scheme "ef14(topk(64, chunk=4096) | twolevel, decay=0.95)" --aggregate exact --local "adamw(0.9, 0.95)" --local-steps 2 --rate 0.001 --outer "sgd(1)"\n',
  );
  expect(code).toBe(0);
});

it("a preset that is none is refused with those that there are", async () => {
  const { code, stderr } = await runCopse("demo", "--preset", "dlioco").ended;
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining("--preset: expected one of sparseloco, diloco, dgc, powersgd, got dlioco"),
  });
});
