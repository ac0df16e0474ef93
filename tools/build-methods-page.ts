import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { methodsPage } from "./methods-page.ts";

/** `npm run docs:methods`: writes the page of all methods. */
writeFileSync(fileURLToPath(new URL("../docs/methods.md", import.meta.url)), methodsPage());
