import type { ConnectivityProblem, SessionSettings, SessionState } from './session-state.ts';

/** A restart may take this long before a human is asked to look. */
const restartMs = 10 * 60_000;
const logIn = 'Log in to IB Gateway and approve the second factor on your phone';

export function closedProblem(
  s: SessionState,
  reason: string | undefined,
  settings: SessionSettings,
  now: number,
): ConnectivityProblem {
  const restarting = s.phase === 'up' || (s.lastUpAt !== undefined && now - s.lastUpAt < restartMs);
  if (restarting) {
    return {
      state: 'maintenance',
      problem: 'IB Gateway went away, probably for its daily restart.',
      nextStep: `Wait up to five minutes. If it stays away: ${lowerFirst(logIn)}.`,
    };
  }
  if (s.phase !== 'connecting') {
    return {
      state: 'waiting_for_login',
      problem: 'IB Gateway closed the connection before it was ready.',
      nextStep: `${logIn}, and check that this machine is a trusted address in its API settings.`,
    };
  }
  const why = reason === undefined ? '' : ` (${reason.slice(0, 200)})`;
  return {
    state: 'connecting',
    problem: `IB Gateway cannot be reached at ${settings.host}:${s.port}${why}.`,
    nextStep: 'Start IB Gateway and log in; check the relay’s gateway host and port, and that the API is enabled.',
  };
}

export function silentProblem(s: SessionState, settings: SessionSettings): ConnectivityProblem {
  if (s.phase === 'connecting') {
    return {
      state: 'connecting',
      problem: `Nothing answers at ${settings.host}:${s.port}.`,
      nextStep: 'Check the relay’s gateway host and port, the network and its firewall.',
    };
  }
  return {
    state: 'waiting_for_login',
    problem: 'IB Gateway accepts the connection but does not speak.',
    nextStep: `${logIn}; if it is logged in, restart it.`,
  };
}

/** What the person is told while another login of the same user has the live data (10197). */
export const competedProblem = {
  problem: 'Another login of the same user is using the live data.',
  nextStep: 'Log out of TWS, the phone app or the website, or use a second user name for IB Gateway.',
};

export function clientIdProblem(settings: SessionSettings): ConnectivityProblem {
  return {
    state: 'connecting',
    problem: `Client id ${settings.clientId} is in use at IB Gateway.`,
    nextStep:
      'Stop the other program that uses it or give the relay another client id; after a restart IB frees it within minutes.',
  };
}

export function versionProblem(text: string): ConnectivityProblem {
  return {
    state: 'connecting',
    problem: `IB Gateway speaks an unsupported version of its protocol (${text.slice(0, 100)}).`,
    nextStep: 'Install the stable version of IB Gateway, and update the relay.',
  };
}

export const lostProblem: ConnectivityProblem = {
  state: 'maintenance',
  problem: 'IB Gateway lost its connection to IB.',
  nextStep: 'Wait: it reconnects by itself. If it lasts, check the internet connection and IB’s system status page.',
};

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

export const loginProblem: ConnectivityProblem = {
  state: 'waiting_for_login',
  problem: 'IB Gateway answers but its login is not complete.',
  nextStep: `${logIn}; if it is logged in, check Configure → API → Settings and close any open dialog in its window.`,
};

export const renewedProblem: ConnectivityProblem = {
  state: 'connecting',
  problem: 'The relay makes its connection to IB Gateway anew, to find out about an order.',
  nextStep: 'Wait a few seconds.',
};
