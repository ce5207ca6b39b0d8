import { z } from 'zod';
import { tradingStatus } from './orders/frames.ts';
import { plainText } from './plain-text.ts';
import { accountKind, dataType, instant } from './values.ts';

/** Words of the relay's or of the gateway's that stand in our sentences and pages. */
const words = (max: number) => z.string().max(max).overwrite(plainText);

/** States of the relay's connection to IB Gateway. */
export const gatewayStates = [
  'connecting',
  'handshaking',
  'waiting_for_login',
  'ready',
  'degraded',
  'maintenance',
  'stopped',
] as const;

/** What a relay says about itself and its gateway; also pushed to Home whenever it changes. */
export const relayStatusSchema = z.object({
  version: words(40),
  gateway: z.object({
    state: z.enum(gatewayStates),
    since: instant,
    serverVersion: z.number().int().optional(),
    /** One sentence: what is wrong. */
    problem: words(500).optional(),
    /** One sentence: what the human should do. */
    nextStep: words(500).optional(),
    /** Its own clock, by the difference that was measured within the last minute; while the relay answers. */
    time: instant.optional(),
    /** How far that is ahead of the relay's clock, where it is a minute or more. */
    clockAheadSeconds: z.number().int().optional(),
  }),
  /** What kind of data the markets have given that were asked for last; `none` where the login has no subscription. */
  data: z
    .array(z.object({ market: words(60), seen: dataType.or(z.literal('none')) }))
    .max(40)
    .optional(),
  farms: z.array(z.object({ name: words(40), state: z.enum(['ok', 'broken', 'inactive']) })).max(40),
  accounts: z.array(z.object({ account: words(32), kind: accountKind })).max(200),
  trading: z.enum(['read-only', 'paper', 'live']),
  /** Of a relay that may trade. What cannot be read of a relay of another version is no trading. */
  orders: tradingStatus.optional().catch(undefined),
});

export type RelayStatus = z.infer<typeof relayStatusSchema>;
