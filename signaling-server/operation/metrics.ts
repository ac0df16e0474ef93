import { createHash, timingSafeEqual } from "node:crypto";
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { ShellStats } from "../socket-shell.ts";

export interface Metrics {
  readonly contentType: string;
  /** In the format of Prometheus. */
  text(): Promise<string>;
}

/** What the server counts anyway, and the process's own figures (memory, CPU, event-loop delay), made when they are asked for. */
export function createMetrics(stats: () => ShellStats): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: (now: ShellStats) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read(stats()));
      },
    });
  };
  gauge("copse_rooms", "Rooms that are open", ({ rooms }) => rooms);
  gauge("copse_peers", "Peers with a living connection in a room", ({ peers }) => peers);
  gauge("copse_connections", "Connections of transports, with or without a hello", ({ connections }) => connections);
  gauge("copse_waiting_characters", "Characters that wait for connections which do not take them", ({ waiting }) => waiting);
  const counter = (
    name: string,
    help: string,
    label: string,
    read: (now: ShellStats) => Readonly<Record<string, number>>,
  ): void => {
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, count] of Object.entries(read(stats()))) this.inc({ [label]: value }, count);
      },
    });
  };
  counter(
    "copse_sent_messages_total",
    "Messages to clients; welcome: who joined, signal: what was relayed",
    "kind",
    ({ sent }) => sent,
  );
  counter(
    "copse_refused_total",
    "What was turned away: connections after a message (refused), messages (dropped), connections that do not read (cut), " +
      "new connections since their address has as many (address) or opens too many (pace), or the server has as many (server)",
    "what",
    ({ refused, dropped, cut, turnedAwayBy }) => ({ refused, dropped, cut, ...turnedAwayBy }),
  );
  counter("copse_failures_total", "Failures of the server itself", "what", ({ failed }) => ({ any: failed }));
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

/** Whether an `Authorization` header has the token, in a time that does not depend on where they differ. */
export function hasToken(authorization: string | undefined, token: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(authorization ?? ""), digest(`Bearer ${token}`));
}
