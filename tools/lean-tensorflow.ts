import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { Plugin } from "vite";

/**
 * Modules of tfjs that no tab runs: it trains by steps of its own, whatever layers a model has, and gives models away as files.
 *
 * | modules | for |
 * |---|---|
 * | wasm-out | WebAssembly with threads, which a tab does not start (`client/browser/tensorflow.ts`) |
 * | core: io | models kept by tfjs itself, in IndexedDB, localStorage or behind a URL |
 * | core: optimizers, layers | training by tfjs itself |
 * | core: hash_util, signal, spectral; cpu: String | tensors of texts, spectra |
 */
const unused: readonly RegExp[] = [
  /tfjs-backend-wasm\/wasm-out\/tfjs-backend-wasm-threaded-simd(\.worker)?\.js$/,
  /tfjs-core\/dist\/io\/(browser_files|http|indexed_db|local_storage|model_management|weights_loader)\.js$/,
  /tfjs-core\/dist\/optimizers\/(optimizer_constructors|register_optimizers)\.js$/,
  /tfjs-core\/dist\/hash_util\.js$/,
  /tfjs-core\/dist\/ops\/(signal|spectral)\/\w+\.js$/,
  /tfjs-backend-cpu\/dist\/kernels\/String\w+_impl\.js$/,
  /tfjs-layers\/dist\/(base_callbacks|metrics|optimizers)\.js$/,
  /tfjs-layers\/dist\/engine\/training_(dataset|utils)\.js$/,
  /tfjs-layers\/dist\/utils\/layer_utils\.js$/,
];

/** The one of these whose function tfjs calls when it is loaded. */
const called = /\/register_optimizers\.js$/;

/** Leaves out of a worker what it does not run of tfjs: in place of each such module stands one of the same names that throw. */
export function leanTensorflow(): Plugin {
  return {
    name: "lean-tensorflow",
    apply: "build",
    enforce: "pre",
    load: {
      filter: { id: [...unused] },
      async handler(id) {
        const refusal = `throw new Error("expected no use of ${basename(id)}: the page is built without it");`;
        const absent = `() => { ${called.test(id) ? "" : refusal} }`;
        const exported = exportsOf(await readFile(id, "utf8")).map((name) => `absent as ${name}`);
        return { code: `const absent = ${absent};\nexport { ${exported.join(", ")} };\n`, moduleSideEffects: false };
      },
    },
  };
}

/** The names that a module of tfjs exports, as its compiler or Emscripten wrote it. */
function exportsOf(code: string): readonly string[] {
  const declared = [...code.matchAll(/^export (?:async )?(?:const|let|function\*?|class) (\w+)/gm)].map(([, name]) => name!);
  const listed = [...code.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names]) => names!.split(","));
  const named = listed
    .map(
      (name) =>
        name
          .trim()
          .split(/\s+as\s+/)
          .at(-1)!,
    )
    .filter((name) => name !== "");
  const common = [...code.matchAll(/\bmodule\.exports(?:\.(\w+))? =/g)].map(([, name]) => name ?? "default");
  return [...declared, ...named, ...common];
}
