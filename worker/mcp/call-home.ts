import { env as bindings, waitUntil } from 'cloudflare:workers';
import { ToolError, type ToolErrorData } from '../../shared/errors.ts';
import type { ToolDefinition } from '../../shared/tools/support/define.ts';
import type { Env } from '../env.ts';
import type { Caller, CallRequest, ProgressListener, Question, ToolAnswer } from '../home/home.ts';
import { readChunks } from '../home/relays/read-chunks.ts';

const env = bindings as unknown as Env;

export interface HomeCallOptions {
  /** Aborts when the client has gone away. */
  signal: AbortSignal;
  /** The client's own name for the call, by which a 2025-era client cancels it. */
  alias: string;
  /** Which accounts the grant reaches; all when absent. */
  accounts?: readonly string[] | undefined;
  onProgress?: ProgressListener | undefined;
  caller: Omit<Caller, 'client'>;
}

/** A human has to be asked before the tool does anything. */
export class QuestionForHuman {
  readonly question: Question;

  constructor(question: Question) {
    this.question = question;
  }
}

/** The secret with which questions to the user are sealed. */
export async function questionKeyAtHome(userId: string): Promise<string> {
  return env.HOME.getByName(userId).questionKey();
}

/** Cancels a call by the client's own name for it, even though the request that asks for it ends at once. */
export function cancelAtHome(userId: string, alias: string): void {
  waitUntil(env.HOME.getByName(userId).cancelAlias(alias));
}

/** Writes into the user's audit that a call which acts was refused before it reached their Home. */
export function noteRefusalAtHome(userId: string, tool: string, grant: string, error: ToolErrorData): void {
  waitUntil(env.HOME.getByName(userId).noteRefusal(tool, grant, error));
}

/** Whether any relay of the user allows trading, as far as it was last heard. */
export async function tradesAtHome(userId: string): Promise<boolean> {
  return env.HOME.getByName(userId).mayTrade();
}

/**
 * Runs a tool at the user's relay through their Home. When the client goes away the call is cancelled at the relay and
 * the gateway.
 *
 * @returns the tool's result, not yet validated; or what a human has to be asked
 * @throws ToolError with what the relay or the tunnel reported
 */
export async function callHome(
  userId: string,
  tool: ToolDefinition,
  args: Record<string, unknown>,
  { signal, alias, accounts, onProgress, caller }: HomeCallOptions,
): Promise<unknown> {
  signal.throwIfAborted();
  const home = env.HOME.getByName(userId);
  const id = crypto.randomUUID();
  const cancel = () => waitUntil(home.cancel(id));
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const kind = tool.kind === 'mutation' ? 'mutation' : 'read';
    const { name: op, timeoutMs } = tool;
    const request: CallRequest = { id, op, args, timeoutMs, kind, alias, ...(accounts && { accounts: [...accounts] }) };
    const answer = (await (tool.runsAt === 'home'
      ? home.answer(request, caller, onProgress)
      : home.call(request, onProgress))) as ToolAnswer;
    if (answer.kind === 'error') throw new ToolError(answer.error);
    if (answer.kind === 'question') return new QuestionForHuman(answer.question);
    return answer.kind === 'value' ? answer.value : JSON.parse(await readChunks(home, id));
  } catch (thrown) {
    if (thrown instanceof ToolError || !isRuntimeLoss(thrown)) throw thrown;
    throw interrupted(tool);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Whether an RPC failed because the object was restarted (a deploy, an eviction), rather than by a defect in it. */
function isRuntimeLoss(thrown: unknown): boolean {
  const flags = thrown as { retryable?: boolean; overloaded?: boolean; durableObjectReset?: boolean };
  return Boolean(flags.retryable || flags.overloaded || flags.durableObjectReset);
}

function interrupted(tool: ToolDefinition): ToolError {
  return new ToolError({
    code: 'relay_interrupted',
    message: 'The server restarted while this call was under way.',
    nextStep:
      tool.kind === 'mutation'
        ? 'Its outcome is unknown. Check the orders before doing anything again.'
        : 'Call again.',
  });
}
