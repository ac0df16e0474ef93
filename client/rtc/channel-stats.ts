import * as z from "zod/mini";
import { type ConnectionStats, noStats } from "../../shared/links/connection.ts";
import type { PeerConnection } from "./simple-peer.ts";

const count = z.number().check(z.minimum(0));
const id = z.string();
const reportSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("data-channel"), bytesSent: count, bytesReceived: count }),
  z.object({ type: z.literal("transport"), bytesSent: count, bytesReceived: count, selectedCandidatePairId: z.optional(id) }),
  z.object({
    type: z.literal("candidate-pair"),
    id,
    localCandidateId: id,
    remoteCandidateId: id,
    state: z.string(),
    nominated: z.optional(z.boolean()),
    /** Firefox only. */
    selected: z.optional(z.boolean()),
    /** Seconds. */
    currentRoundTripTime: z.optional(count),
  }),
  z.object({ type: z.literal("local-candidate"), id, candidateType: z.string() }),
  z.object({ type: z.literal("remote-candidate"), id, candidateType: z.string() }),
]);
type Report = z.infer<typeof reportSchema>;
type Pair = Extract<Report, { type: "candidate-pair" }>;

/** What the stack counted and measured; null where it does not say (Firefox has no transport report). */
export async function channelStats(connection: PeerConnection): Promise<ConnectionStats> {
  let stats: ConnectionStats = noStats;
  let selectedId: string | undefined;
  const pairs: Pair[] = [];
  const candidateTypes = new Map<string, string>();
  // A connection that ends meanwhile has nothing to report any more.
  const reports = await connection.getStats().catch(() => []);
  reports.forEach((candidate: unknown) => {
    const { data } = reportSchema.safeParse(candidate);
    if (data?.type === "data-channel") stats = { ...stats, statsSent: data.bytesSent, statsReceived: data.bytesReceived };
    else if (data?.type === "transport") {
      stats = { ...stats, wireSent: data.bytesSent, wireReceived: data.bytesReceived };
      selectedId = data.selectedCandidatePairId;
    } else if (data?.type === "candidate-pair") pairs.push(data);
    else if (data !== undefined) candidateTypes.set(data.id, data.candidateType);
  });
  const pair = pairs.find((each) => isSelected(each, selectedId));
  if (pair === undefined) return stats;
  const types = [pair.localCandidateId, pair.remoteCandidateId].map((each) => candidateTypes.get(each));
  const path = types.includes("relay") ? "relayed" : types.includes(undefined) ? null : "direct";
  const seconds = pair.currentRoundTripTime;
  return { ...stats, path, rttMs: seconds === undefined ? null : 1_000 * seconds };
}

/** Whether a connection's data goes this way: its transport says so, or where there is none, the pair itself. */
function isSelected({ id, selected, nominated, state }: Pair, selectedId: string | undefined): boolean {
  if (selectedId !== undefined) return id === selectedId;
  return selected ?? (nominated === true && state === "succeeded");
}
