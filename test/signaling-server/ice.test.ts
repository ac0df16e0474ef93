import wrtc from "@roamhq/wrtc";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { IceError, parseIce, parseIceServers } from "../../signaling-server/ice.ts";

/** The servers that a real engine refuses. */
function refusedOf(iceServers: readonly RTCIceServer[]): readonly RTCIceServer[] {
  try {
    new wrtc.RTCPeerConnection({ iceServers: [...iceServers] }).close();
    return [];
  } catch {
    const half = iceServers.length >> 1;
    return half === 0 ? iceServers : [...refusedOf(iceServers.slice(0, half)), ...refusedOf(iceServers.slice(half))];
  }
}

/** Hosts, ports and ends that people write, right and wrong. */
const pieces = {
  scheme: ["turn:", "stun:", "stuns:", "turns:", "TURN:", "http:"],
  user: ["u:p@", "", "u:p@ss@", "u@", ":p@", "u:@", "1795998679:alice:pw@", "u:p%40@", "ü:ß@"],
  host: ["h", "host_name", "a.b-c.example", "192.0.2.1", "[2001:db8::1]", "[zz]", "[::1", "2001:db8::1", "", "h/x", "hé", "h h"],
  port: ["", ":3478", ":0", ":65535", ":65536", ":99999", ":", ":1e3", ":+1"],
  end: ["", "?transport=udp", "?transport=tcp", "?transport=tls", "?transport=", "?", "?x=1", "#x", " "],
} as const;

