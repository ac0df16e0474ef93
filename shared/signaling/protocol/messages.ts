import * as z from "zod/mini";
import { hashSchema, tipSchema, versionSchema } from "../../base/tip.ts";
import { canonicalRoom, roomExpectation } from "./room-name.ts";
import { runDescriptionSchema } from "./run-description.ts";

/** Raised whenever either side of the signaling wire changes; other numbers are refused. */
export const signalingProtocol = 2;

export const peerIdSchema = z.string().check(z.regex(/^[0-9a-f]{16,32}$/, "expected 16 to 32 lower-case hexadecimal digits"));
/** A room's name in its canonical form: other spellings of it meet in the same room. */
export const roomSchema = z.pipe(
  z.string().check(z.maxLength(300)),
  z.transform((text, context) => {
    const room = canonicalRoom(text);
    if (room === null) context.issues.push({ code: "custom", message: `expected ${roomExpectation}`, input: text });
    return room ?? z.NEVER;
  }),
);
/** Characters that a label may not have: of control, those that turn the direction of the text behind them, halves of a pair. */
const unprintable = /[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069]/u;
/** For people: "tab · webgpu". */
const labelSchema = z.string().check(
  z.maxLength(60),
  z.refine((label) => !unprintable.test(label), "expected only characters that can be printed"),
);
const text = z.string().check(z.maxLength(300));
/** Characters of one signal: an SDP offer with all candidates stays below 10 kB. */
const signal = z.string().check(z.maxLength(40_000));

const memberSchema = z.strictObject({
  peer: peerIdSchema,
  label: labelSchema,
  /** Number of peers that entered the room before it; a peer derives its part of the data from it. */
  seat: z.int().check(z.minimum(0)),
});
export type Member = z.infer<typeof memberSchema>;

/** Rosters of which a hello tells: there are more since the last commit only where no round gets done. */
export const maxPlaces = 16;
/** Where a peer stood in a roster of so many members. */
const placeSchema = z.strictObject({
  version: versionSchema,
  /** null for an observer. */
  position: z.nullable(z.int().check(z.minimum(0), z.maximum(4095))),
  members: z.int().check(z.minimum(1), z.maximum(4096)),
});
export type Place = z.infer<typeof placeSchema>;

export const clientMessageSchema = z.discriminatedUnion("kind", [
  /** First on every connection. */
  z.strictObject({
    kind: z.literal("hello"),
    protocol: z.int(),
    room: roomSchema,
    peer: peerIdSchema,
    label: labelSchema,
    /** What this peer asks for, or would begin if the room has no run yet. */
    description: runDescriptionSchema,
    /** Whether it comes in only where the room's run is this one; false: it takes whatever the room has. */
    insists: z.boolean(),
    tip: z.nullable(tipSchema),
    /** What this peer's last roster said of it, on a reconnection: a restarted server rebuilds seats and order from it. */
    previousPlace: z.optional(
      z.strictObject({
        seat: z.int().check(z.minimum(0), z.maximum(1_000_000_000)),
        position: placeSchema.shape.position,
        members: z.int().check(z.minimum(0), z.maximum(4096)),
        version: versionSchema,
        /** The same of all rosters that ran and that it was told since the one that committed its tip, oldest first. */
        places: z.optional(z.array(placeSchema).check(z.maxLength(maxPlaces))),
      }),
    ),
  }),
  /**
   * This peer can play the room's run and stands at `tip`: it may become a member. `over`: all rounds of the run are committed there.
   * `needsRoster`: it is a member, but can give nothing before the next version, since a snapshot replaced the chain that its state was of.
   */
  z.strictObject({
    kind: z.literal("ready"),
    digest: hashSchema,
    tip: tipSchema,
    over: z.optional(z.literal(true)),
    needsRoster: z.optional(z.literal(true)),
    /** Asked for by a status-request: it adds to no sum and makes no total under this version or an older one. */
    promise: z.optional(versionSchema),
  }),
  z.strictObject({ kind: z.literal("signal"), to: peerIdSchema, data: signal }),
  /** A link to a tree neighbor or donor did not open, or was lost. */
  z.strictObject({ kind: z.literal("report"), peer: peerIdSchema, loss: z.enum(["unopened", "closed", "broken"]), reason: text }),
  /** A member has seen no commit under this roster in time: somebody may be silent behind an open socket. */
  z.strictObject({ kind: z.literal("stuck"), version: versionSchema }),
  /** The root, after each commit. */
  z.strictObject({ kind: z.literal("committed"), tip: tipSchema }),
  /** Anyone may start and pause the run. */
  z.strictObject({ kind: z.literal("control"), running: z.boolean() }),
  /** `tip`: where it stood; the others may not have its last rounds. */
  z.strictObject({ kind: z.literal("leave"), tip: z.optional(tipSchema) }),
]);
export type ClientMessage = z.infer<typeof clientMessageSchema>;

