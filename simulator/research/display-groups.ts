import { perWorld } from './per-world.ts';

/** Numbers of the coloured groups of windows, the most used one first. */
export const groupIds: readonly number[] = [1, 2, 3, 4, 5, 6, 7];

/** What a group shows when nobody has chosen a contract. */
export const nothing = 'none';

/** What each group shows, `8314@SMART` for a contract, shared by all clients. */
export const displayGroups = perWorld(() => new Map<number, string>());
