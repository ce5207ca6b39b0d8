import { ToolError } from '../../../shared/errors.ts';
import type { NextChunk } from './relay-link.ts';

/** Whoever gives out the pieces of a large answer: a link, or a Home by RPC. */
export interface ChunkSource {
  nextChunk(id: string): Promise<NextChunk>;
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
