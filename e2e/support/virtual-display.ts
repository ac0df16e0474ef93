import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { findExecutable } from "../../cli/find-chromium.ts";

/** Package of Debian and Ubuntu that has the X server without a screen. */
export const displayAdvice = "no Xvfb found, so that no tab can be hidden: install it (Debian, Ubuntu: apt-get install xvfb)";

export const findXvfb = (): string | null => findExecutable(["Xvfb"]);

/** An X server without a screen. */
export interface VirtualDisplay {
  /** Its name for the variable `DISPLAY`. */
  readonly name: string;
  close(): Promise<void>;
}

/** @throws {Error} if there is no Xvfb */
export async function openVirtualDisplay(): Promise<VirtualDisplay> {
  const executable = findXvfb();
  if (executable === null) throw new Error(displayAdvice);
  // Xvfb takes a free display number, and writes it to descriptor 3.
  const child = spawn(executable, ["-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = await once((child.stdio[3] as Readable).setEncoding("utf8"), "data");
  return {
    name: `:${String(number).trim()}`,
    async close() {
      const exited = once(child, "exit");
      child.kill();
      await exited;
    },
  };
}
