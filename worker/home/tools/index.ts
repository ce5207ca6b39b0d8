import { ToolError } from '../../../shared/errors.ts';
import { findTool, type HomeToolDefinition } from '../../../shared/tools/index.ts';
import { answerStatus } from './get_status.ts';
import { answerAlerts } from './manage_alerts.ts';
import { answerWatchlists } from './manage_watchlists.ts';
import type { HomeTool, HomeToolContext } from './support/context.ts';

/** One for each definition that says `runsAt: 'home'`. */
const homeTools: {
  readonly [Tool in HomeToolDefinition as Tool['name']]: HomeTool<Tool['input'], Tool['output']>;
} = { get_status: answerStatus, manage_alerts: answerAlerts, manage_watchlists: answerWatchlists };

const byName: ReadonlyMap<string, HomeTool> = new Map(Object.entries<HomeTool<never, never>>(homeTools));

/**
 * Carries out one of the tools that Home runs itself.
 * @returns its result, not yet validated
 * @throws ToolError `unsupported` for any other tool, and what the tool itself reports
 */
export async function runHomeTool(
  name: string,
  args: Readonly<Record<string, unknown>>,
  context: HomeToolContext,
): Promise<object> {
  const [definition, run] = [findTool(name), byName.get(name)];
  if (!definition || !run) {
    throw new ToolError({ code: 'unsupported', message: 'Home has no such tool.', nextStep: 'List the tools.' });
  }
  return run(definition.input.parse(args), context);
}
