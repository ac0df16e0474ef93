export interface CifarKind {
  readonly name: string;
  /** Number of values of each label byte before an image; the last is the class. */
  readonly bounds: readonly number[];
  readonly classCount: number;
}

export const cifarKinds: readonly CifarKind[] = [
  { name: "cifar10", bounds: [10], classCount: 10 },
  { name: "cifar100", bounds: [20, 100], classCount: 100 },
];
