import type { Contract, ContractDetails } from '@stoqey/ib';

const monthCodes = 'FGHJKMNQUVXZ';

/**
 * The month by which a future is called, `YYYYMM`, which for some (oil, gas) is not that of its last day: as IB tells it,
 * else as its local symbol does, else that of its last day. Undefined for what does not expire.
 */
export function contractMonthOf({ contract, contractMonth }: ContractDetails): string | undefined {
  return /^\d{6}$/.test(contractMonth ?? '') ? contractMonth : monthInSymbol(contract);
}

/** As `contractMonthOf`, of a contract without its details. */
export function monthInSymbol({ localSymbol = '', lastTradeDateOrContractMonth: last = '' }: Contract) {
  if (!/^\d{6}/.test(last)) return undefined;
  const [, code = '', digits = ''] = /([FGHJKMNQUVXZ])(\d{1,2})$/.exec(localSymbol) ?? [];
  if (code === '') return last.slice(0, 6);
  const year = yearEndingIn(digits, Number(last.slice(0, 4)));
  return `${year}${String(monthCodes.indexOf(code) + 1).padStart(2, '0')}`;
}

/** The year with these last digits that is nearest to another. */
function yearEndingIn(digits: string, near: number): number {
  const span = 10 ** digits.length;
  const year = near - (near % span) + Number(digits);
  return [year - span, year, year + span].reduce((best, one) =>
    Math.abs(one - near) < Math.abs(best - near) ? one : best,
  );
}
