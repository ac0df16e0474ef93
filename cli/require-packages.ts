/** What a headless peer needs: packages that a server alone does without, so that installing Copse does not bring them. */
export const peerPackages: readonly string[] = [
  "@roamhq/wrtc",
  "simple-peer",
  "@tensorflow/tfjs-core",
  "@tensorflow/tfjs-backend-cpu",
  "@tensorflow/tfjs-backend-wasm",
  "socket.io-client",
];

/** What drives the demo's tabs. */
export const tabPackages: readonly string[] = ["@playwright/test"];

/** @throws {Error} with the command that installs what is missing of `packages`, which `what` needs */
export function requirePackages(what: string, packages: readonly string[]): void {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length > 0) throw new Error(`${what} needs packages that are not installed here: npm install ${missing.join(" ")}`);
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}
