/** Signals that a person, a closed terminal or a service manager sends to end a process; a closed terminal sends SIGBREAK on Windows. */
const endingSignals: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  ...(process.platform === "win32" ? ["SIGBREAK" as const] : []),
];

/** How often the shell that npm started is looked for. */
const parentMs = 500;

let end: (() => void) | null = null;
let isEnding = false;

/** Calls `politely` once, on the first signal that would end this process; a second one ends it at once. One listener at a time. */
export function onInterruption(politely: () => void): void {
  end = politely;
  for (const signal of endingSignals) process.on(signal, interrupt);
  if (process.env["npm_lifecycle_event"] !== undefined) watchParent();
}

/** Ends this process with its parent: npm passes a signal only to its shell, which passes it on to nobody, so only the shell's end can be seen. */
function watchParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    interrupt();
  }, parentMs);
  timer.unref();
}

/** Does what a signal does. False if no listener is set. */
export function interrupt(): boolean {
  if (isEnding) return true;
  if (end === null) return false;
  isEnding = true;
  for (const signal of endingSignals) process.off(signal, interrupt);
  end();
  return true;
}
