import type { RoundHost } from "../../shared/peer/round-options.ts";

/** The host of rounds of which nobody is told: all links are open, and what is sent is lost. */
export const quietHost: RoundHost = {
  isOpen: () => true,
  send: async () => {},
  training: () => {},
  committed: () => {},
  progress: () => {},
  confirmed: () => {},
  reconciled: () => {},
  decided: () => {},
  inStep: () => {},
  voided: () => {},
  finished: () => {},
  muted: () => {},
  notice: () => {},
  overdue: () => {},
  idle: () => {},
};
