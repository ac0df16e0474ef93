/** The page asks a worker, one life of a peer, to open its store, and then to do something with it. */
export type StoreRequest =
  | { readonly method: "open"; readonly room: string; readonly wanted: string | null }
  | { readonly method: "load" | "setAside" }
  | { readonly method: "save"; readonly bytes: Uint8Array }
  | { readonly method: "takeBack"; readonly usable: readonly number[] };

export interface Numbered {
  readonly id: number;
  readonly request: StoreRequest;
}

export type StoreReply =
  /** The name of the slot that the store has now. */
  { readonly slot: string } | { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };
