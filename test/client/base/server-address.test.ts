import { describe, expect, it } from "vitest";
import { AddressError, serverAddress } from "../../../client/base/server-address.ts";

describe("a server's address", () => {
  it.each([
    ["http://localhost:8080", "http://localhost:8080/"],
    ["https://host.example/", "https://host.example/"],
    ["http://host/copse", "http://host/copse/"],
    ["http://host/copse/", "http://host/copse/"],
    ["http://host/a/b/copse/index.html", "http://host/a/b/copse/"],
    ["http://host/copse/r/quiet-fox-42?relay-only#rate=0.1", "http://host/copse/"],
    ["http://host/r/copse/", "http://host/r/copse/"],
    ["http://host/r/r/r/x", "http://host/r/r/"],
    ["http://[::1]:8080/r/x", "http://[::1]:8080/"],
    ["https://us%40er:p%3Aw@host/copse/", "https://host/copse/"],
  ])("%s is the folder %s, and all else is below it", (text, folder) => {
    const { url, origin, socketPath, data, leave, health } = serverAddress(text);
    expect(url).toBe(folder);
    expect(origin + socketPath).toBe(`${folder}socket.io/`);
    expect({ data, leave, health }).toEqual({ data: `${folder}data/`, leave: `${folder}leave`, health: `${folder}healthz` });
  });

  it.each([
    ["http://host/", undefined],
    ["http://user:secret@host/", "user:secret"],
    ["http://us%40er:p%3Aw%2F@host/", "us@er:p:w/"],
    ["http://user@host/", "user:"],
    ["http://:token@host/", ":token"],
    ["http://jürgen:grüße@host/", "jürgen:grüße"],
    ["http://user:100%@host/", "user:100%"],
  ])("%s has the credentials %s", (text, credentials) => {
    const { Authorization } = serverAddress(text).headers as { readonly Authorization?: string };
    const said = Authorization === undefined ? undefined : Buffer.from(Authorization.replace(/^Basic /, ""), "base64").toString();
    expect(said).toBe(credentials);
  });

  it.each(["", "localhost:8080", "ws://localhost", "file:///etc", "http://", "http://host/?room=x", "//host/"])(
    "“%s” is refused with an example",
    (text) => {
      expect(() => serverAddress(text)).toThrow(AddressError);
      expect(() => serverAddress(text)).toThrow(/expected an address such as http:\/\/localhost:8080 .*, got /);
    },
  );

  it("does not repeat a password that it refuses", () => {
    for (const text of ["ftp://user:secret@host", "user:secret@host:80", "http://user:secret@host/?x"]) {
      expect(() => serverAddress(text)).toThrow(/^(?!.*secret)/);
    }
  });
});
