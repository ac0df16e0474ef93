/**
 * A text and, in a second line, a caret under its character `at`, counted from 0; `at` = its length is its end. A text wider than
 * `width` characters is cut to the part around the caret, between ellipses.
 */
export function caretLines(text: string, at: number, { width }: { readonly width: number }): readonly [string, string] {
  const start = Math.max(0, Math.min(at - Math.floor(width / 2), text.length + 1 - width));
  const end = start + width;
  const part = text.slice(start, end);
  const head = start > 0 ? `…${part.slice(1)}` : part;
  return [end < text.length ? `${head.slice(0, -1)}…` : head, `${" ".repeat(at - start)}^`];
}
