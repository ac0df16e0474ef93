import { nodeNetwork } from "./node-networks.ts";
import { transportContract } from "./transport-contract.ts";

transportContract("WebRTC in Node", () => nodeNetwork());
