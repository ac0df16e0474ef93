import { fileURLToPath } from "node:url";

/** How this Copse is started in a process of its own, by the same Node; from a clone, through tsx. */
export function ownCommand(args: readonly string[]): { readonly command: string; readonly args: readonly string[] } {
  const isSource = import.meta.url.endsWith(".ts");
  const entry = fileURLToPath(new URL(isSource ? "../main.ts" : "../main.js", import.meta.url));
  // Resolved from this file, not from the current folder.
  const loader = isSource ? ["--import", import.meta.resolve("tsx")] : [];
  return { command: process.execPath, args: [...loader, entry, ...args] };
}
