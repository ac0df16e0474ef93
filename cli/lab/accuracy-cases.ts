import { UsageError } from "../support/exit.ts";
import type { AccuracyCase, AccuracyOptions } from "./bench-accuracy.ts";

/** Compared everywhere. */
const everywhere: readonly Pick<AccuracyCase, "scheme" | "aggregate">[] = [
  { scheme: "none" },
  { scheme: "ef14(topk(1%))" },
  { scheme: "ef14(topk(0.25%) | twolevel)" },
  { scheme: "ef14(topk(0.125%) | twolevel)" },
];

/** Compared with four peers that have the like of samples, and 20 local steps. */
const once: readonly Pick<AccuracyCase, "scheme" | "aggregate">[] = [
  { scheme: "ef14(topk(1%) | twolevel)" },
  { scheme: "ef14(topk(0.5%) | sign)" },
  { scheme: "ef14(topk(0.25%) | twolevel)", aggregate: "twopass" },
  { scheme: "ef14(topk(0.25%) | twolevel)", aggregate: "leader" },
  { scheme: "ef14(topk(0.25%, adaptive=1) | twolevel)" },
  { scheme: "ef14(randk(1%, seeded=1) | twolevel)" },
  { scheme: "ef14(powersgd(1))" },
  { scheme: "ef21-sgdm(topk(1%) | twolevel)" },
  { scheme: "scam(topk(1%))" },
];

/** The whole comparison on MNIST; a quick one on drawn digits. @param folder one with MNIST's four files */
export function accuracyComparison({
  isQuick,
  folder,
}: {
  readonly isQuick: boolean;
  readonly folder: string | null;
}): AccuracyOptions {
  if (isQuick)
    return {
      cases: [{ scheme: "none" }, { scheme: "ef14(topk(2%) | twolevel)" }].map((one) => ({ ...one, ...setting(2, "iid", 5) })),
      shared: { model: "mlp(16)", samples: 200, target: 0.5, rounds: 40 },
      rates: [0.3],
      seeds: [1, 2],
    };
  if (folder === null) throw new UsageError("--data: expected a folder with MNIST's four files, or --quick");
  const settings = [4, 8].flatMap((peers) =>
    ["iid", "dirichlet(0.5)"].flatMap((partition) => [20, 100].map((localSteps) => setting(peers, partition, localSteps))),
  );
  return {
    cases: [
      ...once.map((one) => ({ ...one, ...setting(4, "iid", 20) })),
      ...settings.flatMap((where) => everywhere.map((one) => ({ ...one, ...where }))),
    ],
    shared: { data: folder, model: "mlp(64)", target: 0.97, rounds: 1_500 },
    rates: [0.1, 0.3, 1],
    seeds: [1, 2, 3],
  };
}

function setting(peers: number, partition: string, localSteps: number) {
  return { peers, partition, localSteps };
}
