/** A file that describes no problem, with the line where that shows. */
export class ProblemFileError extends Error {
  override readonly name = "ProblemFileError";
  readonly file: string;
  /** From 1. */
  readonly line: number;

  constructor(file: string, line: number, problem: string) {
    super(`${file}:${line}: ${problem}`);
    this.file = file;
    this.line = line;
  }
}
