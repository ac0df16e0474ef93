/** A sentence whose numbers may change while its words stay: each has an element of its own, so that words are translated once. */
export function WordsAndFigures({ text }: { readonly text: string }) {
  return <>{text.split(/(\d(?:[\d.,\u202f]*\d)?(?:\u202f(?:%|[kMGT]?B|ms|s|min)(?![\p{L}]))?)/u)}</>;
}
