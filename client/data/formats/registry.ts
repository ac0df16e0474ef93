import { cifarFormats } from "./cifar-format.ts";
import type { DataFormat } from "./format.ts";
import { idxFormat } from "./idx-format.ts";
import { libsvmFormat } from "./libsvm-format.ts";
import { parquetFormat } from "./parquet/parquet-format.ts";
import { picturesFormat } from "./pictures/pictures-format.ts";
import { csvFormat } from "./tables/csv-format.ts";
import { textFormat } from "./text-format.ts";

/** Every format, in the order in which a file is tried: a new one is one file with its reader, and one name here. */
export const formats: readonly DataFormat[] = [
  picturesFormat,
  parquetFormat,
  idxFormat,
  ...cifarFormats,
  libsvmFormat,
  csvFormat,
  textFormat,
];
