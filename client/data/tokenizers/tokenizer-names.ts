/** What makes tokens of a text: its bytes in UTF-8, its characters, or GPT-2's byte pairs. */
export const tokenizerNames = ["bytes", "characters", "gpt2"] as const;

export type TokenizerName = (typeof tokenizerNames)[number];
