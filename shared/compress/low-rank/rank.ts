/** Bound of r: orthogonalizing costs r² for each row. */
const maxRank = 1024;

/** The parameter r of a low-rank method. */
export const rankParameter = {
  type: "integer",
  default: 2,
  min: 1,
  max: maxRank,
  help: "patterns kept of each weight matrix",
} as const;
