import { describe, expect, it } from "vitest";
import { parseServeOptions, serveCommand } from "../../../cli/serve.ts";
import { applySettings } from "../../../cli/support/apply-settings.ts";
import { folderWith } from "../../signaling-server/server-harness.ts";

/** What a server would be started with. */
async function settingsOf(args: readonly string[], env: Readonly<Record<string, string>>, file: string | null = null) {
  const command = serveCommand();
  command.parseOptions([...args]);
  const path = file === null ? null : `${await folderWith({ "copse.yaml": file })}/copse.yaml`;
  await applySettings(command, { env, file: path, except: ["config", "json"] });
  return parseServeOptions(command.opts());
}

describe("the settings of a server", () => {
  it("are what was typed, then what the environment says, then what a file says, then the defaults", async () => {
    const file = "port: 1\nhost: 0.0.0.0\nbase-path: /a/\ntrust-proxy: true\nallowed-host: [a.example, b.example]\n";
    const settings = await settingsOf(["--port", "3"], { COPSE_PORT: "2", COPSE_BASE_PATH: "/b/" }, file);
    expect(settings).toMatchObject({
      ...{ port: 3, basePath: "/b/", host: "0.0.0.0", trustsProxy: true },
      allowedHosts: ["a.example", "b.example"],
    });
    expect(await settingsOf([], {})).toMatchObject({ port: 8080, host: "127.0.0.1" });
    expect(await settingsOf([], { COPSE_PORT: "", COPSE_DEBUG: "x" }, "")).toMatchObject({ port: 8080 });
  });

  it("may be lists in the environment, and switches that are off", async () => {
    const env = { COPSE_ALLOWED_HOST: "a.example b.example", COPSE_TRUST_PROXY: "false", COPSE_ICE: "stun:a:1" };
    const settings = await settingsOf([], env);
    expect(settings).toMatchObject({ allowedHosts: ["a.example", "b.example"], iceServers: [{ urls: "stun:a:1" }] });
    expect(settings.trustsProxy).toBeUndefined();
  });

  it.each([
    ["prot: 80", "expected settings among host, port, "],
    ["json: true", "got json"],
    ["- 1", "expected lines such as port: 8080"],
    ["port: [1]", "port: expected a text"],
    ["trust-proxy: perhaps", "trust-proxy: expected true or false, got perhaps"],
    ["port: http", "expected a port from 0 to 65535 after --port, got http"],
    ["metrics-token: short", "expected 16 characters or more"],
    ["a: &a [x]\nb: *a", "expected settings in YAML or JSON"],
    ["{", "expected settings in YAML or JSON"],
  ])("are checked before the server starts: %j", async (file, message) => {
    await expect(settingsOf([], {}, file)).rejects.toThrow(message);
  });

  it("are refused where the file is not there, or the environment has what no option takes", async () => {
    const command = serveCommand();
    await expect(applySettings(command, { env: {}, file: "/nowhere.yaml", except: [] })).rejects.toThrow(
      "/nowhere.yaml: expected",
    );
    await expect(settingsOf([], { COPSE_TRUST_PROXY: "yes" })).rejects.toThrow(
      "COPSE_TRUST_PROXY: expected true or false, got yes",
    );
    await expect(settingsOf([], { COPSE_PORT: "x" })).rejects.toThrow("expected a port");
  });
});
