/** 512 MiB of numbers. */
export const maxCells = 64 * 2 ** 20;
export const maxColumns = 100_000;
/** Length of a column's name: as long as a schema takes. */
export const maxNameCharacters = 200;
