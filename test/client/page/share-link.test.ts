import { expect, it } from "vitest";
import { shareLink } from "../../../client/page/share-link.ts";

const network = "http://192.168.1.7:8080/";

it.each([
  ["of a page on this machine alone", "http://127.0.0.1:8080/r/x#rate=0.1", "../", network, `${network}r/x#rate=0.1`],
  ["of localhost", "http://localhost:8080/r/x", "../", network, `${network}r/x`],
  ["of the other loopback", "http://[::1]:8080/r/x?relay-only&software-gpu", "../", network, `${network}r/x`],
  [
    "where the server knows no other",
    "http://127.0.0.1:8080/r/x?selection=cpu#rate=1",
    "../",
    null,
    "http://127.0.0.1:8080/r/x#rate=1",
  ],
  ["of a public address", "https://host/copse/r/x?relay-only", "../", network, "https://host/copse/r/x"],
  ["through a tunnel", "http://localhost:9000/r/x", "../", network, "http://localhost:9000/r/x"],
  ["below a path", "http://localhost:8080/copse/r/x/?a", "../../", `${network}copse/`, `${network}copse/r/x/`],
])("a room's link for others is one that they can use and asks nothing of their tab: %s", (_, href, base, network, link) => {
  expect(shareLink({ href, base: new URL(base, href).href, network })).toBe(link);
});
