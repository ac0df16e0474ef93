/** What this browser's person wants to see on the console, as `links,sync`; null: nothing, or storage is denied. */
export function wantedDebug(): string | null {
  try {
    return localStorage.getItem("copse-debug") || null;
  } catch {
    return null;
  }
}
