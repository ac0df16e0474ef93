import { pino } from "pino";
import type { ShellStats } from "../socket-shell.ts";

/** Between two lines of figures (ms): so many of them and no more, whatever an attack sends. */
const everyMs = 10_000;

export interface JsonLog {
  /** What an operator should know; each sentence comes once. */
  warn(sentence: string): void;
  /** Begins to write figures where they have changed; returns what ends it. */
  watch(stats: () => ShellStats): () => void;
  info(fields: Readonly<Record<string, unknown>>, event: string): void;
}

/**
 * Lines of JSON with a level and a time, by pino. No name of a room, a peer or an address is among them, and no secret: refusals are
 * counted, with level `warn` where there are any since the line before.
 */
export function createJsonLog(write: (line: string) => void): JsonLog {
  const logger = pino(
    { base: { name: "copse" }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    { write },
  );
  return {
    warn: (sentence) => logger.warn(sentence),
    info: (fields, event) => logger.info(fields, event),
    watch(stats) {
      let before = "";
      let refusedBefore = 0;
      const look = (): void => {
        const { sent, waiting: _, ...figures } = stats();
        const fields = { ...figures, joins: sent["welcome"] ?? 0, relays: sent["signal"] ?? 0 };
        const text = JSON.stringify(fields);
        if (text === before) return;
        before = text;
        const refused = fields.refused + fields.dropped + fields.turnedAway + fields.cut + fields.failed;
        logger[refused > refusedBefore ? "warn" : "info"](fields, "activity");
        refusedBefore = refused;
      };
      const timer = setInterval(look, everyMs);
      timer.unref();
      return () => {
        clearInterval(timer);
        look();
      };
    },
  };
}
