import * as z from "zod/mini";
import type { Neighborhood } from "../../membership/neighbors.ts";
import { peerIdSchema, rosterSchema } from "../../signaling/protocol/messages.ts";
import { topologyNames } from "../../tree/topologies.ts";
import { count, version } from "./recorded-values.ts";

export const peers = z.array(peerIdSchema).check(z.maxLength(4096));

const place = z.object({ parent: z.nullable(count), children: z.array(count).check(z.maxLength(4096)) });
const treePosition = z.object({ version, position: count, members: count, place, tree: z.enum(topologyNames) });

/** A roster, and what it means to the peer whose trace it is. */
export const recordedNear: z.ZodMiniType<Neighborhood> = z.object({
  roster: rosterSchema,
  treePosition: z.nullable(treePosition),
  parent: z.nullable(peerIdSchema),
  children: peers,
  backups: z.array(z.object({ peer: peerIdSchema, position: count })).check(z.maxLength(4096)),
  donor: z.nullable(peerIdSchema),
});
