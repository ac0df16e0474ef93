/** These run in a page, before its own code. */

/** As in a browser whose policy or whose person has turned WebRTC off. */
export function withoutWebrtc(): void {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) Reflect.deleteProperty(window, name);
}

/** As where an extension guards addresses, or the browser has too many connections. */
export function webrtcThatThrows(): void {
  const refuse = function RTCPeerConnection(): never {
    throw new DOMException("Cannot create so many PeerConnections", "UnknownError");
  };
  Object.assign(window, { RTCPeerConnection: refuse, webkitRTCPeerConnection: refuse });
}
