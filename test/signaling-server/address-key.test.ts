import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { addressKey, clientKey } from "../../signaling-server/address-key.ts";

const request = (remoteAddress: string | undefined, forwarded?: string): IncomingMessage =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded } }) as never;

describe("the address that a client is counted by", () => {
  it("is an IPv4 address as it is, also within IPv6", () => {
    expect(addressKey("192.0.2.7")).toBe("192.0.2.7");
    expect(addressKey("::ffff:192.0.2.7")).toBe("192.0.2.7");
  });

  it("is the /64 of an IPv6 address, however it is written", () => {
    const same = ["2001:db8:0:7::1", "2001:0DB8:0000:0007:aaaa:bbbb:cccc:dddd", "2001:db8:0:7:1::", "2001:db8::7:0:0:192.0.2.7"];
    expect(new Set(same.map(addressKey))).toEqual(new Set(["2001:db8:0:7::/64"]));
    expect(addressKey("2001:db8:0:8::1")).not.toBe(addressKey("2001:db8:0:7::1"));
    expect(addressKey("::1")).toBe("0:0:0:0::/64");
    expect(addressKey("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  });

  it("is one of its own where the connection is gone already", () => {
    expect(addressKey(undefined)).toBe("");
  });

  it("is what the proxy in front added last, and nothing that a client says by itself", () => {
    const forged = request("127.0.0.1", "198.51.100.1, 203.0.113.9");
    expect(clientKey(forged, { trustsProxy: true })).toBe("203.0.113.9");
    expect(clientKey(forged, { trustsProxy: false })).toBe("127.0.0.1");
    expect(clientKey(request("127.0.0.1"), { trustsProxy: true })).toBe("127.0.0.1");
  });
});
