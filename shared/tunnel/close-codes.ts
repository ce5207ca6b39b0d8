/** WebSocket close codes of the tunnel; 4000 and above are ours, the rest are RFC 6455's. */
export const closeCodes = {
  normal: 1000,
  tooBig: 1009,
  serviceRestart: 1012,
  replaced: 4001,
  protocolError: 4400,
  unauthorized: 4401,
  heartbeat: 4408,
  version: 4426,
} as const;

/** A reason to stop for good: the sentence for the human, and the exit code of the relay process. */
export interface Terminal {
  readonly reason: string;
  readonly exitCode: number;
}

const replaced: Terminal = {
  reason:
    'Another relay with this account took over, so this one stopped. Keep only one relay running, then start it again.',
  exitCode: 69,
};

const unpaired: Terminal = {
  reason:
    'The server does not accept this relay: its pairing was revoked or belongs to another server. Get a new code on the dashboard and run the pair command again.',
  exitCode: 77,
};

const outdated: Terminal = {
  reason: 'This relay and the server speak no common protocol version. Update the relay, or the server if it is older.',
  exitCode: 76,
};

/**
 * The reason to stop for good after a lost or refused connection, or undefined when reconnecting is right. `httpStatus`
 * is the answer to the upgrade request when the server refused it.
 */
export function terminalReason(code: number, httpStatus?: number): Terminal | undefined {
  if (code === closeCodes.replaced) return replaced;
  if (code === closeCodes.unauthorized || httpStatus === 401 || httpStatus === 403) return unpaired;
  if (code === closeCodes.version || httpStatus === 426) return outdated;
  return undefined;
}

/** Codes of an interruption that usually ends within seconds: a deploy, a network blip, a server going away. */
export function isBriefInterruption(code: number): boolean {
  return code === closeCodes.serviceRestart || code === 1006 || code === 1001;
}
