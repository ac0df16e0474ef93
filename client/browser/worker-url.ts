import url from "./worker.ts?worker&url";

/** Where the code of the peer's worker is. */
export const workerUrl: string = url;
