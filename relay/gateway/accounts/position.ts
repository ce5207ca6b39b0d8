import type { Contract } from '@stoqey/ib';

export interface Position {
  readonly account: string;
  readonly contract: Contract;
  readonly quantity: number;
  readonly averageCost: number | undefined;
}