describe("an --ice value", () => {
  it("may be a stun URL", () => {
    expect(parseIce("stun:stun.example:3478")).toEqual([{ urls: "stun:stun.example:3478" }]);
  });

  it("may be a turn URL with a user and a password, which may contain @", () => {
    expect(parseIce("turn:ann:a@ss@turn.example:3478?transport=tcp")).toEqual([
      { urls: "turn:turn.example:3478?transport=tcp", username: "ann", credential: "a@ss" },
    ]);
    expect(parseIce("turns:ann:b@[2001:db8::1]:5349")[0]?.urls).toBe("turns:[2001:db8::1]:5349");
    expect(parseIce("turn:u:p@host_name:3478")[0]?.urls).toBe("turn:host_name:3478");
  });

  it("is taken as a provider writes it: a list or one server, url for urls, with its credentialType and fields of its own", () => {
    const list = [{ urls: ["stun:a", "turn:b"], username: "u", credential: "c" }];
    expect(parseIce(JSON.stringify(list))).toEqual(list);
    expect(parseIce(` ${JSON.stringify(list[0])}\n`)).toEqual(list);
    expect(parseIce(JSON.stringify({ iceServers: list }))).toEqual(list);
    expect(parseIce(JSON.stringify({ iceServers: list[0] }))).toEqual(list);
    expect(parseIce(JSON.stringify({ sid: "x", ttl: 3, ice_servers: list }))).toEqual(list);
    const odd = { url: "turn:b", username: "u", credential: "c", credentialType: "password", region: "eu", hostname: null };
    expect(parseIce(JSON.stringify([odd]))).toEqual([{ urls: "turn:b", username: "u", credential: "c" }]);
    expect(parseIce(JSON.stringify([{ url: "stun:a", urls: "stun:a", username: null, credential: "" }]))).toEqual([
      { urls: "stun:a" },
    ]);
  });

  it("that may mean two things is refused, with the JSON that means one of them", () => {
    expect(() => parseIce("turn:1795998679:alice:pw@h:3478")).toThrow(
      `[{"urls":"turn:h:3478","username":"1795998679:alice","credential":"pw"}]`,
    );
    expect(() => parseIce("turn:ann:p:a@ss@h")).toThrow(`[{"urls":"turn:h","username":"ann","credential":"p:a@ss"}]`);
    expect(() => parseIce("turn:ann:p%40ss@h")).toThrow(`[{"urls":"turn:h","username":"ann","credential":"p@ss"}]`);
    const [, example] = /(\[.*\])/.exec(messageOf("turn:1795998679:alice:pw@h:3478")) ?? [];
    expect(parseIce(example!)).toEqual([{ urls: "turn:h:3478", username: "1795998679:alice", credential: "pw" }]);
  });

  it.each([
    ["http://a", "expected stun:host:port"],
    ["turn:host:3478", "got no user"],
    ["turn:u:@host:3478", "got no user"],
    ["[{]", "JSON"],
    ["[{}]", "urls"],
    ["[]", "at least one"],
    ['[{"urls":[]}]', "urls"],
    ["stun:", "expected stun"],
    ["stun:u@h", "only turn"],
    ["stun:h:99999", "port from 1 to 65535"],
    ["stun:h:0", "port from 1 to 65535"],
    ["stun:h:3478?transport=udp", "write stun:h:3478"],
    ["turn:u:p@h?transport=tls", "?transport=udp or ?transport=tcp"],
    ["turn:u:p@münchen.example:3478", "xn--mnchen-3ya.example"],
    ["turn:u:p@2001:db8::1", "[2001:db8::1]"],
    ["TURN:u:p@h", "expected stun:host:port"],
    ['[{"urls":"http://a"}]', "begins with stun:"],
    ['[{"urls":"stun:h:99999"}]', "port from 1 to 65535"],
    ['[{"urls":"turn:u:p@h"}]', "username and credential"],
    ['[{"urls":"turn:h:3478"}]', "username and credential"],
    ['[{"urls":"turn:h:3478","username":"u","credential":""}]', "username and credential"],
    ['[{"urls":"turn:h","username":"u","credential":"c","credentialType":"oauth"}]', "credentialType"],
  ])("%s is refused with what was expected", (text, reason) => {
    expect(() => parseIce(text)).toThrow(IceError);
    expect(messageOf(text)).toContain(reason);
  });

  it("is at most ten servers", () => {
    expect(() => parseIceServers(Array.from({ length: 11 }, () => "stun:a"))).toThrow("at most 10");
  });

  it("that is taken is taken by a real engine", () => {
    const taken = variations(Object.values(pieces)).flatMap((text) => {
      const [before, after] = [text.slice(0, text.indexOf(":")), text.slice(text.lastIndexOf("@") + 1)];
      const json = [{ urls: text.includes("@") ? `${before}:${after}` : text, username: "u", credential: "c" }];
      return [text, JSON.stringify(json)].flatMap((value) => takenAs(value) ?? []);
    });
    const different = [...new Map(taken.map((server) => [JSON.stringify(server), server])).values()];
    expect(different.length).toBeGreaterThan(30);
    // All at once, for an engine takes its time to let go of a connection.
    expect(refusedOf(different)).toEqual([]);
  });

  it("never fails but with an IceError", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `[${json}]`),
          fc.string().map((s) => `turn:${s}`),
        ),
        (text) => void takenAs(text),
      ),
    );
  });
});

/** The servers that a value names; null if it is refused in words. */
function takenAs(text: string): RTCIceServer[] | null {
  try {
    return structuredClone(parseIce(text)) as RTCIceServer[];
  } catch (error) {
    expect(error).toBeInstanceOf(IceError);
    return null;
  }
}

function messageOf(text: string): string {
  try {
    parseIce(text);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

/** All texts of one choice for each piece of which at most two are not the first one. */
function variations(choices: readonly (readonly string[])[]): readonly string[] {
  let texts: readonly { readonly text: string; readonly odd: number }[] = [{ text: "", odd: 0 }];
  for (const some of choices) {
    texts = texts.flatMap(({ text, odd }) => some.map((piece, i) => ({ text: text + piece, odd: odd + Math.min(i, 1) })));
    texts = texts.filter(({ odd }) => odd <= 2);
  }
  return texts.map(({ text }) => text);
}
