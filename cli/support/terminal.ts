/** Control characters, and characters without width or that change the direction of text: a terminal obeys them or shows a false text. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text with each invisible character as an escape, such as \u001b; with `lines` the ends of lines stay. */
export function printable(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  return text.replace(unseen, (character) => (lines && character === "\n" ? character : escapeOf(character)));
}

/** A JSON value in one line, with invisible characters escaped; it parses to the same value. */
export function jsonLine(value: object): string {
  return JSON.stringify(value).replace(unseen, (character) =>
    character
      .split("")
      .map((unit) => `\\u${hex(unit.charCodeAt(0))}`)
      .join(""),
  );
}

/** Writes lines of text to standard output: all output but for progress bars. */
export function print(text: string): void {
  process.stdout.write(`${printable(text, { lines: true })}\n`);
}

export function printJson(value: object): void {
  process.stdout.write(`${jsonLine(value)}\n`);
}

/** Writes remarks and errors to standard error. */
export function printAside(text: string): void {
  process.stderr.write(`${printable(text, { lines: true })}\n`);
}

/** The same of a value, as a line of JSON. */
export function printJsonAside(value: object): void {
  process.stderr.write(`${jsonLine(value)}\n`);
}

/** Writes over the last line of standard error: progress, on a terminal. */
export function printOver(text: string): void {
  process.stderr.write(`\r\u001b[K${printable(text)}`);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${hex(code)}`;
}

function hex(code: number): string {
  return code.toString(16).padStart(4, "0");
}
