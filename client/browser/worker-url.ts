import url from "./worker.ts?worker&url";

/** Address of the code of the peer's worker. */
export const workerUrl: string = url;
