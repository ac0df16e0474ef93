import { describe, expect, it } from "vitest";
import { makeNodeConnection } from "../../../client/node/webrtc.ts";
import { iceServerList } from "../../../client/rtc/ice-server-list.ts";
import { webrtcProblem } from "../../../client/rtc/webrtc-problem.ts";

describe("the room's ICE servers", () => {
  it("are taken as they are where the platform takes all", () => {
    const servers = [{ urls: "stun:a:3478" }, { urls: ["turn:b", "turns:b"], username: "u", credential: "c" }];
    expect(iceServerList(servers, makeNodeConnection)).toEqual({ list: servers, problems: [] });
    expect(iceServerList([], makeNodeConnection)).toEqual({ list: [], problems: [] });
  });

  it("that the platform refuses are left out and named, so that links still open", () => {
    const turn = { username: "u", credential: "c" };
    const servers = [{ urls: "stun:a:99999" }, { urls: ["turn:b", "turn:b?transport=tls"], ...turn }, { urls: "turn:d" }];
    const { list, problems } = iceServerList(servers, makeNodeConnection);
    expect(list).toEqual([{ urls: ["turn:b"], ...turn }]);
    expect(problems.map((text) => /^the room's server (\S+) is not taken here/.exec(text)?.[1])).toEqual([
      "stun:a:99999",
      "turn:b?transport=tls",
      "turn:d",
    ]);
    expect(webrtcProblem(() => makeNodeConnection({ iceServers: list }))).toBeNull();
  });
});
