import { existsSync, realpathSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "../../cli/find-chromium.ts";

/**
 * The environment in which WebGPU for Node finds the software GPU that Chromium brings along: its driver, and the loader of
 * Vulkan beside it. Must be there when a process starts, because its linker reads it then. Empty where there is no such
 * driver, and where the environment names one already.
 */
export function softwareVulkan(): Record<string, string> {
  if (process.env["VK_ICD_FILENAMES"] !== undefined || process.env["VK_DRIVER_FILES"] !== undefined) return {};
  const executable = findChromium(() => chromium.executablePath());
  if (executable === null || !existsSync(executable)) return {};
  const real = realpathSync(executable);
  // Where distributions put a script on the PATH, the browser itself is in a library folder of the same name.
  const libraries = ["lib", "lib64"].map((lib) => join(dirname(real), "..", lib, basename(real)));
  const driver = [dirname(real), ...libraries]
    .map((folder) => join(folder, "vk_swiftshader_icd.json"))
    .find((file) => existsSync(file));
  if (driver === undefined) return {};
  const path = [process.env["LD_LIBRARY_PATH"], dirname(driver)].filter((folder) => folder !== undefined && folder !== "");
  return { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: path.join(delimiter) };
}
