import { z } from "zod";
import type { Neighborhood } from "../../membership/neighbors.ts";
import { peerIdSchema, rosterSchema } from "../../signaling/protocol/messages.ts";
import { topologyNames } from "../../tree/topologies.ts";
import { count, version } from "./recorded-values.ts";

export const peers = z.array(peerIdSchema).max(4096);

const place = z.object({ parent: count.nullable(), children: z.array(count).max(4096) });
const treePosition = z.object({ version, position: count, members: count, place, tree: z.enum(topologyNames) });

/** A roster, and what it means to the peer whose trace it is. */
export const recordedNear: z.ZodType<Neighborhood> = z.object({
  roster: rosterSchema,
  treePosition: treePosition.nullable(),
  parent: peerIdSchema.nullable(),
  children: peers,
  backups: z.array(z.object({ peer: peerIdSchema, position: count })).max(4096),
  donor: peerIdSchema.nullable(),
});
