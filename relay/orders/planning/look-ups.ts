import { ToolError } from '../../../shared/errors.ts';
import { decimalText, instantText } from '../../../shared/orders/decimal-text.ts';
import type { OrderCondition, OrderTerms } from '../../../shared/orders/order.ts';
import type { OrderArguments } from '../../../shared/orders/order-arguments.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { ContractDesk } from '../../gateway/contracts/contracts.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';

type Condition = NonNullable<OrderArguments['conditions']>[number];
type Find = (text: string | undefined) => Promise<Instrument>;

/** Instruments that an order speaks of besides its own; its own where none is named, of a combination the first leg. */
function finder(own: Instrument, contracts: Pick<ContractDesk, 'resolve'>, signal: AbortSignal): Find {
  return async (text) => (text === undefined ? (own.legs?.[0] ?? own) : contracts.resolve(text, signal));
}

const onContract = ({ conId, name, contract }: Instrument) => ({
  conId,
  exchange: contract.exchange ?? 'SMART',
  contract: name,
});

/** @throws ToolError `invalid_arguments`, and those of looking a contract up */
export function conditionsOf(
  conditions: OrderArguments['conditions'],
  own: Instrument,
  contracts: Pick<ContractDesk, 'resolve'>,
  signal: AbortSignal,
): Promise<OrderCondition[]> | undefined {
  const find = finder(own, contracts, signal);
  return conditions && Promise.all(conditions.map((condition, index) => conditionOf(condition, index, find)));
}

async function conditionOf(condition: Condition, index: number, find: Find): Promise<OrderCondition> {
  const { kind, contract, above, value, method = 'default', join } = condition;
  const where = `conditions.${index}`;
  if (contract === undefined && kind === 'execution')
    throw wrong(`${where}.contract is missing.`, 'Name what is traded.');
  const number = (what: string): string => {
    const text = value === undefined ? undefined : decimalText(value);
    if (text === undefined) throw wrong(`${where}.value must be ${what}.`, 'Give it in digits.');
    return text;
  };
  switch (kind) {
    case 'price':
      return { join, kind, ...onContract(await find(contract)), above, price: number('a price'), method };
    case 'volume':
      return { join, kind, ...onContract(await find(contract)), above, volume: number('a number of units') };
    case 'percent_change':
      return { join, kind, ...onContract(await find(contract)), above, percent: number('a percentage') };
    case 'margin':
      return { join, kind, above, percent: number('a percentage') };
    case 'time': {
      const time = value === undefined ? undefined : instantText(value);
      if (time === undefined) throw wrong(`${where}.value must be a moment.`, 'As in 2026-11-20T15:00:00Z.');
      return { join, kind, after: above, time };
    }
    case 'execution': {
      const { secType, details, contract: found } = await find(contract);
      return { join, kind, secType, exchange: found.exchange ?? 'SMART', symbol: details.contract.symbol ?? '' };
    }
  }
}

export async function pegBenchOf(
  peg: NonNullable<OrderArguments['special']>['peg_bench'],
  own: Instrument,
  contracts: Pick<ContractDesk, 'resolve'>,
  signal: AbortSignal,
): Promise<OrderTerms['pegBench']> {
  if (!peg) return undefined;
  return omitUndefined({
    ...onContract(await finder(own, contracts, signal)(peg.contract)),
    decreasing: peg.decreasing ?? false,
    change: peg.change,
    referenceChange: peg.reference_change,
    startingPrice: peg.starting_price,
    startingReference: peg.starting_reference,
    rangeLower: peg.range_lower,
    rangeUpper: peg.range_upper,
  });
}

function wrong(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
