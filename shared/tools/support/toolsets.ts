import { ToolError } from '../../errors.ts';

/** Groups of tools that can be chosen at consent and by URL, with what a person reads about them. */
export const toolsets = {
  core: 'Accounts, positions, instruments, quotes and bars',
  portfolio: 'Portfolio analysis, executions, performance and reports',
  market: 'Order books, single ticks, live quotes and schedules',
  options: 'Option chains and calculations',
  research: 'News, calendars, fundamentals and market scanners',
  personal: 'Your watchlists and alerts',
  orders: 'Orders: see them and, where you allow it, place them',
} as const;

export type Toolset = keyof typeof toolsets;

export const toolsetNames = Object.keys(toolsets) as readonly Toolset[];

export function isToolset(name: string): name is Toolset {
  return Object.hasOwn(toolsets, name);
}

/**
 * Reads a comma-separated choice, such as `core,options`.
 * @throws ToolError `invalid_arguments` for a name that is unknown or when none is given
 */
export function parseToolsets(text: string): readonly Toolset[] {
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const unknown = names.find((name) => !isToolset(name));
  if (unknown === undefined && names.length > 0) return names.filter(isToolset);
  throw new ToolError({
    code: 'invalid_arguments',
    message: unknown === undefined ? 'No toolset is named.' : `There is no toolset “${unknown.slice(0, 40)}”.`,
    nextStep: `Use any of: ${toolsetNames.join(', ')}; leave \`tools\` out for all.`,
  });
}
