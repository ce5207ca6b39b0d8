import type { Handlers } from './handler.ts';

/** Requests about the connection itself. */
export const sessionHandlers: Handlers = {
  reqCurrentTime({ session, world }) {
    session.send('currentTime', { time: Math.floor(world.now() / 1000) });
  },

  reqCurrentTimeInMillis({ session, world }) {
    session.send('currentTimeInMillis', { time: world.now() });
  },

  reqIds(context) {
    context.sendNextValidId();
  },

  reqManagedAccts({ session, world }) {
    session.send('managedAccounts', { accounts: world.accounts.map(({ id }) => id).join(',') });
  },

  reqFamilyCodes({ session, world }) {
    session.send('familyCodes', { codes: world.accounts.map(({ id }) => ({ account: id, code: '' })) });
  },

  reqUserInfo({ session }, request) {
    session.send('userInfo', { reqId: request.int('reqId'), whiteBrandingId: '' });
  },

  setServerLogLevel({ session, log }, request) {
    log.debug({ clientId: session.clientId, level: request.int('logLevel') }, 'client log level');
  },
};
