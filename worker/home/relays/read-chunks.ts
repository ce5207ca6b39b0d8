import { ToolError, toToolErrorData } from '../../../shared/errors.ts';
import type { CallAnswer, NextChunk } from './relay-link.ts';

/** Whoever gives out the pieces of a large answer: a link, or a Home by RPC. */
export interface ChunkSource {
  nextChunk(id: string): Promise<NextChunk>;
}

/** An answer of which nothing is left to pull. */
export type WholeAnswer = Exclude<CallAnswer, { kind: 'chunks' }>;

/** The answer with its value, pulled if it is large; an error when it breaks off. */
export async function readWhole(source: ChunkSource, id: string, answer: CallAnswer): Promise<WholeAnswer> {
  if (answer.kind !== 'chunks') return answer;
  try {
    return { kind: 'value', value: JSON.parse(await readChunks(source, id)) };
  } catch (thrown) {
    return { kind: 'error', error: toToolErrorData(thrown) };
  }
}

/**
 * Pulls a large answer piece by piece; each pull gives the relay credit for more.
 * @returns its JSON text
 * @throws ToolError when it breaks off
 */
export async function readChunks(source: ChunkSource, id: string): Promise<string> {
  let pieces: string[] = [];
  for (;;) {
    const next = await source.nextChunk(id);
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
