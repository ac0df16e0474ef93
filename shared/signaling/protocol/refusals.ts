/** How the server begins its refusal of a peer whose configuration is not the room's: without it, that peer could come in. */
export const otherConfiguration = "this room trains another configuration";
