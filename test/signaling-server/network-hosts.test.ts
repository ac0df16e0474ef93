import type { NetworkInterfaceInfo } from "node:os";
import { describe, expect, it } from "vitest";
import { introduction } from "../../cli/serve.ts";
import { networkHosts } from "../../signaling-server/network-hosts.ts";

function at(address: string, internal = false): NetworkInterfaceInfo {
  const rest = { address, netmask: "", mac: "", cidr: null, internal };
  return address.includes(":") ? { ...rest, family: "IPv6", scopeid: 0 } : { ...rest, family: "IPv4" };
}

const interfaces = {
  lo: [at("127.0.0.1", true), at("::1", true)],
  docker0: [at("172.17.0.1")],
  "br-1a2b": [at("172.20.0.1")],
  tun0: [at("10.8.0.2")],
  wlan0: [at("192.168.1.7"), at("2001:db8::7"), at("fe80::1")],
  eth1: [at("169.254.3.4"), at("10.0.0.5")],
};

describe("where other devices find a server", () => {
  it("is nowhere for one that listens on one address", () => {
    for (const host of ["127.0.0.1", "::1", "localhost", "192.168.1.7"]) {
      expect(networkHosts(host, interfaces)).toEqual({ all: [], likely: null });
    }
  });

  it("is at the addresses of its networks before those of containers and tunnels, and at none that needs a scope", () => {
    const all = ["192.168.1.7", "10.0.0.5", "172.17.0.1", "172.20.0.1", "10.8.0.2"];
    expect(networkHosts("0.0.0.0", interfaces)).toEqual({ all, likely: "192.168.1.7" });
    expect(networkHosts("::", interfaces).all).toEqual([...all.slice(0, 2), "[2001:db8::7]", ...all.slice(2)]);
    expect(networkHosts("::", { eth0: [at("2001:db8::7")] })).toEqual({ all: ["[2001:db8::7]"], likely: "[2001:db8::7]" });
  });

  it("is not likely within a container or behind a tunnel", () => {
    expect(networkHosts("0.0.0.0", { eth0: [at("172.17.0.2")], tun0: [at("10.8.0.2")] }).likely).toBeNull();
    expect(networkHosts("0.0.0.0", {})).toEqual({ all: [], likely: null });
  });
});

describe("what copse serve says", () => {
  const place = { url: "http://127.0.0.1:8080", network: ["http://192.168.1.7:8080", "http://10.8.0.2:8080"], path: "/r/x" };
  const said = (host: string, more = {}) => introduction({ host, port: 8080 }, { ...place, ...more });

  it("names first the room's address that other devices can use, and last that of this machine", () => {
    const lines = said("0.0.0.0");
    expect(lines[0]).toBe("Copse is listening. A fresh room: http://192.168.1.7:8080/r/x");
    expect(lines.filter((line) => line.includes("/r/x")).map((line) => /http\S+/.exec(line)?.[0])).toEqual([
      "http://192.168.1.7:8080/r/x",
      "http://10.8.0.2:8080/r/x",
      "http://127.0.0.1:8080/r/x",
    ]);
  });

  it("says who can connect where that is nobody else", () => {
    expect(said("::1", { url: "http://[::1]:8080", network: [] })).toEqual([
      "Copse is listening. A fresh room: http://[::1]:8080/r/x",
      "Only this machine can connect; --host 0.0.0.0 lets other devices in.",
    ]);
    expect(said("0.0.0.0", { network: [] }).join()).toContain("other devices cannot connect");
  });
});
