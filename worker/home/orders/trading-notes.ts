import type { HomeTradingState } from '../../../shared/orders/home-model.ts';
import { liftedBy } from '../../../shared/orders/home-relays.ts';
import { type AccountScope, reaches } from '../relays/account-scope.ts';
import type { RelayView } from '../relays/status.ts';

/**
 * What a relay that may trade cannot do at present, and who changes it: one line each, for tools and pages.
 * @param scope the accounts that whoever asks reaches
 */
export function tradingNotes(
  { relays: trading, owners }: Pick<HomeTradingState, 'relays' | 'owners'>,
  device: string,
  relays: readonly Pick<RelayView, 'id' | 'name'>[],
  scope?: AccountScope,
): string[] {
  const relay = trading.get(device);
  const status = relay?.status;
  if (!status) return [];
  const { stopped, blocked, accounts, trustNeeded } = status;
  const disagreement =
    relay.disagreement ??
    (trustNeeded
      ? { message: 'The journal at home asks to be trusted.', nextStep: 'The owner runs `relay trust` at home.' }
      : undefined);
  return [
    ...(stopped
      ? [`Trading is stopped (${stopped.where.replace('_', ' ')}): ${stopped.reason} ${liftedBy(stopped.where)}`]
      : []),
    ...(disagreement ? [`${disagreement.message} ${disagreement.nextStep ?? ''}`.trim()] : []),
    ...(blocked === undefined ? [] : [blocked]),
    ...readsOnly(
      owners,
      device,
      accounts.filter((account) => reaches(scope, account)),
      relays,
    ),
  ];
}

/** An account is traded by the relay that announced it first; any other one that is logged in to it reads. */
function readsOnly(
  owners: HomeTradingState['owners'],
  device: string,
  accounts: readonly string[],
  relays: readonly Pick<RelayView, 'id' | 'name'>[],
): string[] {
  const others = new Map<string, string[]>();
  for (const account of accounts) {
    const owner = owners.get(account);
    if (owner !== undefined && owner !== device) others.set(owner, [...(others.get(owner) ?? []), account]);
  }
  return [...others].map(([owner, shared]) => {
    const name = relays.find(({ id }) => id === owner)?.name ?? 'another relay';
    return `This relay only reads in ${shared.slice(0, 10).join(', ')}: “${name}” announced it first and trades it. To move it here, the owner removes that relay on the dashboard.`;
  });
}
