import type { z } from 'zod';
import { type Alert, mayFire, reaches, subjectOf } from '../../../shared/alerts/alert.ts';
import { meantInstead, type Standing } from '../../../shared/alerts/standing.ts';
import { resolveContracts } from '../../../shared/contracts/resolve.ts';
import { ToolError } from '../../../shared/errors.ts';
import { getStatus } from '../../../shared/tools/get_status.ts';
import { manageAlerts } from '../../../shared/tools/manage_alerts.ts';
import { hintFor } from '../../../shared/tools/support/nearest-name.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { type AlertsResult, alertView, type KeptAlert } from '../alerts/alerts.ts';
import { reaches as isReached } from '../relays/account-scope.ts';
import type { RelayView } from '../relays/status.ts';
import { type ActionArguments, checkArguments } from './support/arguments-for.ts';
import type { HomeTool, HomeToolContext } from './support/context.ts';
import { standingsOf } from './support/standings.ts';

type Arguments = z.output<typeof manageAlerts.input>;

const actions: ActionArguments = {
  list: {},
  create: { needs: ['kind'], takes: ['contract', 'account', 'above', 'below', 'at', 'fire_now', 'repeat', 'note'] },
  change: { needs: ['id'], takes: ['above', 'below', 'at', 'fire_now', 'repeat', 'note'] },
  pause: { needs: ['id'] },
  resume: { needs: ['id'] },
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

/** Kinds of instruments whose volume IB does not tell. */
const withoutVolume: ReadonlySet<string> = new Set(['CASH', 'CFD', 'CMDTY', 'IND']);
const dayMs = 86_400_000;

/** Answers `manage_alerts`: alerts are kept here and watched at home. */
export const answerAlerts: HomeTool<typeof manageAlerts.input, typeof manageAlerts.output> = async (args, home) => {
  checkArguments(actions, args);
  switch (args.action) {
    case 'list':
      // Brings what the relays could not tell by themselves: why an alert cannot be watched.
      await home.alerting.sync.changed();
      return list(home);
    case 'create':
      return create(args, home);
    case 'change':
      return change(args, home);
    case 'pause':
    case 'resume':
      return pause(args.id ?? '', args.action === 'pause', home);
    case 'delete':
      return remove(args.id ?? '', home);
  }
};

async function list(home: HomeToolContext): Promise<AlertsResult> {
  const { ask, alerting } = home;
  const { alerts, sync, webhookHost: webhook } = alerting;
  const seen = seenBy(home);
  const waiting = alerts
    .waiting()
    .map(({ alert }) => alert)
    .filter(seen);
  const standings = await standingsOf(waiting, ask);
  return {
    alerts: alerts
      .all()
      .filter(({ alert }) => seen(alert))
      .map((kept) => alertView(kept, sync.isCurrent(kept.device), standings.get(kept.alert.id))),
    firings: alerts
      .firings()
      .filter(seen)
      .map(({ day: _, ...firing }) => manageAlerts.output.shape.firings.unwrap().element.parse(firing)),
    ...(webhook === undefined ? {} : { webhook }),
  };
}

async function create(args: Arguments, home: HomeToolContext): Promise<AlertsResult> {
  const { kind = 'price', contract, above, below, at, repeat = 'once', note } = args;
  checkKind(kind, args);
  const common = {
    kind,
    ...(above === undefined ? {} : { above }),
    ...(below === undefined ? {} : { below }),
    ...(at === undefined ? {} : { at: new Date(at).toISOString() }),
    repeat,
  };
  if (at !== undefined) await checkFuture(at, home);
  const { device, ...subject } = await subjectFor(kind, contract, args.account, home);
  const now = await standingUnlessReached({ id: newId, ...common, ...subject }, args.fire_now, home);
  const { alert } = home.alerting.alerts.create({ ...common, ...subject }, device ?? null, note);
  return { created: await told(alert.id, home, now) };
}

/** The alert as it is once the relays have been told. */
async function told(id: string, home: HomeToolContext, now?: Standing) {
  const { sync } = home.alerting;
  await sync.changed();
  const kept = find(id, home);
  return alertView(kept, sync.isCurrent(kept.device), now);
}

/** Stands for the id of an alert that has none yet. */
const newId = 'new';

/**
 * How an alert stands that is to be kept.
 * @throws ToolError `invalid_arguments` when it is reached already, as it would fire at once, and that is not wanted
 */
async function standingUnlessReached(
  alert: Alert,
  wanted: boolean | undefined,
  { ask }: HomeToolContext,
): Promise<Standing | undefined> {
  const now = (await standingsOf([alert], ask)).get(alert.id);
  if (now === undefined || wanted || !reaches(alert, now.value)) return now;
  const { value, currency, reference, referenceDate, dataType, asOf } = now;
  const unit = alert.kind === 'change' ? ' %' : currency ? ` ${currency}` : '';
  const since = reference === undefined ? '' : ` since the close of ${referenceDate ?? 'the day before'}, ${reference}`;
  const limit = alert.above !== undefined && value >= alert.above ? `above ${alert.above}` : `below ${alert.below}`;
  const source = [dataType, asOf].filter(Boolean).join(', ');
  throw wrong(
    `It is reached already and would fire at once: ${alert.contract ?? alert.account} is at ${value}${unit}${since} (${source}), and it waits for ${limit}.`,
    `${meantInstead(alert, value) ?? 'Give another limit.'} To have it all the same: fire_now=true.`,
  );
}

async function change(args: Arguments, home: HomeToolContext): Promise<AlertsResult> {
  const { id = '', above, below, at, fire_now, repeat, note } = args;
  const kept = find(id, home);
  const { alert } = kept;
  const changes = omitUndefined({ above, below, at: at && new Date(at).toISOString(), repeat });
  if (Object.keys(changes).length === 0 && note === undefined) throw wrong('“change” needs what is to be different.');
  checkWatchable(kept);
  checkKind(alert.kind, {
    ...args,
    contract: alert.contract,
    account: alert.account,
    ...pickLimits(alert),
    ...changes,
  });
  if (at !== undefined) await checkFuture(at, home);
  const after = { ...alert, ...omitUndefined({ above: above ?? alert.above, below: below ?? alert.below }) };
  const isAnother = after.above !== alert.above || after.below !== alert.below;
  const now = await standingUnlessReached(after, fire_now || !isAnother, home);
  home.alerting.alerts.change(kept, changes);
  if (note !== undefined) home.alerting.alerts.annotate(id, note);
  return { alerts: [await told(id, home, now)] };
}

const pickLimits = ({ above, below, at }: Alert) => ({ above, below, at });

async function pause(id: string, paused: boolean, home: HomeToolContext): Promise<AlertsResult> {
  const kept = find(id, home);
  checkWatchable(kept);
  if (!mayFire(kept.alert, kept)) {
    throw wrong(`The alert “${id}” has fired, and fires once.`, 'Arm it anew with action=change and another value.');
  }
  if ((kept.halted === 'paused') !== paused) home.alerting.alerts.pause(id, paused);
  return { alerts: [await told(id, home)] };
}

function checkWatchable({ alert, halted }: KeptAlert): void {
  if (halted !== 'expired') return;
  throw wrong(`${alert.contract} has expired, and its alert with it.`, 'Create one on an instrument that trades.');
}

/** What time it is where a moment has gone by: what our clock says, and the gateway's, by which alerts are timed. */
async function timeIfPast(moment: number, { ask }: HomeToolContext): Promise<number | undefined> {
  const now = Date.now();
  if (moment > now) return undefined;
  const status = await ask(getStatus, {}).catch(() => undefined);
  const there = status === undefined ? now : Date.parse(status.serverTime);
  return moment > there ? undefined : there;
}

async function checkFuture(at: string, home: HomeToolContext): Promise<void> {
  const now = await timeIfPast(Date.parse(at), home);
  if (now === undefined) return;
  throw wrong(`${at} is past; it is ${new Date(now).toISOString()}.`, 'Give a moment to come, also for a daily alert.');
}

function checkKind(kind: Alert['kind'], args: Arguments): void {
  const { contract, account, above, below, at } = args;
  checkArguments(kinds, { action: kind, contract, account, above, below, at });
  if (kind !== 'time' && above === undefined && below === undefined) throw wrong(`“${kind}” needs above or below.`);
  if (above !== undefined && below !== undefined && below >= above) {
    throw wrong('Every value is above or below these: below must be less than above.');
  }
  if (kind === 'volume' && (above ?? 0) <= 0) throw wrong('A volume is above zero.');
  if (kind === 'cushion' && (below ?? 0) > 1) {
    throw wrong(
      `A cushion is a fraction of net liquidation, never above 1: ${below} cannot be meant.`,
      `For ${below} % give below=${(below ?? 0) / 100}.`,
    );
  }
}

async function subjectFor(
  kind: Alert['kind'],
  contract: string | undefined,
  account: string | undefined,
  home: HomeToolContext,
): Promise<Pick<Alert, 'conId' | 'contract' | 'account' | 'expires'> & { device: string | undefined }> {
  switch (subjectOf[kind]) {
    case 'contract': {
      const { instruments, errors } = await home.ask(resolveContracts, { contracts: [contract ?? ''] });
      const [found] = instruments;
      const [failed] = errors ?? [];
      if (failed) throw new ToolError(failed);
      if (!found) throw wrong(`${contract} is no instrument.`);
      if (kind === 'volume' && withoutVolume.has(found.secType ?? '')) {
        throw wrong(`${found.contract} has no volume that IB tells.`, 'Watch its price or its change.');
      }
      const { expires } = found;
      if (expires !== undefined && (await timeIfPast(Date.parse(expires) + 2 * dayMs, home)) !== undefined) {
        throw wrong(`${found.contract} expired on ${found.expires}.`, 'Choose an instrument that trades.');
      }
      return omitUndefined({
        conId: found.conId,
        contract: found.contract,
        expires: found.expires,
        device: marketRelay(home.relays),
      });
    }
    case 'account':
      return accountOf(account, home.relays);
    case 'clock':
      return { device: marketRelay(home.relays) };
  }
}

/** The relay that serves market data, or would; undefined when nothing is paired. */
function marketRelay(relays: readonly RelayView[]): string | undefined {
  return (relays.find(({ online }) => online) ?? relays[0])?.id;
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

/** @throws ToolError with the nearest id there is */
function find(id: string, home: HomeToolContext): KeptAlert {
  const { alerts } = home.alerting;
  const seen = seenBy(home);
  const kept = alerts.find(id);
  if (kept && seen(kept.alert)) return kept;
  const known = alerts.all().flatMap(({ alert }) => (seen(alert) ? [alert.id] : []));
  throw wrong(`There is no alert “${id}”.${hintFor(id, known)}`, 'List the alerts to see their ids.');
}

/** Whether an alert, or its firing, is of an account that the caller reaches, or of none. */
function seenBy({ caller }: HomeToolContext): (about: { account?: string | undefined }) => boolean {
  return ({ account }) => account === undefined || isReached(caller.accounts, account);
}

async function remove(id: string, home: HomeToolContext): Promise<AlertsResult> {
  const { alerts, sync } = home.alerting;
  find(id, home);
  alerts.delete(id);
  await sync.changed();
  return { deleted: id };
}

function same(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

function wrong(message: string, nextStep = 'Correct the alert and call again.'): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
