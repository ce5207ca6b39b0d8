import { ToolError } from '../../../shared/errors.ts';
import type { OrderTerms, OrderTypeName, TimeInForceName } from '../../../shared/orders/order.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';

/** The codes of IB's list of which an instrument must have one, by our name. */
const codes: Readonly<Record<OrderTypeName, readonly string[]>> = {
  MKT: ['MKT'],
  LMT: ['LMT'],
  STP: ['STP'],
  STP_LMT: ['STPLMT'],
  MIT: ['MIT'],
  LIT: ['LIT'],
  TRAIL: ['TRAIL'],
  TRAIL_LIMIT: ['TRAILLMT'],
  MTL: ['MTL'],
  MOC: ['MOC'],
  LOC: ['LOC'],
  MOO: ['OPG'],
  LOO: ['OPG'],
  AUCTION: ['AUC', 'MTL'],
  REL: ['REL', 'RELPCTOFS'],
  PASSV_REL: ['PASSVREL', 'REL'],
  PEG_MKT: ['PEGMKT', 'REL'],
  PEG_MID: ['PEGMID'],
  PEG_BEST: ['PEGBEST', 'IBKRATS'],
  PEG_BENCH: ['PEGBENCH'],
  SNAP_MKT: ['SNAPMKT'],
  SNAP_MID: ['SNAPMID'],
  SNAP_PRIM: ['SNAPREL'],
  MIDPRICE: ['MIDPX'],
  VOL: ['VOLAT'],
};

/** Times in force that lists name where they name DAY. */
const timeCodes: Partial<Record<TimeInForceName, string>> = { GTC: 'GTC', IOC: 'IOC', GTD: 'GTD', OPG: 'OPG' };

/** Attributes that lists name, and how an order has them. */
const attributes: readonly (readonly [code: string, words: string, has: (terms: OrderTerms) => boolean])[] = [
  ['AON', 'all_or_none', ({ allOrNone }) => allOrNone === true],
  ['HID', 'hidden', ({ hidden }) => hidden === true],
  ['ICE', 'display_size', ({ displaySize }) => displaySize !== undefined],
  ['COND', 'conditions', ({ conditions }) => conditions !== undefined],
  ['CASHQTY', 'cash_quantity', ({ cashQuantity }) => cashQuantity !== undefined],
  ['ALGO', 'algo', ({ algo }) => algo !== undefined],
];

/** Combinations are not in the list of their first leg. */
const ofCombos: readonly OrderTypeName[] = ['MKT', 'LMT', 'STP', 'STP_LMT', 'REL'];

/**
 * Whether IB lists an order's type and time in force for the instrument at its exchange. Attributes that are not listed
 * are only said, for lists leave some out.
 * @returns warnings
 * @throws ToolError `invalid_arguments` naming what is possible
 */
export function checkType(terms: OrderTerms, instrument: Instrument): string[] {
  const { name, contract, details, legs } = instrument;
  const at = contract.exchange ? ` at ${contract.exchange}` : '';
  if (legs) {
    if (ofCombos.includes(terms.type)) return [];
    throw unlisted(`A combination takes no ${terms.type} order.`, ofCombos);
  }
  const listed = new Set((details.orderTypes ?? '').split(',').filter((code) => code !== ''));
  if (listed.size === 0) return [];
  if (!codes[terms.type].some((code) => listed.has(code))) {
    const possible = (Object.keys(codes) as OrderTypeName[]).filter((type) =>
      codes[type].some((code) => listed.has(code)),
    );
    throw unlisted(`IB takes no ${terms.type} order for ${name}${at}.`, possible);
  }
  const time = timeCodes[terms.tif];
  if (time !== undefined && listed.has('DAY') && !listed.has(time)) {
    const possible = Object.entries(timeCodes).flatMap(([tif, code]) => (listed.has(code) ? [tif] : []));
    throw unlisted(`IB takes no ${terms.tif} order for ${name}${at}.`, ['DAY', ...possible]);
  }
  return attributes.flatMap(([code, words, has]) =>
    has(terms) && !listed.has(code) ? [`IB does not list ${words} for ${name}${at}; it may refuse the order.`] : [],
  );
}

function unlisted(message: string, possible: readonly string[]): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep: `Possible: ${possible.join(', ')}.` });
}
