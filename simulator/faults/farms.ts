import type { Instrument } from '../market/instruments.ts';

export type FarmState = 'ok' | 'broken' | 'inactive';

/** The broker's servers that a gateway is connected with, in the order in which it reports them. */
export const FARMS = {
  'usfarm.nj': 'market',
  usfuture: 'market',
  cashfarm: 'market',
  eufarm: 'market',
  hfarm: 'market',
  ushmds: 'history',
  euhmds: 'history',
  secdefnj: 'definitions',
} as const;

export type FarmName = keyof typeof FARMS;
export type FarmKind = (typeof FARMS)[FarmName];

export const farmNames = Object.keys(FARMS) as FarmName[];

export interface SystemMessage {
  readonly code: number;
  readonly text: string;
}

const ON_DEMAND = 'connection is inactive but should be available upon demand.';

const MESSAGES: { readonly [K in FarmKind]: Readonly<Record<FarmState, SystemMessage>> } = {
  market: {
    ok: { code: 2104, text: 'Market data farm connection is OK:' },
    broken: { code: 2103, text: 'Market data farm connection is broken:' },
    inactive: { code: 2108, text: `Market data farm ${ON_DEMAND}` },
  },
  history: {
    ok: { code: 2106, text: 'HMDS data farm connection is OK:' },
    broken: { code: 2105, text: 'HMDS data farm connection is broken:' },
    inactive: { code: 2107, text: `HMDS data farm ${ON_DEMAND}` },
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
  const { code, text } = MESSAGES[FARMS[farm]][state];
  return { code, text: `${text}${farm}` };
}

const EUROPEAN = ['EUR', 'GBP', 'GBX', 'CHF', 'SEK', 'NOK', 'DKK'];
const ASIAN = ['HKD', 'JPY', 'CNH', 'KRW', 'SGD', 'AUD', 'INR', 'TWD'];

/** The farm that serves an instrument's quotes. */
export function marketFarmOf({ secType, currency }: Pick<Instrument, 'secType' | 'currency'>): FarmName {
  if (secType === 'CASH' || secType === 'CMDTY' || secType === 'CRYPTO') return 'cashfarm';
  if (EUROPEAN.includes(currency)) return 'eufarm';
  if (ASIAN.includes(currency)) return 'hfarm';
  return secType === 'FUT' || secType === 'CONTFUT' || secType === 'FOP' ? 'usfuture' : 'usfarm.nj';
}

/** The farm that serves an instrument's history. */
export function historyFarmOf(instrument: Pick<Instrument, 'secType' | 'currency'>): FarmName {
  return marketFarmOf(instrument) === 'eufarm' ? 'euhmds' : 'ushmds';
}
