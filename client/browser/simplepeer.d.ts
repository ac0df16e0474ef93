declare module "simple-peer/simplepeer.min.js" {
  import type { SimplePeer, SimplePeerOptions } from "../peer/links/simple-peer.ts";
  const constructor: new (options: SimplePeerOptions) => SimplePeer;
  // biome-ignore-free: the package is CommonJS, so its one export is the default.
  export default constructor;
}
