/** Thrown when a device cannot hold or compute what it was asked to; the peer goes on with the CPU. */
export class DeviceError extends Error {
  override readonly name = "DeviceError";
}
