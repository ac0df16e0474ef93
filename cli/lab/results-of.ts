/** Where the results of a lab's file are: beside it, its ending .ndjson. */
export function resultsOf(file: string): string {
  return file.replace(/\.ya?ml$/i, "").concat(".ndjson");
}
