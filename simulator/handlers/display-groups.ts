import { displayGroups, groupIds, nothing } from '../research/display-groups.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

const subjectOf = (group: number): string => `group ${group}`;

/** The group a subscription of this client watches. */
function groupOf({ session }: Context, reqId: number): number | undefined {
  const subscription = session.subscriptions
    .list()
    .find((candidate) => candidate.kind === 'displayGroup' && candidate.reqId === reqId);
  return groupIds.find((group) => subjectOf(group) === subscription?.subject);
}

/** `none`, or a listed contract at an exchange it is traded on: `8314@SMART`. */
function isContractInfo({ world }: Context, text: string): boolean {
  if (text === nothing) return true;
  const [, conId, exchange = ''] = /^(\d+)@([A-Z0-9._]+)$/.exec(text) ?? [];
  const instrument = conId === undefined ? undefined : world.catalogue.byConId(Number(conId), world.today());
  return instrument?.validExchanges.includes(exchange) ?? false;
}

/** Tells every client that watches a group what it shows now. */
function announce(context: Context, group: number, contractInfo: string): void {
  for (const session of context.sessions()) {
    for (const { kind, reqId, subject } of session.subscriptions.list()) {
      if (kind === 'displayGroup' && subject === subjectOf(group))
        session.send('displayGroupUpdated', { reqId, contractInfo });
    }
  }
}

export const displayGroupHandlers: Handlers = {
  queryDisplayGroups({ session }, request) {
    session.send('displayGroupList', { reqId: request.int('reqId'), groups: groupIds.join('|') });
  },

  subscribeToGroupEvents(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const group = request.int('groupId');
    if (!groupIds.includes(group)) {
      sendInvalid(context, reqId, `Invalid display group id: ${group}`);
      return;
    }
    if (session.subscriptions.has('displayGroup', reqId)) {
      sendInvalid(context, reqId, 'Duplicate display group subscription id');
      return;
    }
    context.subscribe({ kind: 'displayGroup', reqId, subject: subjectOf(group) });
    session.send('displayGroupUpdated', { reqId, contractInfo: displayGroups(world).get(group) ?? nothing });
  },

  /** The group is that of the subscription with this request id; everybody who watches it hears of the change. */
  updateDisplayGroup(context, request) {
    const reqId = request.int('reqId');
    const group = groupOf(context, reqId);
    const contractInfo = request.text('contractInfo').trim();
    if (group === undefined) {
      sendInvalid(context, reqId, 'No display group subscription with this id');
      return;
    }
    if (!isContractInfo(context, contractInfo)) {
      sendInvalid(context, reqId, `Invalid contract info: ${contractInfo}`);
      return;
    }
    displayGroups(context.world).set(group, contractInfo);
    announce(context, group, contractInfo);
  },

  unsubscribeFromGroupEvents({ session }, request) {
    session.subscriptions.remove('displayGroup', request.int('reqId'));
  },
};
