/** Words of so many letters and more: shorter ones come about by chance. */
const minLetters = 3;

/** Of a text's words of three or more letters, the share of those that occur in a corpus; the case of letters does not count. */
export function wordRate(text: string, corpus: string): number {
  const known = new Set(wordsOf(corpus));
  const words = wordsOf(text);
  return words.filter((word) => known.has(word)).length / words.length;
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[a-z]+/g) ?? []).filter((word) => word.length >= minLetters);
}
