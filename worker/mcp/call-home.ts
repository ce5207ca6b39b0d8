import { env as bindings, waitUntil } from 'cloudflare:workers';
import { ToolError } from '../../shared/errors.ts';
import type { ToolDefinition } from '../../shared/tools/define.ts';
import type { Env } from '../env.ts';
import type { CallAnswer, CallProgress, Home } from '../home/home.ts';

const env = bindings as unknown as Env;

export interface RunOptions {
  /** Aborts when the client has gone away. */
  signal: AbortSignal;
  /** The client's own name for the call, by which a 2025-era client cancels it. */
  alias: string;
  onProgress?: ((progress: CallProgress) => void) | undefined;
}

/** Cancels a call by the client's own name for it, even though the request that asks for it ends at once. */
export function cancelAtHome(userId: string, alias: string): void {
  waitUntil(env.HOME.getByName(userId).cancelAlias(alias));
}

/**
 * Runs a tool at the user's relay through their Home. When the client goes away the call is cancelled at the relay and
 * the gateway.
 *
 * @returns the tool's result, not yet validated
 * @throws ToolError with what the relay or the tunnel reported
 */
export async function callHome(
  userId: string,
  tool: ToolDefinition,
  args: Record<string, unknown>,
  { signal, alias, onProgress }: RunOptions,
): Promise<unknown> {
  signal.throwIfAborted();
  const home = env.HOME.getByName(userId);
  const id = crypto.randomUUID();
  const cancel = () => waitUntil(home.cancel(id));
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const request = { id, op: tool.name, args, timeoutMs: tool.timeoutMs, kind: tool.kind, alias };
    const answer = (await (tool.name === 'get_status'
      ? home.status(request)
      : home.call(request, onProgress))) as CallAnswer;
    if (answer.kind === 'error') throw new ToolError(answer.error);
    return answer.kind === 'value' ? answer.value : JSON.parse(await readChunks(home, id));
  } catch (thrown) {
    if (thrown instanceof ToolError || !isRuntimeLoss(thrown)) throw thrown;
    throw interrupted(tool);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Pulls a large answer piece by piece; each pull gives the relay credit for more. */
async function readChunks(home: DurableObjectStub<Home>, id: string): Promise<string> {
  let pieces: string[] = [];
  for (;;) {
    const next = await home.nextChunk(id);
    switch (next.kind) {
      case 'chunk':
        pieces.push(next.data);
        break;
      case 'restart':
        pieces = [];
        break;
      case 'end':
        return pieces.join('');
      case 'error':
        throw new ToolError(next.error);
    }
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
      tool.kind === 'read' ? 'Call again.' : 'Its outcome is unknown. Check the orders before doing anything again.',
  });
}
