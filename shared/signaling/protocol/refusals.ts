/** Why a peer is refused that insists on another run than the room's: without that, it could come in. The peer adds in what they differ. */
export const otherConfiguration = "this room trains another configuration";
