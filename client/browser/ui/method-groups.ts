import type { Method } from "../../../shared/compress/method.ts";
import { methods } from "../../../shared/compress/registry.ts";

/** Methods of one kind, with what that kind is for. */
interface MethodGroup {
  readonly title: string;
  readonly help: string;
  readonly methods: readonly Method[];
}

type Heading = "feedback" | "sparsifier" | "quantiser" | "compressor";

const headings: Readonly<Record<Heading, Omit<MethodGroup, "methods">>> = {
  feedback: { title: "Error feedback", help: "Goes around a compressor and makes up for what it leaves out." },
  sparsifier: { title: "Sparsifiers", help: "Choose which numbers of an update are sent." },
  quantiser: {
    title: "Quantisers",
    help: "Write a number in fewer bits: all of them, or after | those that a sparsifier chose.",
  },
  compressor: { title: "Whole compressors", help: "Stand by themselves; no quantiser goes behind them." },
};

const headingOf: Readonly<Record<Method["kind"], Heading>> = {
  feedback: "feedback",
  "masked-feedback": "feedback",
  sparsifier: "sparsifier",
  quantiser: "quantiser",
  compressor: "compressor",
};

/** All methods of the registry, in its order within each kind. */
export const methodGroups: readonly MethodGroup[] = (Object.keys(headings) as Heading[]).map((heading) => ({
  ...headings[heading],
  methods: methods.filter(({ kind }) => headingOf[kind] === heading),
}));
