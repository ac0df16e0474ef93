/** Errors that are looked at: a longer chain of causes is taken for a cycle. */
const maxErrors = 10;

/** The `code` of an error, of its causes and of the errors in an `AggregateError`, outermost first. */
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
