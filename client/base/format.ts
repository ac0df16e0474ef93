const thinSpace = "\u202f";
const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** "611 B", "1.4 kB", "29.9 MB": three significant digits, powers of 1000. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : significant(value)}${thinSpace}${units[unit]}`;
}

/** "50 890": digits in groups of three. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, thinSpace);
}

/** 0.9123 is "91.2 %". */
export function formatPercent(part: number): string {
  return `${(100 * part).toFixed(1)}${thinSpace}%`;
}

/** A loss to three significant digits; very small ones as a power of ten. */
export function formatLoss(loss: number): string {
  return loss !== 0 && Math.abs(loss) < 0.001 ? loss.toExponential(1) : significant(loss);
}

/** "66 ms", "0.25 s", "12.5 s", "3 min 5 s". */
export function formatSeconds(seconds: number): string {
  if (seconds < 0.0995) return formatMilliseconds(1_000 * seconds);
  if (seconds < 59.95) return `${significant(seconds)}${thinSpace}s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}${thinSpace}min ${whole % 60}${thinSpace}s`;
}

/** "< 1 ms", "12 ms". */
export function formatMilliseconds(ms: number): string {
  return `${ms < 1 ? "< 1" : formatCount(ms)}${thinSpace}ms`;
}

/** What was sent beside what a dense exchange would cost: "1/147 of dense", "1.3 × dense"; null where either is nothing. */
export function formatShare(sent: number, dense: number): string | null {
  if (sent <= 0 || dense <= 0) return null;
  const ratio = dense / sent;
  if (ratio < 1) return `${significant(1 / ratio)} × dense`;
  return ratio < 10 ? `1/${Number(ratio.toFixed(1))} of dense` : `1/${formatCount(ratio)} of dense`;
}

/** Where a number of bytes stands on a logarithmic scale from `low` to `high`, within 0 … 1. */
export function logFraction(bytes: number, low: number, high: number): number {
  if (bytes <= low) return 0;
  return Math.min(1, Math.log(bytes / low) / Math.log(high / low));
}

/** Three significant digits, never in exponential form, without trailing zeros after the point. */
function significant(value: number): string {
  if (Math.abs(value) >= 999.5) return formatCount(value);
  return String(Number(value.toPrecision(3)));
}

/** "1 round", "12 rounds". */
export function plural(count: number, one: string): string {
  return `${formatCount(count)} ${count === 1 ? one : `${one}s`}`;
}

/** The same text with common spaces: not every terminal has the thin ones. */
export function inTerminal(text: string): string {
  return text.replaceAll(thinSpace, " ");
}
