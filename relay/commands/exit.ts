import type { Terminal } from '../../shared/tunnel/close-codes.ts';

/** Exit codes of the relay, after BSD's sysexits where one fits. Those of the tunnel are in shared/tunnel/close-codes.ts. */
export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 64,
  unreachable: 69,
  inUse: 75,
  notPaired: 77,
  config: 78,
} as const;

/** Ends a command with a sentence for the human and the exit code of the process. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;

  constructor({ reason, exitCode }: Terminal) {
    super(reason);
    this.exitCode = exitCode;
  }
}
