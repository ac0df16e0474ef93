/** The package has no types of its own, and those of others bring Node's along; typed as far as Copse uses it. */
declare module "papaparse" {
  interface ParsedRows {
    readonly data: string[][];
    /** `row` is an index of `data`, or its length for the row that is not complete. */
    readonly errors: readonly { readonly code: "MissingQuotes" | "InvalidQuotes"; readonly row: number }[];
    /** `cursor`: where the first row that is not complete begins. */
    readonly meta: { readonly cursor: number };
  }
  const Papa: {
    readonly Parser: new (options: {
      readonly delimiter: string;
      readonly newline: "\n" | "\r";
    }) => {
      /** @param ignoreLastRow leaves a row out that no newline ends */
      parse(input: string, baseIndex: number, ignoreLastRow: boolean): ParsedRows;
    };
  };
  export = Papa;
}
