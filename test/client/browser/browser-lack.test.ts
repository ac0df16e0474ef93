import { describe, expect, it } from "vitest";
import { browserLack } from "../../../client/browser/browser-lack.ts";

class Connection {
  createDataChannel(): object {
    return {};
  }
  close(): void {}
}
const whole = {
  RTCPeerConnection: Connection as unknown as typeof RTCPeerConnection,
  Worker: class {},
  WebAssembly: {},
  MessageChannel: class {},
  crypto: { getRandomValues: () => undefined },
};

describe("a browser", () => {
  it("that has everything lacks nothing", () => {
    expect(browserLack(whole)).toBeNull();
  });

  it.each([
    ["RTCPeerConnection", "no WebRTC"],
    ["Worker", "no Worker"],
    ["MessageChannel", "no MessageChannel"],
    ["WebAssembly", "no WebAssembly"],
    ["crypto", "no random numbers"],
  ])("without %s says so, and what to do", (name, words) => {
    const reason = browserLack({ ...whole, [name]: undefined });
    expect(reason).toContain(words);
    expect(reason).toContain("allow it for this page");
  });

  it.each([
    [
      "throws when it is made",
      class {
        constructor() {
          throw new Error("disabled by policy");
        }
      },
      "disabled by policy",
    ],
    [
      "is a stand-in that does nothing",
      class {
        createDataChannel(): void {}
        close(): void {}
      },
      "it makes no data channels",
    ],
    ["is a stand-in without methods", class {}, "createDataChannel"],
  ])("whose WebRTC %s lacks it", (_, standIn, words) => {
    const reason = browserLack({ ...whole, RTCPeerConnection: standIn as unknown as typeof RTCPeerConnection });
    expect(reason).toContain("WebRTC");
    expect(reason).toContain(words);
  });
});
