/** What ends a process that a person, a terminal that is closed or a service manager sends it; Windows has SIGBREAK for the second. */
const endingSignals: readonly NodeJS.Signals[] = [
  "SIGINT",
  "SIGTERM",
  "SIGHUP",
  ...(process.platform === "win32" ? ["SIGBREAK" as const] : []),
];

/** How often it is looked whether the shell that npm started is still there. */
const parentMs = 500;

let end: (() => void) | null = null;
let isEnding = false;

/** Calls `politely` on the first signal that would end this process, and once; a second one ends it at once. One at a time. */
export function onInterruption(politely: () => void): void {
  end = politely;
  for (const signal of endingSignals) process.on(signal, interrupt);
  if (process.env["npm_lifecycle_event"] !== undefined) watchParent();
}

/** npm tells only its shell that it is to end, and a shell tells nobody: its end is all that can be seen. */
function watchParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    interrupt();
  }, parentMs);
  timer.unref();
}

/** The same as a signal. False if nobody here ends politely. */
export function interrupt(): boolean {
  if (isEnding) return true;
  if (end === null) return false;
  isEnding = true;
  for (const signal of endingSignals) process.off(signal, interrupt);
  end();
  return true;
}
