import type { Place } from "../tree/tree.ts";
import type { UpEffect } from "./tree-reduce.ts";

/**
 * Whom a peer sums with under one roster: the tree's parent and children, and others in their place while links are lost. It also
 * keeps who was given which part of the open sum: a part that another parent was given before may be in the sum already.
 */
export class TreeLinks {
  /** Where parts go; null while nobody can be reached. */
  private parent: number | null = null;
  private tree: readonly number[] = [];
  /** Children whose link is gone: no sum waits for them until it is back. */
  private readonly lost = new Set<number>();
  private readonly adopted = new Set<number>();
  /** To whom each part of the open sum was given, in order. */
  private given: (number | null)[] = [];

  /** A new roster. */
  adopt(place: Place | null, parent: number | null): void {
    this.tree = place?.children ?? [];
    this.parent = parent;
    this.lost.clear();
    this.adopted.clear();
  }

  /** All that it knows between two sums, as plain data. */
  get standing() {
    return { parent: this.parent, lost: [...this.lost], takenIn: [...this.adopted] };
  }

  /** Goes on from where another stood at that place. */
  resume(place: Place | null, { parent, lost, takenIn }: TreeLinks["standing"]): void {
    this.adopt(place, parent);
    for (const child of lost) this.lost.add(child);
    for (const child of takenIn) this.adopted.add(child);
  }

  /** Who sends parts, and gets the totals. */
  get children(): readonly number[] {
    return [...this.tree, ...this.adopted];
  }

  /** Those whose parts a new sum waits for. */
  get awaited(): readonly number[] {
    return this.children.filter((child) => !this.lost.has(child));
  }

  lose(child: number): void {
    if (!this.adopted.delete(child)) this.lost.add(child);
  }

  find(child: number): void {
    this.lost.delete(child);
  }

  takeIn(child: number): void {
    this.adopted.add(child);
  }

  /** A new sum begins: nobody was given anything. */
  begin(): void {
    this.given = [];
  }

  /** The next part of the sum: to whom it goes. */
  give(): number | null {
    this.given.push(this.parent);
    return this.parent;
  }

  /** From here on parts go to `parent`: what it is to be given of the sum's parts so far. */
  turnTo(parent: number | null, sent: readonly UpEffect[]): readonly UpEffect[] {
    this.parent = parent;
    if (parent === null) return [];
    const due = sent.map((effect, i) => {
      const to = this.given[i] ?? parent;
      return to === parent ? effect : { ...effect, again: true };
    });
    this.given = this.given.map((to) => to ?? parent);
    return due;
  }
}
