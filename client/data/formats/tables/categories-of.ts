import { areCategories, byNumberOrText, maxCategories } from "./column-census.ts";

/** The sorted different values of a column of texts over all its parts; null: too many, or too long, to be categories. */
export function categoriesOf(parts: readonly (readonly (string | null)[])[]): readonly string[] | null {
  const found = new Set<string>();
  let [present, longest] = [0, 0];
  for (const values of parts) {
    for (const value of values) {
      if (value === null) continue;
      present += 1;
      longest = Math.max(longest, value.length);
      found.add(value);
      if (found.size > maxCategories) return null;
    }
  }
  return areCategories(found.size, present, longest) ? [...found].sort(byNumberOrText) : null;
}
