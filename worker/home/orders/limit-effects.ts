import { strictest } from '../../../shared/orders/approvals.ts';
import type { TradingStatus } from '../../../shared/orders/frames.ts';
import type { Policy } from '../../../shared/orders/policy-fields.ts';
import { approvalModes } from '../../../shared/orders/ticket-states.ts';
import type { FieldName } from './limit-fields.ts';

/**
 * What a relay has set at home of one field, and what that makes of the value here: both are judged, so that the stricter
 * counts and a looser one has no effect.
 */
export function effectAtHome(
  name: FieldName,
  here: Policy[FieldName],
  status: Pick<TradingStatus, 'limits' | 'approval' | 'policyFields'> | undefined,
): string {
  if (status && !status.policyFields.includes(name)) {
    return here === undefined
      ? 'This relay does not know this limit.'
      : 'This relay does not know this limit, so its orders are refused while it is set.';
  }
  if (name === 'approval') return effectOnApproval(here, status?.approval);
  if (!status?.limits) return 'This relay does not tell what is set at home.';
  const home = status.limits[name];
  if (home === undefined || home === false || home === 'any') return 'Not limited at home.';
  if (home === true) return 'Set at home, whatever is chosen here.';
  if (Array.isArray(home)) return effectOnNames(here, home);
  if (typeof home === 'number') return effectOnNumber(here, home);
  return here !== undefined && here === home ? `At home: ${home}, the same.` : `At home: ${home}.`;
}

function effectOnNumber(here: Policy[FieldName], home: number): string {
  if (typeof here !== 'number') return `At home: ${home}.`;
  if (here === home) return `At home: ${home}, the same.`;
  return here < home
    ? `At home: ${home}; tightened to ${here} here.`
    : `At home: ${home}. The ${here} here is looser and has no effect.`;
}

function effectOnNames(here: Policy[FieldName], home: readonly string[]): string {
  const said = `At home: ${home.join(', ')}`;
  if (!Array.isArray(here)) return `${said}.`;
  const allowed = new Set(home.map((one) => one.toUpperCase()));
  const [both, without] = [true, false].map((is) => here.filter((one) => allowed.has(one.toUpperCase()) === is));
  const none = both?.length === 0 ? ' Nothing is allowed by both, so that no order passes.' : '';
  if (without && without.length > 0)
    return `${said}. Not allowed there, and so without effect here: ${without.join(', ')}.${none}`;
  return both?.length === allowed.size ? `${said}, the same.` : `${said}; tightened to ${both?.join(', ')} here.`;
}

function effectOnApproval(here: Policy[FieldName], home: TradingStatus['approval'] | undefined): string {
  if (home === undefined) return 'This relay does not tell what is set at home.';
  const mode = approvalModes.find((one) => one === here);
  if (mode === undefined || mode === home) return `At home: ${home}.`;
  return strictest(mode, home) === mode
    ? `At home: ${home}; tightened to ${mode} here.`
    : `At home: ${home}. The ${mode} here is looser and has no effect.`;
}
