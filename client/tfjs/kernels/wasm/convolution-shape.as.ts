// AssemblyScript, part of kernels.as.ts.

/** A convolution's sizes: x [images, height, width, inputs], y and dz [images, rows, columns, outputs], filters [taps…, inputs, outputs]. */
export let images: i32 = 0;
export let height: i32 = 0;
export let width: i32 = 0;
export let inputs: i32 = 0;
export let rows: i32 = 0;
export let columns: i32 = 0;
export let outputs: i32 = 0;
export let tapsDown: i32 = 0;
export let tapsRight: i32 = 0;
export let strideDown: i32 = 1;
export let strideRight: i32 = 1;
export let padTop: i32 = 0;
export let padLeft: i32 = 0;
export let dilationDown: i32 = 1;
export let dilationRight: i32 = 1;

/** The input side of the convolution that the next call is about. */
export function setInput(theImages: i32, theHeight: i32, theWidth: i32, theInputs: i32): void {
  images = theImages;
  height = theHeight;
  width = theWidth;
  inputs = theInputs;
}

/** Its output side. */
export function setOutput(theRows: i32, theColumns: i32, theOutputs: i32): void {
  rows = theRows;
  columns = theColumns;
  outputs = theOutputs;
}

/** Its filters, and how they are laid over the input. */
export function setFilter(
  down: i32,
  right: i32,
  theStrideDown: i32,
  theStrideRight: i32,
  top: i32,
  left: i32,
  theDilationDown: i32,
  theDilationRight: i32,
): void {
  tapsDown = down;
  tapsRight = right;
  strideDown = theStrideDown;
  strideRight = theStrideRight;
  padTop = top;
  padLeft = left;
  dilationDown = theDilationDown;
  dilationRight = theDilationRight;
}

/** First output column whose tap lies in the input; `shift`: the input column that the tap of output column 0 sees. */
export function firstColumn(shift: i32): i32 {
  return shift >= 0 ? 0 : (-shift + strideRight - 1) / strideRight;
}

/** The output column after the last whose tap lies in the input. */
export function endColumn(shift: i32): i32 {
  return shift >= width ? 0 : min(columns, (width - 1 - shift) / strideRight + 1);
}
