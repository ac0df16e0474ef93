/** Where importance replaces top-k: without feedback, inside EF14, inside SCAM. */
export type Feedback = "none" | "ef14" | "scam";

/** A scheme with importance, and the same scheme with top-k in its place. */
export interface Learnt {
  readonly scheme: string;
  readonly feedback: Feedback;
  readonly baseline: string;
}

const regions = ["simplex", "cube=[0, 2]", "cube=[1, 2]"] as const;

function within(feedback: Feedback, inner: string): string {
  return feedback === "none" ? inner : `${feedback}(${inner})`;
}

function learnt(feedback: Feedback, amount: string, rest: string): Learnt {
  return {
    scheme: within(feedback, `impk(${amount}, ${rest}, step=η)`),
    feedback,
    baseline: within(feedback, `topk(${amount})`),
  };
}

/** Importance at the usual cost of half a gradient a round: 5 inner steps every 10 rounds. The region [1, 2], that of the bound, without feedback only. */
export function importances(amount: string): readonly Learnt[] {
  const common = (["none", "ef14", "scam"] as const).flatMap((feedback) =>
    regions.slice(0, 2).map((region) => learnt(feedback, amount, region)),
  );
  return [...common, learnt("none", amount, regions[2])];
}

/** Importance refreshed each round by 10 inner steps, the best it can do; the other operators; and the usual cost. */
export function eagerImportances(amount: string): readonly Learnt[] {
  const eager = "steps=10, refresh=1";
  return [
    ...(["none", "ef14", "scam"] as const).flatMap((feedback) =>
      regions.map((region) => learnt(feedback, amount, `${region}, ${eager}`)),
    ),
    ...[3, 4, 6].flatMap((operator) =>
      regions.slice(0, 2).map((region) => learnt("none", amount, `${region}, operator=${operator}, ${eager}`)),
    ),
    ...importances(amount),
  ];
}

/** Top-k in every feedback, a quantized top-k, and no compression. */
export const feedbacks = [
  "none",
  "topk(10%)",
  "ef14(topk(10%))",
  "ef14(topk(10%) | natural)",
  "ef21(topk(10%))",
  "ef21-sgdm(topk(10%))",
  "econtrol(topk(10%))",
  "scam(topk(10%))",
  "scam(topk(10%), mode=decay)",
  "scam(topk(10%), mode=paper)",
] as const;

/** Low rank beside top-k: for a problem whose x is a matrix. */
export const ranks = [
  "none",
  "topk(10%)",
  "ef14(topk(10%))",
  "ef21(topk(10%))",
  "ef14(svd(1))",
  "ef14(svd(2))",
  "ef21(svd(2))",
  "ef14(powersgd(2))",
  "ef14(sketch(2))",
] as const;
