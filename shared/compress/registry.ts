import { closest } from "fastest-levenshtein";
import { type Arguments, argumentsOf } from "./arguments.ts";
import { type Chooser, chosen, everything, type Quantiser, unquantised } from "./chosen.ts";
import { econtrol } from "./econtrol.ts";
import { efBv } from "./ef-bv.ts";
import { ef14 } from "./ef14.ts";
import { ef21 } from "./ef21.ts";
import { ef21Sgdm } from "./ef21-sgdm.ts";
import { type Call, parseScheme, SchemeError } from "./grammar.ts";
import { impKOf } from "./imp-k-arguments.ts";
import { natural } from "./natural.ts";
import { none } from "./none.ts";
import { plain } from "./plain.ts";
import { powerSgd } from "./power-sgd.ts";
import { qsgd } from "./qsgd.ts";
import { randK } from "./rand-k.ts";
import { type ScamMode, scam } from "./scam.ts";
import { sign } from "./sign.ts";
import { sketch } from "./sketch.ts";
import { type Sparsifier, sparse } from "./sparsifier.ts";
import { svd } from "./svd.ts";
import { topK, topKPerTensor } from "./top-k.ts";
import { topKSparsifier } from "./top-k-sparsifier.ts";
import { twoLevel } from "./two-level.ts";
import type { Compressor, Scheme } from "./types.ts";

interface Described {
  readonly name: string;
  /** How it is written, with its arguments. */
  readonly usage: string;
  /** A text that builds one, by itself or around topk. */
  readonly example: string;
  readonly law: string;
  readonly source: string;
  /** Where it keeps and by what weight, for a feedback that takes the two apart. */
  mask?(given: Arguments): Sparsifier;
}

type Method =
  | (Described & { readonly kind: "compressor"; build(given: Arguments): Compressor })
  | (Described & { readonly kind: "sparsifier"; build(given: Arguments): Chooser })
  | (Described & { readonly kind: "quantiser"; build(given: Arguments): Quantiser })
  | (Described & { readonly kind: "feedback"; build(inner: Compressor, given: Arguments): Scheme })
  | (Described & { readonly kind: "masked-feedback"; build(inner: Sparsifier, given: Arguments): Scheme });

/** Values that a quantiser takes together: with more, one outlier silences too many. */
const mostBlock = 65_536;

/** Of low-rank methods: orthogonalising costs r² for each row. */
const mostRank = 1024;

