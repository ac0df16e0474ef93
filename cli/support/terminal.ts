/** Control characters, and those that have no width or turn the direction of what follows: a terminal obeys them, or lies. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same text with every character that is not seen shown as an escape, such as \u001b; for lines of ours, of several, except their ends. */
export function printable(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  return text.replace(unseen, (character) => (lines && character === "\n" ? character : escapeOf(character)));
}

/** One JSON value in one line, whose strings a terminal cannot obey either; it parses to the same. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(unseen, (character) =>
    character
      .split("")
      .map((unit) => `\\u${hex(unit.charCodeAt(0))}`)
      .join(""),
  );
}

/** Writes lines of text: everything that the command line says, but for what draws a bar. */
export function print(text: string): void {
  process.stdout.write(`${printable(text, { lines: true })}\n`);
}

export function printJson(value: object): void {
  process.stdout.write(`${jsonLine(value)}\n`);
}

/** What is not the result: remarks and errors. */
export function printAside(text: string): void {
  process.stderr.write(`${printable(text, { lines: true })}\n`);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${hex(code)}`;
}

function hex(code: number): string {
  return code.toString(16).padStart(4, "0");
}
