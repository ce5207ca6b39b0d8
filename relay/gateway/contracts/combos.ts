import { OrderAction, SecType } from '@stoqey/ib';
import { formatCombo } from '../../../shared/contracts/index.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { Instrument } from './instrument.ts';

/** One instrument of a combination; a negative ratio is sold when the combination is bought. */
export interface ComboPart {
  readonly ratio: number;
  readonly instrument: Instrument;
}

/** What IB combines. */
const combined: ReadonlySet<string> = new Set(['STK', 'OPT', 'FUT', 'FOP', 'WAR']);

/**
 * The combination of some instruments, as IB's type BAG: its hours are those of the first.
 * @throws ToolError `invalid_arguments` when IB has no such combination
 */
export function comboOf(parts: readonly ComboPart[]): Instrument {
  const [first] = parts;
  if (!first) throw refused('It has no legs');
  const odd = parts.find(({ instrument }) => !combined.has(instrument.secType));
  if (odd) throw refused(`${odd.instrument.name} is a ${odd.instrument.secType}`);
  const twice = parts.find(({ instrument }, at) => parts.findIndex((part) => sameIn(part, instrument)) < at);
  if (twice) throw refused(`${twice.instrument.name} is in it twice`);
  const { currency, details, zone, marketZone } = first.instrument;
  const foreign = parts.find(({ instrument }) => instrument.currency !== currency);
  if (foreign) throw refused(`${foreign.instrument.name} is not in ${currency}`);
  const exchanges = new Set(parts.map(({ instrument }) => String(instrument.contract.exchange)));
  if (exchanges.size > 1) throw refused(`Its legs trade on different exchanges, ${[...exchanges].join(' and ')}`);
  const [exchange = 'SMART'] = exchanges;
  const symbols = new Set(parts.map(({ instrument }) => instrument.details.contract.symbol ?? ''));
  return {
    conId: 0,
    name: formatCombo(parts.map(({ ratio, instrument }) => ({ ratio, contract: instrument.name }))),
    secType: SecType.BAG,
    currency,
    contract: {
      secType: SecType.BAG,
      symbol: [...symbols].join(','),
      currency,
      exchange,
      comboLegs: parts.map(({ ratio, instrument }) => ({
        conId: instrument.conId,
        ratio: Math.abs(ratio),
        action: ratio > 0 ? OrderAction.BUY : OrderAction.SELL,
        exchange,
      })),
    },
    details,
    zone,
    marketZone,
    legs: parts.map(({ instrument }) => instrument),
  };
}

const sameIn = (part: ComboPart, { conId }: Instrument): boolean => part.instrument.conId === conId;

function refused(why: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `IB quotes no such combination: ${why}.`,
    nextStep: 'Combine stocks, options or futures of one currency and exchange, or ask for each leg by itself.',
  });
}
