import type { Instrument } from '../market/instruments.ts';

export type FarmState = 'ok' | 'broken' | 'inactive';

/** The broker's servers that a gateway is connected with, in the order in which it reports them. */
export const farms = {
  'usfarm.nj': 'market',
  usfuture: 'market',
  cashfarm: 'market',
  eufarm: 'market',
  hfarm: 'market',
  ushmds: 'history',
  euhmds: 'history',
  secdefnj: 'definitions',
} as const;

export type FarmName = keyof typeof farms;
export type FarmKind = (typeof farms)[FarmName];

export const farmNames = Object.keys(farms) as FarmName[];

export interface SystemMessage {
  readonly code: number;
  readonly text: string;
}

const onDemand = 'connection is inactive but should be available upon demand.';

const messages: { readonly [K in FarmKind]: Readonly<Record<FarmState, SystemMessage>> } = {
  market: {
    ok: { code: 2104, text: 'Market data farm connection is OK:' },
    broken: { code: 2103, text: 'Market data farm connection is broken:' },
    inactive: { code: 2108, text: `Market data farm ${onDemand}` },
  },
  history: {
    ok: { code: 2106, text: 'HMDS data farm connection is OK:' },
    broken: { code: 2105, text: 'HMDS data farm connection is broken:' },
    inactive: { code: 2107, text: `HMDS data farm ${onDemand}` },
  },
  // There is no message for an inactive one.
  definitions: {
    ok: { code: 2158, text: 'Sec-def data farm connection is OK:' },
    broken: { code: 2157, text: 'Sec-def data farm connection is broken:' },
    inactive: { code: 2158, text: 'Sec-def data farm connection is OK:' },
  },
};

/** What the gateway says of a farm in a state. */
export function farmMessage(farm: FarmName, state: FarmState): SystemMessage {
  const { code, text } = messages[farms[farm]][state];
  return { code, text: `${text}${farm}` };
}

const european = ['EUR', 'GBP', 'GBX', 'CHF', 'SEK', 'NOK', 'DKK'];
const asian = ['HKD', 'JPY', 'CNH', 'KRW', 'SGD', 'AUD', 'INR', 'TWD'];

/** The farm that serves an instrument's quotes. */
export function marketFarmOf({ secType, currency }: Pick<Instrument, 'secType' | 'currency'>): FarmName {
  if (secType === 'CASH' || secType === 'CMDTY' || secType === 'CRYPTO') return 'cashfarm';
  if (european.includes(currency)) return 'eufarm';
  if (asian.includes(currency)) return 'hfarm';
  return secType === 'FUT' || secType === 'CONTFUT' || secType === 'FOP' ? 'usfuture' : 'usfarm.nj';
}

/** The farm that serves an instrument's history. */
export function historyFarmOf(instrument: Pick<Instrument, 'secType' | 'currency'>): FarmName {
  return marketFarmOf(instrument) === 'eufarm' ? 'euhmds' : 'ushmds';
}
