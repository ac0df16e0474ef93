import { runNode } from "./run-node.ts";

// The long forms of the tests with real faults.
const night = { COPSE_NIGHTLY: "1" };
runNode("vitest", "run test/churn test/cli/language.test.ts", night);
runNode("playwright", "test e2e/federation.spec.ts e2e/lifecycle.spec.ts e2e/long-run.spec.ts", night);
