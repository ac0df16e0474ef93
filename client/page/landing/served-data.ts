import { useEffect, useState } from "preact/hooks";

/** A form does not wait for longer; what it does not know by then it does not offer. */
const patienceMs = 10_000;

/** Whether this page's server has files to train on; false until it has said so. */
export function useServedData(): boolean {
  const [isServed, setServed] = useState(false);
  useEffect(() => {
    const ended = new AbortController();
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(patienceMs)]);
    asked(signal).then(setServed, () => {}); // a server that cannot be asked offers nothing
    return () => ended.abort();
  }, []);
  return isServed;
}

async function asked(signal: AbortSignal): Promise<boolean> {
  const answer = await fetch(new URL("healthz", document.baseURI), { signal });
  const health: unknown = await answer.json();
  return typeof health === "object" && health !== null && "data" in health && health.data === "served";
}
