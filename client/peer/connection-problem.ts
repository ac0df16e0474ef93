import { errorCodes } from "../base/error-codes.ts";
import { realClock } from "../base/real-clock.ts";
import type { ServerAddress } from "../base/server-address.ts";

/** Time for an answer to the health check. */
const probeMs = 5_000;

/** The outcome of a health check. */
type Outcome =
  | { readonly kind: "answer"; readonly status: number; readonly location: string | null; readonly isOurs: boolean }
  | { readonly kind: "silence" }
  /** `codes`: of the error and its causes; a browser gives none. */
  | { readonly kind: "failure"; readonly codes: readonly string[]; readonly said: string };

/**
 * Why a peer has no connection to its server. Sends the health check, whose answer or failure says more than a socket's.
 * @returns a sentence with the address, the cause, and what to do
 */
export async function connectionProblem(address: ServerAddress, signal: AbortSignal): Promise<string> {
  const outcome = await ask(address.health, address.headers, signal);
  const isTls = outcome.kind === "failure" && (await speaksTls(address, outcome.codes, signal));
  return `No connection to ${address.url}: ${isTls ? tlsText(address.url) : causeOf(outcome, address)}`;
}

async function ask(url: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Outcome> {
  const limit = new AbortController();
  const stop = (): void => limit.abort();
  signal.addEventListener("abort", stop);
  const cancel = realClock.after(probeMs, stop);
  try {
    const response = await fetch(url, { headers, redirect: "manual", cache: "no-store", signal: limit.signal });
    const { status } = response;
    const isOurs = status === 200 && (await isHealth(response));
    if (!isOurs) await response.body?.cancel();
    return { kind: "answer", status, location: response.headers.get("location"), isOurs };
  } catch (error) {
    if (limit.signal.aborted) return { kind: "silence" };
    return { kind: "failure", codes: errorCodes(error), said: innermost(error) };
  } finally {
    cancel();
    signal.removeEventListener("abort", stop);
  }
}

/** The innermost cause: the message of fetch itself says only that it failed. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

/** Whether this is the health report of a Copse server. */
async function isHealth(response: Response): Promise<boolean> {
  const body: unknown = await response.json().catch(() => null);
  return typeof body === "object" && body !== null && "status" in body && "rooms" in body;
}

/** Whether the server speaks TLS: asked by plain http it ends the connection without an answer. In Node only: a browser gives no causes. */
async function speaksTls({ health, headers }: ServerAddress, codes: readonly string[], signal: AbortSignal): Promise<boolean> {
  if (!health.startsWith("http:") || !codes.some((code) => code === "ECONNRESET" || code === "UND_ERR_SOCKET")) return false;
  const outcome = await ask(health.replace(/^http:/, "https:"), headers, signal);
  return outcome.kind === "answer" || (outcome.kind === "failure" && outcome.codes.some(isCertificateCode));
}

const tlsText = (url: string): string => `that server speaks https. Write ${url.replace(/^http:/, "https:")}`;

function causeOf(outcome: Outcome, address: ServerAddress): string {
  if (outcome.kind === "silence") {
    return `nothing answered within ${probeMs / 1_000} s. See that the server runs, and that no firewall is in the way`;
  }
  return outcome.kind === "answer" ? causeOfAnswer(outcome, address) : causeOfFailure(outcome, address);
}

function causeOfAnswer(
  { status, location, isOurs }: Extract<Outcome, { kind: "answer" }>,
  { url, headers }: ServerAddress,
): string {
  if (isOurs) {
    return "the server answers there, but nothing of its socket comes through, by WebSocket or by long polling. A proxy, a virus scanner or the network holds it up: let /socket.io/ through";
  }
  switch (status) {
    case 401:
    case 403:
      return "Authorization" in headers
        ? `the server does not let this user in (status ${status}). See that the user and the password are right`
        : `the server asks for a user and a password (status ${status}). Write ${url.replace("://", "://user:password@")}`;
    case 407:
      return "a proxy on the way asks for a user and a password (status 407). Write them into the address of the proxy";
    case 502:
    case 503:
    case 504:
      return `a proxy answers there, but the server behind it does not (status ${status}). See that it runs`;
  }
  const other = "what answers there is no server of Copse";
  // A browser shows a redirect as status 0, without its target.
  if (status === 0 || (status >= 300 && status < 400)) {
    return `${other}, but leads elsewhere${location === null ? "" : `, to ${location}`}. Write the address that it leads to`;
  }
  return `${other} (status ${status}). See that the address is right, its port and its path too`;
}

function causeOfFailure({ codes, said }: Extract<Outcome, { kind: "failure" }>, { url }: ServerAddress): string {
  const { hostname, host } = new URL(url);
  for (const code of codes) {
    const text = isCertificateCode(code) ? certificateText(code, hostname) : textOfCode(code, { url, hostname, host });
    if (text !== null) return text;
  }
  const isOffline = typeof navigator !== "undefined" && "onLine" in navigator && !navigator.onLine;
  if (isOffline) return "this device is offline. See that it has a network";
  const facts = codes.length === 0 ? said : `${codes.join(", ")}: ${said}`;
  return `it cannot be reached (${facts}). See that the server runs, that the address is right, and that this device has a network`;
}

function isCertificateCode(code: string): boolean {
  return /CERT|SIGNATURE|ISSUER/.test(code);
}

function certificateText(code: string, hostname: string): string {
  if (code === "CERT_HAS_EXPIRED") return "its certificate has expired. Give the server a new one";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `its certificate is not for ${hostname}. Write the name that it is for, or give the server one for ${hostname}`;
  }
  return `its certificate is signed by nobody whom this machine trusts (${code}). If it is your own, set NODE_EXTRA_CA_CERTS=cert.pem`;
}

interface Place {
  readonly url: string;
  readonly hostname: string;
  readonly host: string;
}

function textOfCode(code: string, { url, hostname, host }: Place): string | null {
  switch (code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `there is no host ${hostname} (${code}). See how it is spelt, and that this machine has a network`;
    case "ECONNREFUSED":
      return `nothing listens at ${host}. See that the server runs, and on which port: it prints its address`;
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ETIMEDOUT":
    case "UND_ERR_CONNECT_TIMEOUT":
      return `${hostname} cannot be reached from this machine (${code}). See that both are on one network, and that no firewall is in the way`;
    case "EPROTO":
    case "ERR_SSL_WRONG_VERSION_NUMBER":
    case "ERR_SSL_PACKET_LENGTH_TOO_LONG":
      return `that server speaks no https. Write ${url.replace(/^https:/, "http:")}`;
    case "ECONNRESET":
    case "UND_ERR_SOCKET":
      return "what listens there ends the connection without an answer. See that it is a server of Copse, and whether it speaks https";
  }
  return code.startsWith("HPE_") ? "what listens there does not speak http. See that the port is right" : null;
}
