import { ToolError } from '../../../shared/errors.ts';
import { findTool, type HomeToolDefinition } from '../../../shared/tools/index.ts';
import { scopes } from '../../../shared/tools/support/define.ts';
import { answerCancelAll } from './cancel_all_orders.ts';
import { answerCancel } from './cancel_order.ts';
import { answerClose } from './close_position.ts';
import { answerConfirm } from './confirm_order.ts';
import { answerExercise } from './exercise_option.ts';
import { answerOrderStatus } from './get_order_status.ts';
import { answerOrders } from './get_orders.ts';
import { answerStatus } from './get_status.ts';
import { answerAlerts } from './manage_alerts.ts';
import { answerWatchlists } from './manage_watchlists.ts';
import { answerModify } from './modify_order.ts';
import { answerPlace } from './place_order.ts';
import { answerPreview } from './preview_order.ts';
import type { HomeTool, HomeToolContext } from './support/context.ts';

/** One for each definition that says `runsAt: 'home'`. */
const homeTools: {
  readonly [Tool in HomeToolDefinition as Tool['name']]: HomeTool<Tool['input'], Tool['output']>;
} = {
  get_status: answerStatus,
  manage_alerts: answerAlerts,
  manage_watchlists: answerWatchlists,
  preview_order: answerPreview,
  place_order: answerPlace,
  confirm_order: answerConfirm,
  modify_order: answerModify,
  cancel_order: answerCancel,
  cancel_all_orders: answerCancelAll,
  close_position: answerClose,
  exercise_option: answerExercise,
  get_orders: answerOrders,
  get_order_status: answerOrderStatus,
};

const byName: ReadonlyMap<string, HomeTool> = new Map(Object.entries<HomeTool<never, never>>(homeTools));

/** Whether this tool places, changes or ends orders. */
export function acts(name: string): boolean {
  return findTool(name)?.scope === scopes.trade;
}

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
  if (!context.caller.scopes.includes(definition.scope)) {
    throw new ToolError({
      code: 'insufficient_scope',
      message: `This connection was not granted ${definition.scope}. Nothing was sent.`,
      nextStep: 'Connect again and grant it on the consent page.',
    });
  }
  return run(definition.input.parse(args), context);
}
