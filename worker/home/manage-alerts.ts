import { closest } from 'fastest-levenshtein';
import type { z } from 'zod';
import { type Alert, subjectOf } from '../../shared/alerts/alert.ts';
import { ToolError } from '../../shared/errors.ts';
import { manageAlerts } from '../../shared/tools/manage_alerts.ts';
import { resolveContracts } from '../../shared/tools/resolve_contracts.ts';
import type { AlertSync } from './alert-sync.ts';
import { type Alerts, type AlertsResult, alertView } from './alerts.ts';
import { type ActionArguments, checkArguments } from './arguments-for.ts';
import type { AskRelay } from './manage-watchlists.ts';
import type { RelayView } from './status.ts';

type Arguments = z.output<typeof manageAlerts.input>;

const actions: ActionArguments = {
  list: {},
  create: { needs: ['kind'], takes: ['contract', 'account', 'above', 'below', 'at', 'repeat', 'note'] },
  delete: { needs: ['id'] },
};

/** What each kind is made of. */
const kinds: ActionArguments = {
  price: { needs: ['contract'], takes: ['above', 'below'] },
  change: { needs: ['contract'], takes: ['above', 'below'] },
  volume: { needs: ['contract', 'above'] },
  cushion: { needs: ['below'], takes: ['account'] },
  daily_pnl: { takes: ['account', 'above', 'below'] },
  time: { needs: ['at'] },
};

/** What `manage_alerts` needs of its Home. */
export interface AlertsHome {
  readonly alerts: Alerts;
  readonly sync: AlertSync;
  readonly relays: readonly RelayView[];
  /** Asks the relay that serves market data, and says which one that is. */
  readonly ask: AskRelay;
  /** The relay that serves market data, or would; undefined when nothing is paired. */
  readonly marketRelay: string | undefined;
  /** Host of the user's webhook. */
  readonly webhook: string | undefined;
}

/** Answers `manage_alerts`: alerts are kept here and watched at home. */
export async function answerAlerts(raw: Readonly<Record<string, unknown>>, home: AlertsHome): Promise<AlertsResult> {
  const args = manageAlerts.input.parse(raw);
  checkArguments(actions, args);
  switch (args.action) {
    case 'list':
      // Brings what the relays could not tell by themselves: why an alert cannot be watched.
      await home.sync.changed();
      return list(home);
    case 'create':
      return create(args, home);
    case 'delete':
      return remove(args.id ?? '', home);
  }
}

function list({ alerts, sync, webhook }: AlertsHome): AlertsResult {
  return {
    alerts: alerts.all().map((kept) => alertView(kept, sync.isCurrent(kept.device))),
    firings: alerts
      .firings()
      .map(({ day: _, ...firing }) => manageAlerts.output.shape.firings.unwrap().element.parse(firing)),
    ...(webhook === undefined ? {} : { webhook }),
  };
}

async function create(args: Arguments, home: AlertsHome): Promise<AlertsResult> {
  const { kind = 'price', contract, above, below, at, repeat = 'once', note } = args;
  checkKind(kind, args);
  const common = {
    kind,
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
    ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
    repeat,
  };
  const { device, ...subject } = await subjectFor(kind, contract, args.account, home);
  const { alert } = home.alerts.create({ ...common, ...subject }, device ?? null, note);
  await home.sync.changed();
  const kept = home.alerts.find(alert.id);
  if (!kept) throw new Error('the alert is gone');
  return { created: alertView(kept, home.sync.isCurrent(kept.device)) };
}

function checkKind(kind: Alert['kind'], args: Arguments): void {
  const { contract, account, above, below, at } = args;
  checkArguments(kinds, { action: kind, contract, account, above, below, at });
  if (kind !== 'time' && above === undefined && below === undefined) throw wrong(`“${kind}” needs above or below.`);
  if (above !== undefined && below !== undefined && below >= above) {
    throw wrong('Every value is above or below these: below must be less than above.');
  }
  if (kind === 'volume' && (above ?? 0) <= 0) throw wrong('A volume is above zero.');
}

async function subjectFor(
  kind: Alert['kind'],
  contract: string | undefined,
  account: string | undefined,
  home: AlertsHome,
): Promise<Pick<Alert, 'conId' | 'contract' | 'account'> & { device: string | undefined }> {
  switch (subjectOf[kind]) {
    case 'contract': {
      const { instruments, errors } = await home.ask(resolveContracts, { contracts: [contract ?? ''] });
      const [found] = instruments;
      const [failed] = errors ?? [];
      if (failed) throw new ToolError(failed);
      if (!found) throw wrong(`${contract} is no instrument.`);
      return { conId: found.conId, contract: found.contract, device: home.marketRelay };
    }
    case 'account':
      return accountOf(account, home.relays);
    case 'clock':
      return { device: home.marketRelay };
  }
}

/** The account that is meant, and the relay that serves it. */
function accountOf(named: string | undefined, relays: readonly RelayView[]): { account: string; device: string } {
  const served = relays.flatMap(({ id, status }) =>
    (status?.accounts ?? []).map(({ account }) => ({ account, device: id })),
  );
  const fitting = named === undefined ? served : served.filter(({ account }) => same(account, named));
  const [first, ...others] = fitting;
  if (first && (named !== undefined || others.length === 0)) return first;
  const known = served.map(({ account }) => account).join(', ');
  throw new ToolError({
    code: 'account_not_found',
    message: named === undefined ? 'The alert needs an account.' : `There is no account “${named}” here.`,
    nextStep:
      known === '' ? 'Pair and start a relay first; it tells which accounts there are.' : `Use one of: ${known}.`,
  });
}

async function remove(id: string, { alerts, sync }: AlertsHome): Promise<AlertsResult> {
  if (!alerts.delete(id)) {
    const known = alerts.all().map(({ alert }) => alert.id);
    throw new ToolError({
      code: 'invalid_arguments',
      message: `There is no alert “${id}”.${known.length > 0 ? ` Did you mean “${closest(id, known)}”?` : ''}`,
      nextStep: 'List the alerts to see their ids.',
    });
  }
  await sync.changed();
  return { deleted: id };
}

function same(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

function wrong(message: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep: 'Correct the alert and create it again.' });
}