/** Every method by name: a new one is one file, and one entry here. */
export const methods: readonly Method[] = [
  {
    name: "none",
    kind: "compressor",
    usage: "none",
    example: "none",
    law: "C(x) = x",
    source: "the identity; FedAvg without compression (McMahan et al. 2017)",
    build: none,
  },
  {
    name: "topk",
    kind: "sparsifier",
    usage: "topk(1%) or topk(500), topk(1%, tensor=1)",
    example: "topk(10%)",
    law: "‖C(x) − x‖² ≤ (1 − k/d)‖x‖²",
    source: "Stich et al. 2018, Lemma A.1; summed as gTop-k, Shi et al. 2019",
    build(given) {
      const amount = given.amount("k");
      return given.flag("tensor") ? topKPerTensor(amount) : topK(amount);
    },
    mask: (given) => topKSparsifier(given.amount("k")),
  },
  {
    name: "randk",
    kind: "sparsifier",
    usage: "randk(1%, scaled=0, seeded=0)",
    example: "randk(10%, seeded=1)",
    law: "E‖C(x) − x‖² = (1 − k/d)‖x‖²; scaled: E C(x) = x, E‖C(x) − x‖² = (d/k − 1)‖x‖²",
    source: "Stich et al. 2018; Wangni et al. 2018",
    build(given) {
      const amount = given.amount("k");
      return randK(amount, { isScaled: given.flag("scaled"), isSeeded: given.flag("seeded") });
    },
  },
  {
    name: "qsgd",
    kind: "quantiser",
    usage: "qsgd(levels, bucket=128)",
    example: "qsgd(8)",
    law: "E Q(v) = v, E‖Q(v) − v‖² ≤ min(b/s², √b/s)‖v‖²",
    source: "Alistarh et al. 2017",
    build(given) {
      const levels = given.integer("levels", { min: 1, max: 65_535 });
      return qsgd({ levels, bucket: given.integer("bucket", { fallback: 128, min: 1, max: mostBlock }) });
    },
  },
  {
    name: "natural",
    kind: "quantiser",
    usage: "natural",
    example: "natural",
    law: "E Q(v) = v, E‖Q(v) − v‖² ≤ ‖v‖²/8",
    source: "Horváth et al. 2022",
    build: () => natural,
  },
  {
    name: "sign",
    kind: "quantiser",
    usage: "sign",
    example: "sign",
    law: "‖Q(v) − v‖² = (1 − ‖v‖₁²/(n‖v‖₂²))‖v‖₂²",
    source: "Karimireddy et al. 2019",
    build: () => sign,
  },
  {
    name: "twolevel",
    kind: "quantiser",
    usage: "twolevel(block=128)",
    example: "twolevel",
    law: "‖Q(v) − v‖² at most that of the sign with each block's mean magnitude",
    source: "Lloyd 1982, on the magnitudes of a block",
    build: (given) => twoLevel({ block: given.integer("block", { fallback: 128, min: 1, max: mostBlock }) }),
  },
  {
    name: "powersgd",
    kind: "compressor",
    usage: "powersgd(r=2)",
    example: "powersgd(2)",
    law: "‖C − Σx‖² = ‖Σx‖² − ‖C‖²",
    source: "Vogels, Karimireddy, Jaggi 2019",
    build: (given) => powerSgd(given.integer("r", { fallback: 2, min: 1, max: mostRank })),
  },
  {
    name: "svd",
    kind: "compressor",
    usage: "svd(r=2)",
    example: "svd(2)",
    law: "‖C(x) − x‖² ≤ (1 − r/min(m, n))‖x‖² (exact SVD)",
    source: "Halko, Martinsson, Tropp 2011; recompressed at merges",
    build: (given) => svd(given.integer("r", { fallback: 2, min: 1, max: mostRank })),
  },
  {
    name: "sketch",
    kind: "compressor",
    usage: "sketch(r=2)",
    example: "sketch(2)",
    law: "E‖C − Σx‖² ≤ (1 − r/min(m, n))‖Σx‖²",
    source: "Halko, Martinsson, Tropp 2011, on the sum",
    build: (given) => sketch(given.integer("r", { fallback: 2, min: 1, max: mostRank })),
  },
  {
    name: "impk",
    kind: "compressor",
    usage:
      "impk(1%, simplex, entropy=0.001, per=tensor) or impk(1%, cube=[0, 2]), operator=5, steps=5, step=1, refresh=10, skip=[bias]",
    example: "impk(10%, cube=[0, 2], steps=2)",
    law: "w in [1, 2]^d, γ ≤ 1/L: f(x^T) − f* ≤ (1 − μγ(1 − Lγ)k/d)^T (f(x⁰) − f*)",
    source: "Khafizov 2025",
    build: (given) => sparse(impKOf(given)),
    mask: impKOf,
  },
  {
    name: "ef14",
    kind: "feedback",
    usage: "ef14(compressor, decay=1)",
    example: "ef14(topk(10%) | qsgd(8), decay=0.95)",
    law: "Σ sent + memory = Σ updates (decay 1)",
    source: "Seide et al. 2014; Stich et al. 2018",
    build: (inner, given) => ef14(inner, { decay: given.number("decay", { fallback: 1, min: 0, max: 1 }) }),
  },
  {
    name: "ef21",
    kind: "feedback",
    usage: "ef21(compressor)",
    example: "ef21(topk(10%, tensor=1))",
    law: "Σ believed = n · mean",
    source: "Richtárik, Sokolov, Fatkhullin 2021",
    build: (inner) => ef21(inner),
  },
  {
    name: "ef21-sgdm",
    kind: "feedback",
    usage: "ef21-sgdm(compressor, eta=0.1)",
    example: "ef21-sgdm(topk(10%))",
    law: "Σ believed = n · mean",
    source: "Fatkhullin, Tyurin, Richtárik 2023",
    build: (inner, given) => ef21Sgdm(inner, { eta: given.number("eta", { fallback: 0.1, min: 0, max: 1 }) }),
  },
  {
    name: "ef-bv",
    kind: "feedback",
    usage: "ef-bv(compressor, lambda=1, nu=1)",
    example: "ef-bv(randk(10%, scaled=1), lambda=0.1, nu=1)",
    law: "Σ believed = n · mean; EF21 at λ = ν = 1, DIANA at ν = 1, λ = 1/(1 + ω)",
    source: "Condat, Yi, Richtárik 2022",
    build(inner, given) {
      const lambda = given.number("lambda", { fallback: 1, min: 0, max: 1 });
      return efBv(inner, { lambda, nu: given.number("nu", { fallback: 1, min: 0, max: 1 }) });
    },
  },
  {
    name: "econtrol",
    kind: "feedback",
    usage: "econtrol(compressor, eta=0.1)",
    example: "econtrol(topk(10%))",
    law: "Σ believed = n · mean; n · Σ estimates + Σ memories = Σ updates",
    source: "Gao, Islamov, Stich 2024",
    build: (inner, given) => econtrol(inner, { eta: given.number("eta", { fallback: 0.1, min: 0, max: 1 }) }),
  },
  {
    name: "scam",
    kind: "masked-feedback",
    usage: "scam(topk(1%) or impk(1%), mode=reset or paper or decay); biased where peers' data differ",
    example: "scam(topk(10%), mode=reset)",
    law: "w = 1, one peer: f⁺ − f* ≤ (1 − μγ(2 − Lγ)δ)(f − f*), δ = ‖sent‖²/‖update‖²",
    source: "Khafizov 2025",
    build(inner, given) {
      const mode = given.word<ScamMode>("mode", { fallback: "reset", of: ["reset", "paper", "decay"] });
      return scam(inner, { mode });
    },
  },
];

