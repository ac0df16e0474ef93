/** 512 MiB of numbers. */
export const maxCells = 64 * 2 ** 20;
export const maxColumns = 100_000;
