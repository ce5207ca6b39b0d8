import type { Problem } from '../../shared/tunnel/pairing.ts';

/** A refusal as relays understand it. */
export function problem(status: number, code: string, message: string, nextStep?: string): Response {
  const body: Problem = { error: { code, message, ...(nextStep === undefined ? {} : { nextStep }) } };
  return Response.json(body, { status });
}

/** What a relay should do when its credential is refused. */
export const pairAgain = 'Get a pairing code on the dashboard and pair this relay again.';
