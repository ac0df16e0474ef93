/** Why a link is not open: a sentence, and the platform's own words; null if it gave none. */
export interface LinkReason {
  readonly sentence: string;
  readonly detail: string | null;
}

/** The last parentheses of a reason hold what the platform said. */
export function linkReason(reason: string): LinkReason {
  const [, sentence, detail] = /^(.*\S)\s+\(([^()]+)\)$/s.exec(reason) ?? [];
  return sentence === undefined ? { sentence: reason, detail: null } : { sentence, detail: detail! };
}
