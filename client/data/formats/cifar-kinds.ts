export interface CifarKind {
  readonly name: string;
  /** Of each label byte before an image, how many values it has; the last is the class. */
  readonly bounds: readonly number[];
  readonly classCount: number;
}

export const cifarKinds: readonly CifarKind[] = [
  { name: "cifar10", bounds: [10], classCount: 10 },
  { name: "cifar100", bounds: [20, 100], classCount: 100 },
];
