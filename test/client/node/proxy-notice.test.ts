import { describe, expect, it } from "vitest";
import { proxyNotice } from "../../../client/node/proxy-notice.ts";

const proxy = "http://proxy.example:3128";
const server = "https://copse.example/";

describe("a proxy in the environment", () => {
  it.each(["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])("that %s names is said to be used by no peer", (name) => {
    expect(proxyNotice(server, { [name]: proxy })).toContain(`${name} names a proxy`);
    expect(proxyNotice(server, { [name]: proxy })).toContain("to copse.example directly");
  });

  it("for other addresses, for this machine, or that is excepted, is no news", () => {
    expect(proxyNotice(server, {})).toBeNull();
    expect(proxyNotice(server, { http_proxy: proxy, https_proxy: "" })).toBeNull();
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
      expect(proxyNotice(`http://${host}:8080`, { http_proxy: proxy }), host).toBeNull();
    }
    for (const list of ["*", "copse.example", ".example", "*.example", "other, example", "copse.example:443"]) {
      expect(proxyNotice(server, { https_proxy: proxy, no_proxy: list }), list).toBeNull();
    }
    for (const list of ["", "pse.example", "copse.example:8443", "other"]) {
      expect(proxyNotice(server, { https_proxy: proxy, no_proxy: list }), list).not.toBeNull();
    }
  });
});