const iceServer = z.strictObject({
  urls: z.union([z.string().check(z.maxLength(300)), z.array(z.string().check(z.maxLength(300))).check(z.maxLength(10))]),
  username: z.optional(z.string().check(z.maxLength(300))),
  credential: z.optional(z.string().check(z.maxLength(300))),
});
export type IceServer = z.infer<typeof iceServer>;

/** The whole truth about who sums with whom, to everyone in the room. Members in tree order: the first is the root. */
export const rosterSchema = z.strictObject({
  kind: z.literal("roster"),
  version: versionSchema,
  members: z.array(memberSchema).check(z.maxLength(4096)),
  running: z.boolean(),
  /** How many peers are connected but not (yet) members. */
  observers: z.int().check(z.minimum(0)),
  /** For an observer: who gives it a snapshot. */
  donor: z.nullable(peerIdSchema),
});

export const serverMessageSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("welcome"),
    seat: z.int().check(z.minimum(0)),
    /** The room's run. */
    description: runDescriptionSchema,
    iceServers: z.array(iceServer).check(z.maxLength(10)),
  }),
  /**
   * Before `refused`: it may be tried again after `afterMs`.
   */
  z.strictObject({ kind: z.literal("later"), afterMs: z.int().check(z.minimum(0), z.maximum(3_600_000)) }),
  /**
   * Final, unless `later` came before: the server closes the connection after it. `room`: the room's run, where that is not the one that
   * this peer insists on; the peer finds out in what they differ.
   */
  z.strictObject({ kind: z.literal("refused"), reason: text, room: z.optional(runDescriptionSchema) }),
  rosterSchema,
  z.strictObject({ kind: z.literal("signal"), from: peerIdSchema, data: signal }),
  /**
   * This peer is to report its tip by `ready`: members are away that may be the only ones with the last rounds, or a round does not end.
   * `prepare`: it is also to promise to give nothing under this version or an older one, since the root may be replaced.
   */
  z.strictObject({ kind: z.literal("status-request"), prepare: z.optional(versionSchema) }),
  /**
   * What the next roster waits for, as the rest of a sentence that begins with "Waiting", and the longest that it takes (ms; null: not
   * known). Over with the next roster.
   */
  z.strictObject({ kind: z.literal("waiting"), what: text, forMs: z.nullable(z.int().check(z.minimum(0))) }),
  /** Before a roster that does not run: who paused the run. */
  z.strictObject({ kind: z.literal("paused"), by: memberSchema }),
  /** Why this peer is not (or no longer) a member, in words a person can act on. */
  z.strictObject({ kind: z.literal("notice"), text }),
]);
export type ServerMessage = z.infer<typeof serverMessageSchema>;
export type RosterMessage = Extract<ServerMessage, { kind: "roster" }>;

/** The client's end of the signaling wire: socket.io in a peer, the room machine itself in the simulator. */
export interface Signaling {
  send(message: ClientMessage): void;
  onMessage(listener: (message: ServerMessage) => void): () => void;
  /** True when (again) connected: time for a hello. False when the connection, or the first attempt at one, has failed. */
  onConnection(listener: (connected: boolean) => void): () => void;
  close(): void;
}
