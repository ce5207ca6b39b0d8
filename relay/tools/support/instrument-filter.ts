import type { Contract } from '@stoqey/ib';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { optional } from './optional.ts';
import type { ToolContext } from './tool.ts';

/** What is on something else, and held or traded under its name. */
const derived: ReadonlySet<string> = new Set(['OPT', 'FOP', 'FUT', 'WAR', 'CFD', 'IOPT']);
const detailsPatienceMs = 10_000;

/**
 * What a contract string means as a filter: every instrument that it can mean (a filter need not be unambiguous), and of
 * the contracts that are there what is derived from it, as options are from their stock.
 */
export async function instrumentFilter(text: string, context: ToolContext) {
  const meant = await context.gateway.contracts.resolveAll(text, context.signal);
  return async (contracts: readonly Contract[]): Promise<ReadonlySet<number>> => {
    const wanted = new Set(meant.map(({ conId }) => conId));
    const others = contracts.filter(({ conId = 0, secType }) => !wanted.has(conId) && derived.has(String(secType)));
    const alike = new Map(
      others.filter((contract) => isUnderName(contract, meant)).map((one) => [one.conId ?? 0, one]),
    );
    await Promise.all(
      [...alike].map(async ([conId, contract]) => {
        const read = (signal: AbortSignal) => context.gateway.contracts.resolve(String(conId), signal);
        const details = await optional(`details of ${conId}`, read, context, detailsPatienceMs);
        if (isOn(details, contract, meant)) wanted.add(conId);
      }),
    );
    return wanted;
  };
}

/** Derivatives have the symbol of what they are on. */
function isUnderName({ symbol }: Contract, meant: readonly Instrument[]): boolean {
  return meant.some(({ details }) => details.contract.symbol === symbol);
}

/** By IB's word for the underlying; without it, the name and the currency have to do. */
function isOn(details: Instrument | undefined, contract: Contract, meant: readonly Instrument[]): boolean {
  const underlying = details?.details.underConId;
  if (underlying) return meant.some(({ conId }) => conId === underlying);
  return meant.some((one) => !derived.has(one.secType) && one.currency === contract.currency);
}
