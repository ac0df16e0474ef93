import { createRequire } from "node:module";

/** Packages that run a saved model. */
export const modelPackages: readonly string[] = [
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-layers",
  "@tensorflow/tfjs-backend-cpu",
  "@tensorflow/tfjs-backend-wasm",
];

/** Packages that a headless peer needs. A server does not, so installing Copse does not install them. */
export const peerPackages: readonly string[] = ["@roamhq/wrtc", "simple-peer", ...modelPackages, "socket.io-client"];

/** Packages that the demo's tabs need. */
export const tabPackages: readonly string[] = ["@playwright/test"];

/** @throws {Error} with the command that installs what is missing of `packages`, which `what` needs */
export function requirePackages(what: string, packages: readonly string[]): void {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length > 0) throw new Error(`${what} needs packages that are not installed here: npm install ${missing.join(" ")}`);
  if (packages.includes("@roamhq/wrtc")) requireWebrtc(() => createRequire(import.meta.url)("@roamhq/wrtc"));
}

/** @throws {Error} with what to do if the native part of WebRTC is missing or does not load on this kind of machine */
export function requireWebrtc(load: () => unknown): void {
  try {
    load();
  } catch (cause) {
    const machine = `${process.platform}-${process.arch}`;
    throw new Error(
      `WebRTC for Node did not load on this machine (${machine}): npm install @roamhq/wrtc-${machine} brings it for Linux, macOS and Windows on x64 and for Linux and macOS on arm64 (npm leaves it out with --omit=optional); elsewhere join with a browser's tab`,
      { cause },
    );
  }
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
