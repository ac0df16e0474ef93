import type { Claim } from "../aggregate/all-reduce-types.ts";
import { includes } from "../aggregate/contributors.ts";
import { compareVersions } from "../signaling/version.ts";
import { entryCount } from "../update.ts";
import { mostHeaders } from "../wire/header-code.ts";
import type { Header } from "../wire/messages.ts";

/** One committed round, and what must be given back if it is undone. */
export interface Entry {
  readonly header: Header;
  /** All that this peer had in the round, under whichever roster. */
  readonly claims: readonly Claim[];
}

/** Those of the claims that a total with this header makes good. */
export function heldClaims(claims: readonly Claim[], { version, contributors }: Header): Claim[] {
  return claims.filter(
    (claim) =>
      compareVersions(claim.version, version) === 0 && (claim.position === null || includes(contributors, claim.position)),
  );
}

/** The last rounds of this peer's chain. At most 64, and fewer where their shares are large. */
export class History {
  private list: Entry[] = [];
  private readonly mostFloats: number;

  /** @param mostFloats of all the shares that are kept, together */
  constructor(mostFloats: number) {
    this.mostFloats = mostFloats;
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return this.list;
  }

  get headers(): Header[] {
    return this.list.map(({ header }) => header);
  }

  push(entry: Entry): void {
    this.list.push(entry);
    while (this.list.length > mostHeaders || (this.list.length > 1 && this.floats() > this.mostFloats)) this.list.shift();
  }

  replace(entries: readonly Entry[]): void {
    this.list = [];
    for (const entry of entries) this.push(entry);
  }

  private floats(): number {
    return this.list.reduce((sum, { claims }) => sum + claims.reduce((part, { share }) => part + entryCount(share), 0), 0);
  }
}
