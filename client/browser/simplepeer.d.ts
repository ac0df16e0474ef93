/** The bundled build has no types of its own; typed as far as Copse uses it. */
declare module "simple-peer/simplepeer.min.js" {
  import type { CreateSimplePeer } from "../rtc/simple-peer.ts";

  const SimplePeer: new (...options: Parameters<CreateSimplePeer>) => ReturnType<CreateSimplePeer>;
  export = SimplePeer;
}
