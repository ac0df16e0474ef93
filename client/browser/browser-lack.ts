import { webrtcProblem } from "../rtc/webrtc-problem.ts";

/** Features that a page may lack: an old browser, an extension, a policy or a lockdown mode can take any of them away. */
interface Platform {
  readonly RTCPeerConnection?: typeof RTCPeerConnection;
  readonly Worker?: unknown;
  readonly WebAssembly?: unknown;
  readonly MessageChannel?: unknown;
  readonly crypto?: { readonly getRandomValues?: unknown };
}

/**
 * Why no peer can live in this page, as a sentence; null if one can. Asked before the room hears of this tab: a peer to which no
 * link can open would become a member, and the others would wait for it.
 */
export function browserLack(platform: Platform): string | null {
  const { RTCPeerConnection: Connection } = platform;
  if (typeof Connection !== "function") return sentence("WebRTC, by which peers reach each other", null);
  const problem = webrtcProblem((config) => new Connection(config));
  if (problem !== null) return sentence("WebRTC, by which peers reach each other,", problem);
  for (const name of ["Worker", "MessageChannel"] as const) {
    if (typeof platform[name] !== "function") return sentence(`${name}, in which a tab trains`, null);
  }
  if (typeof platform.WebAssembly !== "object") return sentence("WebAssembly, by which models are compared", null);
  if (typeof platform.crypto?.getRandomValues !== "function") return sentence("random numbers for names and secrets", null);
  return null;
}

function sentence(what: string, said: string | null): string {
  const lack = said === null ? `This browser offers no ${what}.` : `In this browser ${what} does not work (${said}).`;
  return `${lack} An extension, a policy of your organization or a lockdown mode may have switched it off: allow it for this page, or open the link in another browser.`;
}