/**
 * The scheme that a text such as `ef14(topk(1%) | qsgd(8))` names. A compressor alone runs without feedback.
 * @throws {SchemeError} with the position of the mistake, what was expected, and the nearest right name
 */
export function schemeOf(text: string): Scheme {
  const call = parseScheme(text);
  const method = methodOf(text, call);
  if (method.kind !== "feedback" && method.kind !== "masked-feedback") return plain(compressorOf(text, call));
  if (call.next !== null) throw notPiped(text, call, method);
  const given = argumentsOf(text, call);
  const inner = given.call("a compressor");
  const scheme =
    method.kind === "masked-feedback" ? method.build(maskOf(text, inner), given) : method.build(compressorOf(text, inner), given);
  given.done();
  return scheme;
}

/** sparsifier [ "|" quantiser ], or a quantiser or a whole compressor alone. */
function compressorOf(text: string, call: Call): Compressor {
  const method = methodOf(text, call);
  if (method.kind === "feedback" || method.kind === "masked-feedback") {
    const names = namesOf("compressor", "sparsifier", "quantiser");
    throw new SchemeError(text, call.at, `expected a compressor (${names}), got the error feedback ${call.name}`);
  }
  if (call.next !== null && method.kind !== "sparsifier") throw notPiped(text, call, method);
  const given = argumentsOf(text, call);
  switch (method.kind) {
    case "compressor":
      return finished(given, method.build(given));
    case "quantiser":
      return chosen(everything, finished(given, method.build(given)));
    case "sparsifier": {
      const chooser = finished(given, method.build(given));
      return chosen(chooser, call.next === null ? unquantised : quantiserOf(text, call.next));
    }
  }
}

/** What a feedback such as SCAM takes: numbers that are coarsened behind a | are not for it. */
function maskOf(text: string, call: Call): Sparsifier {
  const method = methodOf(text, call);
  if (method.mask === undefined || call.next !== null) {
    const names = methods.filter(({ mask }) => mask !== undefined).map(({ name }) => name);
    const got = call.next === null ? `the ${called(method)}` : "a |";
    throw new SchemeError(text, call.next?.at ?? call.at, `expected one of ${names.join(", ")} alone, got ${got}`);
  }
  const given = argumentsOf(text, call);
  return finished(given, method.mask(given));
}

/** The quantiser behind a |. */
function quantiserOf(text: string, call: Call): Quantiser {
  const method = methodOf(text, call);
  if (method.kind !== "quantiser")
    throw new SchemeError(text, call.at, `expected a quantiser (${namesOf("quantiser")}) after |, got the ${called(method)}`);
  if (call.next !== null) throw new SchemeError(text, call.next.at, `expected one quantiser after |, got ${call.next.name} too`);
  const given = argumentsOf(text, call);
  return finished(given, method.build(given));
}

/** What was built of the arguments, once all of them have been read. */
function finished<T>(given: Arguments, built: T): T {
  given.done();
  return built;
}

function notPiped(text: string, call: Call, method: Method): SchemeError {
  return new SchemeError(text, call.at, `expected a sparsifier (${namesOf("sparsifier")}) before |, got the ${called(method)}`);
}

function called({ kind, name }: Method): string {
  return `${kind === "feedback" || kind === "masked-feedback" ? "error feedback" : kind} ${name}`;
}

function methodOf(text: string, call: Call): Method {
  const method = methods.find(({ name }) => name === call.name);
  if (method !== undefined) return method;
  const nearest = closest(
    call.name,
    methods.map(({ name }) => name),
  );
  throw new SchemeError(text, call.at, `expected a method (${namesOf()}), got ${call.name}; did you mean ${nearest}?`);
}

function namesOf(...kinds: readonly Method["kind"][]): string {
  return methods
    .filter(({ kind }) => kinds.length === 0 || kinds.includes(kind))
    .map(({ name }) => name)
    .join(", ");
}
