import { useEffect, useState } from "preact/hooks";

/** Limit for the server's answer; without one the form does not offer the server's files. */
const patienceMs = 10_000;

/** Whether this page's server has files to train on; false until it has said so. */
export function useServedData(): boolean {
  const [isServed, setServed] = useState(false);
  useEffect(() => {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(patienceMs)]);
    asked(signal).then(setServed, () => {}); // a server that does not answer offers nothing
    return () => ended.abort();
  }, []);
  return isServed;
}

async function asked(signal: AbortSignal): Promise<boolean> {
  const answer = await fetch(new URL("healthz", document.baseURI), { signal });
  const health: unknown = await answer.json();
  return typeof health === "object" && health !== null && "data" in health && health.data === "served";
}
