import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type RequestStateCodec,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { waitingTimes } from '../../shared/orders/waiting-times.ts';
import type { HumanDecision, Question } from '../home/home.ts';
import { noteRefusalAtHome, questionKeyAtHome } from './call-home.ts';

/**
 * Asking the human of a client that can be asked, across the two requests of which such a question consists. What the
 * client sends back is whatever it likes: only a state that was sealed here for this grant, and that Home still waits for,
 * makes an answer of it.
 */

/** What a sealed state holds. It can be read by the client, and not made. */
const askedState = z.object({ ticket: z.string(), nonce: z.string(), hash: z.string() });
type AskedState = z.output<typeof askedState>;

const answerKey = 'approve';

/** A literal schema: what the library makes of one of zod's says that nothing is required. */
const requestedSchema = {
  type: 'object' as const,
  properties: {
    [answerKey]: {
      type: 'boolean' as const,
      title: 'Send this order',
      description: 'Unticked, nothing is sent.',
      default: false,
    },
  },
  required: [answerKey],
};

/** Whether the client of this request can put a form to its human; older ones cannot be asked while they wait. */
export function canAsk({ mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Partial<Record<string, ClientCapabilities>> | undefined;
  const elicitation = envelope?.[CLIENT_CAPABILITIES_META_KEY]?.elicitation;
  if (elicitation === undefined) return false;
  // Bare, it means a form; with an address alone it does not.
  return elicitation.form !== undefined || elicitation.url === undefined;
}

/** Refuses a state that was not sealed for this grant; what it holds is what `requestState()` gives then. */
export async function verifyState(
  userId: string,
  grant: string,
  state: string,
  context: ServerContext,
): Promise<AskedState> {
  const codec = await codecFor(userId, grant);
  try {
    return askedState.parse(await codec.verify(state, context));
  } catch (error) {
    const message = 'Its state was not sealed here for it, or too long ago.';
    noteRefusalAtHome(userId, context.mcpReq.method, grant, { code: 'conflict', message });
    throw error;
  }
}

/** The answer of the human, if this request carries one to a question that was sealed here. */
export function decisionOf({ mcpReq }: ServerContext): HumanDecision | undefined {
  const state = askedState.safeParse(mcpReq.requestState());
  if (!state.success) return undefined;
  const answer = inputResponse(mcpReq.inputResponses, answerKey);
  // A state alone answers nothing: the question is asked anew.
  if (answer.kind !== 'elicit') return undefined;
  return { ...state.data, accepted: answer.action === 'accept' && answer.content?.[answerKey] === true };
}

/** Whether this request brings an answer at all. */
export function bringsAnswer({ mcpReq }: ServerContext): boolean {
  return inputResponse(mcpReq.inputResponses, answerKey).kind === 'elicit';
}

/** What the client gets instead of a result: the question, and the state that its answer has to bring back. */
export async function askHuman(
  userId: string,
  grant: string,
  { message, ...asked }: Question,
  context: ServerContext,
): Promise<InputRequiredResult> {
  const codec = await codecFor(userId, grant);
  return inputRequired({
    inputRequests: { [answerKey]: inputRequired.elicit({ message, requestedSchema }) },
    requestState: await codec.mint(asked, context),
  });
}

async function codecFor(userId: string, grant: string): Promise<RequestStateCodec<AskedState>> {
  return createRequestStateCodec<AskedState>({
    key: await questionKeyAtHome(userId),
    ttlSeconds: waitingTimes.confirmWithin / 1_000,
    bind: ({ mcpReq }) => JSON.stringify([userId, grant, mcpReq.method]),
  });
}
