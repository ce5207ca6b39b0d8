import { ToolError } from '../../../shared/errors.ts';
import type { OrderContract } from '../../../shared/orders/order.ts';
import type { ContractDesk } from '../../gateway/contracts/contracts.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { withReadings } from '../../gateway/contracts/readings.ts';
import { orderContractOf } from './order-contract.ts';

/** What an order is for, exactly. */
export interface Tradable {
  readonly instrument: Instrument;
  readonly contract: OrderContract;
  /** How the name was read where it does not say exactly this. */
  readonly warnings: readonly string[];
}

/** Kinds that are looked at and never traded. */
const untraded: ReadonlyMap<string, string> = new Map([
  ['IND', 'an index'],
  ['NEWS', 'a news feed'],
]);

/**
 * The one instrument or combination that an order is for.
 * @throws ToolError `ambiguous_contract` with candidates, `contract_not_found`, `invalid_arguments` for what cannot be
 * traded, and the gateway's
 */
export async function tradableNamed(
  text: string,
  contracts: Pick<ContractDesk, 'resolveAny' | 'resolve' | 'resolveAll'>,
  signal: AbortSignal,
): Promise<Tradable> {
  const { result: instrument, readings } = await withReadings(() => contracts.resolveAny(text, signal));
  const parts = instrument.legs ?? [instrument];
  for (const part of parts) await refuseUntradable(part, contracts, signal);
  const warnings = readings.map(({ given, contract }) => `“${given}” is read as ${contract}: check that it is meant.`);
  const others = instrument.legs ? [] : await otherListings(text, instrument, contracts, signal);
  if (others.length > 0) {
    const { details, currency, name } = instrument;
    const place = details.contract.primaryExch || details.contract.exchange || '';
    warnings.push(
      `“${text}” is listed ${others.length + 1} times; this is ${name} in ${currency} at ${place}, not ${others.slice(0, 3).join(', ')}.`,
    );
  }
  return { instrument, contract: orderContractOf(instrument), warnings };
}

/** What the same text could have meant besides; cached with the look-up itself. */
async function otherListings(
  text: string,
  { conId }: Instrument,
  contracts: Pick<ContractDesk, 'resolveAll'>,
  signal: AbortSignal,
): Promise<string[]> {
  const all = await withReadings(() => contracts.resolveAll(text, signal));
  return all.result.filter((other) => other.conId !== conId).map(({ name }) => name);
}

async function refuseUntradable(
  { conId, secType, name, contract, successor }: Instrument,
  contracts: Pick<ContractDesk, 'resolve'>,
  signal: AbortSignal,
): Promise<void> {
  const kind = untraded.get(secType);
  if (kind !== undefined) {
    throw refused(`${name} is ${kind}, which cannot be traded.`, 'Trade a future, an option or a fund on it.');
  }
  if (secType === 'CONTFUT') {
    const front = await contracts.resolve(String(conId), signal);
    throw new ToolError({
      code: 'ambiguous_contract',
      message: `${name} is a continuous future; an order needs a month.`,
      nextStep: `Its front month is ${front.name}.`,
      candidates: [front.name],
    });
  }
  if (contract.includeExpired) {
    const next = successor === undefined ? '' : ` The next one is ${successor}.`;
    throw refused(`${name} has expired.${next}`, 'Name a month that trades; get_contract_details lists them.');
  }
}

function refused(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
