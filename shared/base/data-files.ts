/** The four files of a data set, and how their usual names begin. */
const beginnings = {
  trainImages: ["train-images"],
  trainLabels: ["train-labels"],
  testImages: ["t10k-images", "test-images"],
  testLabels: ["t10k-labels", "test-labels"],
} as const;

export type DataFileKind = keyof typeof beginnings;
export const dataFileKinds = Object.keys(beginnings) as readonly DataFileKind[];

/** A name that may be served: of no folder above or below, not hidden, nothing that a system takes for more than a name. */
export function isDataFileName(name: string): boolean {
  return /^[^./\\:\p{C}][^/\\:\p{C}]{0,254}$/u.test(name);
}

/**
 * Which of a folder's files is the one of that kind. The usual name goes before a browser's second download of it ("… (1).gz"), that
 * before any other name that begins so ("train-images-backup"). Of a file and the same one packed, the packed one.
 * @returns the name, or what was expected and what is there, as a sentence
 */
export function pickDataFile(
  names: readonly string[],
  kind: DataFileKind,
): { readonly name: string } | { readonly problem: string } {
  const usable = names.filter(isDataFileName);
  const wanted = beginnings[kind].map((each) => `${each}…`).join(" or ");
  const ranked = usable.map((name) => ({ name, rank: rankOf(name, kind) }));
  const best = Math.min(...ranked.map(({ rank }) => rank));
  if (!Number.isFinite(best)) {
    return { problem: `expected a file named ${wanted}, got ${usable.slice(0, 8).join(", ") || "none"}` };
  }
  const found = ranked.filter(({ rank }) => rank === best).map(({ name }) => name);
  const stems = new Set(found.map((name) => name.replace(/\.gz$/i, "")));
  if (stems.size > 1)
    return { problem: `expected one file named ${wanted}, got ${found.slice(0, 8).join(", ")}: which one is meant?` };
  return { name: found.find((name) => /\.gz$/i.test(name)) ?? found[0]! };
}

/** 0: its usual name; 1: a copy that a browser or a desktop made of it; 2: any other that begins so; Infinity: of another kind. */
function rankOf(name: string, kind: DataFileKind): number {
  const beginning = beginnings[kind].find((each) => name.toLowerCase().startsWith(each));
  if (beginning === undefined) return Number.POSITIVE_INFINITY;
  const rest = name.slice(beginning.length).replace(/\.gz$/i, "");
  const usual = rest.replace(/( ?\(\d+\)| - copy( \(\d+\))?| copy( \d+)?)(?=$|\.)/i, "");
  if (!/^([.-]idx[13]-ubyte)?$/i.test(usual)) return 2;
  return usual === rest ? 0 : 1;
}
