import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IceError, parseIce, parseIceServers } from "../../signaling-server/ice.ts";

describe("an --ice value", () => {
  it("may be a stun URL", () => {
    expect(parseIce("stun:stun.example:3478")).toEqual([{ urls: "stun:stun.example:3478" }]);
  });

  it("may be a turn URL with a user and a password that has any characters", () => {
    expect(parseIce("turn:ann:p:a@ss@turn.example:3478?transport=tcp")).toEqual([
      { urls: "turn:turn.example:3478?transport=tcp", username: "ann", credential: "p:a@ss" },
    ]);
    expect(parseIce("turns:ann:b@[2001:db8::1]:5349")[0]?.urls).toBe("turns:[2001:db8::1]:5349");
  });

  it("may be a JSON array as RTCPeerConnection takes it", () => {
    const list = [{ urls: ["stun:a", "turn:b"], username: "u", credential: "c" }];
    expect(parseIce(JSON.stringify(list))).toEqual(list);
  });

  it("is refused with what was expected", () => {
    const wrong = {
      "http://a": "expected stun:host:port",
      "turn:host:3478": "got no user",
      "[{]": "JSON",
      '[{"url":"stun:a"}]': "urls",
      "stun:": "expected stun",
      "stun:u@h": "only turn",
      '[{"urls":"http://a"}]': "begins with stun:",
    };
    for (const [text, reason] of Object.entries(wrong)) expect(() => parseIce(text), text).toThrow(reason);
    expect(() => parseIceServers(Array.from({ length: 11 }, () => "stun:a"))).toThrow("at most 10");
  });

  it("never fails but with an IceError", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => `[${json}]`),
          fc.string().map((s) => `turn:${s}`),
        ),
        (text) => {
          try {
            parseIce(text);
          } catch (error) {
            expect(error).toBeInstanceOf(IceError);
          }
        },
      ),
    );
  });
});
