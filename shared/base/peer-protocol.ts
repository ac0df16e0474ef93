/** The number of the grammar and the rules by which peers speak to each other. Raised whenever these change. */
export const peerProtocol = 2;
