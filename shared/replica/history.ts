import { compareVersions } from "../base/version.ts";
import type { Claim } from "../reduce/all-reduce-types.ts";
import { includes } from "../tree/contributors.ts";
import { entryCount } from "../vector/update.ts";
import { mostHeaders } from "../wire/header-code.ts";
import type { Header } from "../wire/messages.ts";

/** Those of the claims that a total with this header makes good. */
export function heldClaims(claims: readonly Claim[], { previous, version, contributors }: Header): Claim[] {
  return claims.filter(
    (claim) =>
      claim.previous === previous &&
      compareVersions(claim.version, version) === 0 &&
      (claim.position === null || includes(contributors, claim.position)),
  );
}

/**
 * The last rounds of this peer's chain, and what their totals, or those of other chains that may yet win, take from its memory:
 * all that it had in a round, under whichever roster and on top of whichever chain. At most 64 rounds, and fewer where shares are
 * large.
 */
export class History {
  private chain: Header[] = [];
  private known: Claim[] = [];
  private readonly mostFloats: number;

  /** @param mostFloats of all the shares that are kept, together */
  constructor(mostFloats: number) {
    this.mostFloats = mostFloats;
  }

  /** Oldest first. */
  get headers(): readonly Header[] {
    return this.chain;
  }

  /** In the order in which they were made. */
  get claims(): readonly Claim[] {
    return this.known;
  }

  /** A round was committed. */
  push(header: Header, claims: readonly Claim[]): void {
    this.replace([...this.chain, header], [...this.known, ...claims]);
  }

  replace(headers: readonly Header[], claims: readonly Claim[]): void {
    const tip = headers.at(-1)?.round ?? 0;
    let floats = claims.reduce((sum, { share }) => sum + entryCount(share), 0);
    this.chain = headers.slice(-mostHeaders);
    this.known = claims.filter(({ round, share }) => {
      const isKept = round > tip - mostHeaders && (floats <= this.mostFloats || round >= tip);
      if (!isKept) floats -= entryCount(share);
      return isKept;
    });
    // A round whose claims are gone cannot be undone.
    const forgotten = claims.reduce((last, claim) => (this.known.includes(claim) ? last : Math.max(last, claim.round)), 0);
    this.chain = this.chain.filter(({ round }) => round > forgotten);
  }
}
