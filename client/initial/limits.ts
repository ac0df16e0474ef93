/** Weights of a model, in all files: a peer keeps a few copies of them. */
export const maxWeightBytes = 64 * 2 ** 20;

/** A topology of thousands of layers. */
export const maxJsonBytes = 4 * 2 ** 20;
