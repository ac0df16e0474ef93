import { defineConfig } from "vite";
import { compressPage } from "./tools/compress-page.ts";
import { eachLicenseOnce } from "./tools/each-license-once.ts";
import { leanTensorflow } from "./tools/lean-tensorflow.ts";

/** Builds the page that the signaling server serves at `/` and `/r/:room`. */
export default defineConfig({
  root: "client/page",
  // The page finds everything below the folder in which it is itself, wherever a proxy puts that.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [eachLicenseOnce(), compressPage()],
  worker: {
    format: "es",
    plugins: () => [leanTensorflow(), eachLicenseOnce()],
    // Each file costs a tab its headers, 850 bytes: what several parts of the worker share are two files, not thirty.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "tensorflow", test: /\/tfjs-(core|layers)\/|\/seedrandom\// },
            {
              name: "common",
              test: /\/shared\/|\/client\/(base|tfjs|tasks|models\/(?!own|check-trainable))|\/zod\//,
              minShareCount: 2,
            },
          ],
        },
      },
    },
  },
  build: {
    outDir: "../../dist/page",
    emptyOutDir: true,
    // A file costs a tab 850 bytes of headers.
    cssCodeSplit: false,
    target: "es2023",
    // The modern browsers that have WebGPU or wasm SIMD all preload modules themselves.
    modulePreload: { polyfill: false },
    // Where the machine was busy for three seconds is no news to who starts the demo.
    rolldownOptions: {
      checks: { bundlerTimings: false },
      output: { codeSplitting: { groups: [{ name: "ui", test: /\/client\/(base|page)\/|\/preact\//, minShareCount: 2 }] } },
    },
  },
});
