import { trainedLayout } from "../base/layout.ts";
import type { Context, Scheme } from "./types.ts";

/** The scheme over the trained parameters of a layout alone: what it is given, keeps and decodes has no statistics in it. */
export function onTrained(scheme: Scheme): Scheme {
  return {
    ...scheme,
    init: (layout) => scheme.init(trainedLayout(layout)),
    phases: (layout, stage, replicated) => scheme.phases(trainedLayout(layout), stage, replicated),
    encode: (x, local, replicated, context) => scheme.encode(x, local, replicated, ofTrained(context)),
    decode: (totals, weight, replicated, context) => scheme.decode(totals, weight, replicated, ofTrained(context)),
  };
}

function ofTrained(context: Context): Context {
  const layout = trainedLayout(context.layout);
  if (layout === context.layout) return context;
  return { ...context, layout, parameters: context.parameters.subarray(0, layout.length) };
}
