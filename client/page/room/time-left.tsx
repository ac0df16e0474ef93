import { useEffect, useState } from "preact/hooks";

/** Countdown to the end of a wait; begins anew with another wait. Empty if the length is not known. */
export function TimeLeft({ wait }: { readonly wait: { readonly forMs: number | null } }) {
  const [leftMs, setLeftMs] = useState(wait.forMs ?? 0);
  useEffect(() => {
    if (wait.forMs === null) return undefined;
    const endsAt = performance.now() + wait.forMs;
    const look = (): void => setLeftMs(Math.max(0, endsAt - performance.now()));
    look();
    const timer = setInterval(look, 1_000);
    return () => clearInterval(timer);
  }, [wait]);
  return wait.forMs === null ? null : <p data-testid="time-left">{`At most ${Math.ceil(leftMs / 1_000)} s more.`}</p>;
}
