import { z } from 'zod';
import type { World } from '../world/world.ts';
import { bulletinBoard } from './bulletins.ts';
import { displayGroups, groupIds } from './display-groups.ts';
import { providersByCode } from './news-providers.ts';
import { researchSettings } from './settings.ts';

const providerCode = z.string().refine((code) => providersByCode.has(code), {
  error: ({ input }) =>
    `${JSON.stringify(input)} is no news provider; there are ${[...providersByCode.keys()].join(', ')}`,
});

/** What a login is subscribed to, as {@link researchSettings} has it, and as JSON. */
export const researchSettingsSchema = z.strictObject({
  news: z.array(providerCode),
  wsh: z.enum(['subscribed', 'unsubscribed', 'notOffered']),
  fundamentals: z.enum(['classic', 'current', 'notAllowed', 'removed']),
  scanIntervalMs: z.number().int().min(100).max(86_400_000),
});

/** A notice to everybody, as it is published. */
export const bulletinSchema = z.strictObject({
  type: z.union([z.literal(1), z.literal(2), z.literal(3)]).default(1),
  text: z.string().min(1).max(2000),
  exchange: z.string().max(20).default(''),
});

/** Everything about research that a restart keeps. */
export const researchStateSchema = z.strictObject({
  settings: researchSettingsSchema,
  groups: z.array(z.tuple([z.number().refine((group) => groupIds.includes(group)), z.string()])),
  bulletins: z.array(bulletinSchema.extend({ msgId: z.number().int(), time: z.number() })),
});

export type ResearchState = z.output<typeof researchStateSchema>;

/** Subscriptions, contracts of display groups, and bulletins that were published on purpose. */
export function saveResearch(world: World): ResearchState {
  const { news, ...settings } = researchSettings(world);
  return {
    settings: { ...settings, news: [...news] },
    groups: [...displayGroups(world)],
    bulletins: [...bulletinBoard(world).published],
  };
}

/** Puts a world into the state that {@link saveResearch} gave. */
export function restoreResearch(world: World, { settings, groups, bulletins }: ResearchState): void {
  changeResearch(world, settings);
  const known = displayGroups(world);
  known.clear();
  for (const [group, contract] of groups) known.set(group, contract);
  bulletinBoard(world).restore(bulletins);
}

/** Changes what the login is subscribed to; what is left out stays. */
export function changeResearch(world: World, change: Partial<ResearchState['settings']>): void {
  const { news, ...settings } = change;
  Object.assign(researchSettings(world), settings, news && { news: new Set(news) });
}
