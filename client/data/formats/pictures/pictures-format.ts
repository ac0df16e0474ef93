import type { DataFormat } from "../format.ts";
import { pictureType } from "./picture-header.ts";

/** Pictures in folders that name their classes. */
export const picturesFormat: DataFormat = {
  name: "pictures",
  summary:
    "PNG and JPEG files, a folder a class such as `cat/1.png`, below a folder of its part or not, such as `train/cat/1.png`",
  told: "begins as a PNG or JPEG file does",
  passes: 1,
  isOneSample: true,
  isBegunBy: ({ bytes }) => pictureType(bytes) !== null,
  load: async () => (await import("./read-pictures.ts")).readPictures,
};
