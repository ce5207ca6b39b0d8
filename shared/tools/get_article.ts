import { z } from 'zod';
import { defineReadTool } from './support/define.ts';
import { quoteForeign, untrustedContent } from './support/foreign.ts';
import { facts } from './support/render.ts';

export const getArticle = defineReadTool({
  name: 'get_article',
  toolset: 'research',
  title: 'News article',
  description: 'One article of get_news as plain text, in parts if it is long.',
  input: z.object({
    article_id: z.string().trim().min(1).max(100).describe('BRFG$1ee1b7f5'),
    provider: z.string().trim().min(1).max(20).optional().describe('Default: as the id says'),
    offset: z.number().int().min(0).default(0).describe('`next` of the previous part'),
    limit: z.number().int().min(100).max(50_000).default(8_000).describe('Characters'),
  }),
  output: z.object({
    untrustedContent,
    articleId: z.string(),
    provider: z.string(),
    mediaType: z.string(),
    /** Of what IB sent. */
    bytes: z.number().int(),
    /** Absent when it is no text. */
    text: z.string().optional(),
    offset: z.number().int().optional(),
    /** Characters of the whole text. */
    total: z.number().int().optional(),
    /** Where the next part begins. */
    next: z.number().int().optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 60_000,
  render: ({ articleId, provider, mediaType, bytes, text, offset = 0, total, next, note }) =>
    [
      facts({ [articleId]: mediaType, bytes }),
      ...(text === undefined ? [] : [quoteForeign(provider, text)]),
      ...(next === undefined ? [] : [`Characters ${offset} to ${next} of ${total}; go on with offset ${next}.`]),
      ...(note ? [note] : []),
    ].join('\n'),
});
