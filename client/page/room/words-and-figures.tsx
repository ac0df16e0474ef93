/** A sentence in elements: each number and each piece of text has its own, so that a translation of the words survives a new number. */
export function WordsAndFigures({ text }: { readonly text: string }) {
  return <>{text.split(/(\d(?:[\d.,\u202f]*\d)?(?:\u202f(?:%|[kMGT]?B|ms|s|min)(?![\p{L}]))?)/u)}</>;
}
