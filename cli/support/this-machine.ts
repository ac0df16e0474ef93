import { cpus } from "node:os";

/** Processor, cores and Node of this machine, and the day: what stands beside a measurement. */
export function thisMachine(): { readonly machine: string; readonly date: string } {
  return {
    machine: `${cpus()[0]?.model ?? "unknown"} × ${cpus().length}, Node ${process.version}`,
    date: new Date().toISOString().slice(0, 10),
  };
}
