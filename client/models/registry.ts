import { cnnModel } from "./cnn.ts";
import { gpt2Model, gptModel } from "./gpt.ts";
import { mlpModel } from "./mlp.ts";
import type { ModelMethod } from "./model-method.ts";
import { resnetModel } from "./resnet.ts";
import { softmaxModel } from "./softmax.ts";

/** Every model: a new one is one file, and one name here. */
export const models: readonly ModelMethod[] = [softmaxModel, mlpModel, cnnModel, resnetModel, gptModel, gpt2Model];
