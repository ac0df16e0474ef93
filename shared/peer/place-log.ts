import type { PeerId } from "../base/transport.ts";
import { compareVersions, type Version } from "../base/version.ts";
import { maxPlaces, type Place, type RosterMessage } from "../signaling/protocol/messages.ts";

/** The last rosters that a peer was told, and where it stood: a server that forgot them learns of them by its hello. */
export interface PlaceLog {
  note(roster: RosterMessage): void;
  /** The newest few of the rosters from that version on, oldest first. */
  since(version: Version): readonly Place[];
}

export function createPlaceLog(self: PeerId): PlaceLog {
  let places: readonly Place[] = [];
  return {
    note({ version, members, running }) {
      const isKnown = places.some((place) => compareVersions(place.version, version) === 0);
      // Nothing is committed under a roster that does not run.
      if (isKnown || !running || members.length === 0) return;
      const position = members.findIndex(({ peer }) => peer === self);
      const place = { version, position: position < 0 ? null : position, members: members.length };
      places = [...places, place].slice(-maxPlaces);
    },
    since: (version) => places.filter((place) => compareVersions(place.version, version) >= 0),
  };
}
