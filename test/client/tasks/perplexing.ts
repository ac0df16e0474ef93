/** A text long enough for a window of any model that a text suggests. */
export const perplexing = "Betwixt the beech and the birch a wren went by, and whence it came the wood would not say. ".repeat(
  20,
);
