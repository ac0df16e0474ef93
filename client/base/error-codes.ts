/** More are no chain, but a circle. */
const maxErrors = 10;

/** The codes of an error, of its causes, and of those that are gathered in one: of the outermost first. */
export function errorCodes(error: unknown): readonly string[] {
  const codes: string[] = [];
  const waiting: unknown[] = [error];
  for (let seen = 0; waiting.length > 0 && seen < maxErrors; seen += 1) {
    const next = waiting.shift();
    if (typeof next !== "object" || next === null) continue;
    if ("code" in next && typeof next.code === "string") codes.push(next.code);
    if ("cause" in next) waiting.push(next.cause);
    if (next instanceof AggregateError) waiting.push(...next.errors);
  }
  return codes;
}
