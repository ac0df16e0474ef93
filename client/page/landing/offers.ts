import type { Described, Method } from "../../../shared/compress/method.ts";
import { methods } from "../../../shared/compress/registry.ts";
import { parseScheme } from "../../../shared/compress/text/grammar.ts";
import { optimizers } from "../../../shared/optimizer/registry.ts";
import { defaultConfig } from "../../../shared/run/config.ts";
import { localOptimizers } from "../../optimizer/registry.ts";
import { runProblems } from "../../tasks/run-problems.ts";
import type { ConfigKey } from "../state/config-texts.ts";
import { methodsIn, pickMethod } from "./pick-method.ts";

/** A method that can be put into a text. */
interface Choice {
  readonly method: Described;
  /** The text with the method in it; unchanged if it is in it already. */
  readonly becomes: string;
  readonly isUsed: boolean;
}

/** The methods of one kind, and what the kind is for. */
interface ChoiceGroup {
  readonly title: string;
  readonly help: string;
  readonly choices: readonly Choice[];
}

/** The methods of a text, and all that it could name. */
export interface Offer {
  readonly called: "methods" | "optimizers";
  /** The methods that the text names, outermost first; null if the text is wrong. */
  readonly used: readonly Described[] | null;
  readonly groups: readonly ChoiceGroup[];
}

/** For each setting whose text names methods: its methods and all of its registry. Pure. */
export const offers: Partial<Record<ConfigKey, (text: string) => Offer>> = {
  scheme: schemeOffer,
  outer: optimizerOffer(
    "outer",
    { title: "Outer optimizers", help: "What all peers do alike with the mean of their updates." },
    optimizers,
  ),
  local: optimizerOffer(
    "local",
    { title: "Local optimizers", help: "What each peer does with its own gradients." },
    localOptimizers,
  ),
};

type Heading = "feedback" | "sparsifier" | "quantizer" | "compressor";

const headings: Readonly<Record<Heading, Omit<ChoiceGroup, "choices">>> = {
  feedback: { title: "Error feedback", help: "Goes around a compressor and makes up for what it leaves out." },
  sparsifier: { title: "Sparsifiers", help: "Choose which numbers of an update are sent." },
  quantizer: {
    title: "Quantizers",
    help: "Write a number in fewer bits: all of them, or after | those that a sparsifier chose.",
  },
  compressor: { title: "Whole compressors", help: "Stand by themselves; no quantizer goes behind them." },
};

const headingOf: Readonly<Record<Method["kind"], Heading>> = {
  feedback: "feedback",
  "masked-feedback": "feedback",
  sparsifier: "sparsifier",
  quantizer: "quantizer",
  compressor: "compressor",
};

function schemeOffer(text: string): Offer {
  const used = methodsIn(text);
  const choice = chooser(text, used, (method: Method) => pickMethod(text, method));
  const groups = (Object.keys(headings) as Heading[]).map((heading) => ({
    ...headings[heading],
    choices: methods.filter(({ kind }) => headingOf[kind] === heading).map(choice),
  }));
  return { called: "methods", used, groups };
}

function optimizerOffer(key: "outer" | "local", group: Omit<ChoiceGroup, "choices">, all: readonly Described[]) {
  return (text: string): Offer => {
    const isWrong = runProblems({ ...defaultConfig, [key]: text }).has(key);
    const used = isWrong ? null : all.filter(({ name }) => name === parseScheme(text).name);
    const usual = parseScheme(defaultConfig[key]).name;
    const choice = chooser(text, used, ({ name, example }: Described) => (name === usual ? defaultConfig[key] : example));
    return { called: "optimizers", used, groups: [{ ...group, choices: all.map(choice) }] };
  };
}

function chooser<M extends Described>(text: string, used: readonly Described[] | null, pick: (method: M) => string) {
  return (method: M): Choice => {
    const isUsed = used?.includes(method) === true;
    return { method, becomes: isUsed ? text : pick(method), isUsed };
  };
}
