import type { Contract, ContractDescription, ContractDetails } from '@stoqey/ib';

/** What IB Gateway says in answer to one request, as our code reads it. Values are as the codec gives them. */
export type Answer =
  | { readonly type: 'contract'; readonly details: ContractDetails }
  | { readonly type: 'contract-end' }
  | { readonly type: 'symbols'; readonly matches: readonly ContractDescription[] }
  | Bar
  | { readonly type: 'bars-end' }
  | {
      readonly type: 'summary';
      readonly account: string;
      readonly tag: string;
      readonly value: string;
      readonly currency: string;
    }
  | { readonly type: 'summary-end' }
  | { readonly type: 'pnl'; readonly daily?: number; readonly unrealized?: number; readonly realized?: number }
  | {
      readonly type: 'pnl-single';
      readonly position?: number;
      readonly daily?: number;
      readonly unrealized?: number;
      readonly realized?: number;
      readonly value?: number;
    }
  | { readonly type: 'tick'; readonly field: number; readonly value: number | string | undefined }
  | OptionTick
  | { readonly type: 'market-data-type'; readonly value: number }
  | { readonly type: 'snapshot-end' };

/** One historical bar. `time` is epoch seconds for intraday bars and `YYYYMMDD` for longer ones. */
export interface Bar {
  readonly type: 'bar';
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
  readonly wap?: number;
  readonly count?: number;
}

/** An option computation; `field` says whether it is of the bid, ask, last or model price. */
export interface OptionTick {
  readonly type: 'option-tick';
  readonly field: number;
  readonly iv?: number;
  readonly delta?: number;
  readonly price?: number;
  readonly gamma?: number;
  readonly vega?: number;
  readonly theta?: number;
  readonly underlying?: number;
}

/** What IB Gateway says without a request id. */
export type Broadcast =
  | {
      readonly type: 'position';
      readonly account: string;
      readonly contract: Contract;
      readonly quantity: number;
      readonly averageCost?: number;
    }
  | { readonly type: 'position-end' }
  | {
      readonly type: 'portfolio';
      readonly account: string;
      readonly contract: Contract;
      readonly quantity: number;
      readonly marketPrice?: number;
      readonly marketValue?: number;
      readonly averageCost?: number;
      readonly unrealized?: number;
      readonly realized?: number;
    }
  | { readonly type: 'account-download-end'; readonly account: string }
  | {
      readonly type: 'market-rule';
      readonly id: number;
      readonly increments: readonly { readonly lowEdge: number; readonly increment: number }[];
    };
