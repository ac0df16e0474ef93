/** The listeners of one kind of event, called in the order in which they came. */
export interface Listeners<A extends readonly unknown[]> {
  readonly size: number;
  /** Adds a listener; returns its removal. Adding one twice makes two of it. */
  add(listener: (...event: A) => void): () => void;
  emit(...event: A): void;
  clear(): void;
}

/** A listener added or removed during an event takes part from the next event on. */
export function createListeners<A extends readonly unknown[]>(): Listeners<A> {
  let entries: readonly { readonly call: (...event: A) => void }[] = [];
  return {
    get size() {
      return entries.length;
    },
    add(call) {
      const entry = { call };
      entries = [...entries, entry];
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    emit(...event) {
      for (const entry of entries) entry.call(...event);
    },
    clear() {
      entries = [];
    },
  };
}
