/** Words of a path that name a part of a data set. */
const words: Readonly<Record<string, Part>> = {
  train: "train",
  training: "train",
  t10k: "test",
  test: "test",
  testing: "test",
  val: "valid",
  valid: "valid",
  validation: "valid",
  dev: "valid",
};

/** Trained on; held out to the end; held out meanwhile. */
export type Part = "train" | "test" | "valid";

/** The part that a file belongs to by a word of its name ("test-images", "cifar_test.bin", "a9a.t") or of a folder's; null: none is named. */
export function partOf(path: string): Part | null {
  const names = path.split("/").reverse();
  if (/\.t$/i.test(names[0]!)) return "test";
  for (const name of names) {
    for (const word of name.toLowerCase().split(/[^a-z0-9]+/)) if (Object.hasOwn(words, word)) return words[word]!;
  }
  return null;
}
