import { z } from "zod";
import { type ConnectionStats, noStats } from "../../../shared/links/connection.ts";
import type { PeerConnection } from "./simple-peer.ts";

const count = z.number().min(0);
const reportSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("data-channel"), bytesSent: count, bytesReceived: count }),
  z.object({ type: z.literal("transport"), bytesSent: count, bytesReceived: count }),
]);

/** What the stack counted; null where it does not say (Firefox has no transport report). */
export async function channelStats(connection: PeerConnection): Promise<ConnectionStats> {
  let stats: ConnectionStats = noStats;
  // A connection that ends meanwhile has nothing to report any more.
  const reports = await connection.getStats().catch(() => []);
  reports.forEach((candidate: unknown) => {
    const parsed = reportSchema.safeParse(candidate);
    if (!parsed.success) return;
    const { type, bytesSent, bytesReceived } = parsed.data;
    stats =
      type === "data-channel"
        ? { ...stats, statsSent: bytesSent, statsReceived: bytesReceived }
        : { ...stats, wireSent: bytesSent, wireReceived: bytesReceived };
  });
  return stats;
}
