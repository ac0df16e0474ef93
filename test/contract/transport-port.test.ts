import { bridged, nodeNetwork } from "./node-networks.ts";
import { transportContract } from "./transport-contract.ts";

transportContract("a MessagePort in front of WebRTC", () => nodeNetwork(bridged));
