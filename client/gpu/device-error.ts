/** A device cannot hold or compute what it was asked to: the peer goes on on the CPU. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
}
