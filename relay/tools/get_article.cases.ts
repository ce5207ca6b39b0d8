import { set } from '../../test/support/arguments-matter.ts';
import { bad, badLimit, noNews, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_article` for the tests of all tools. */
export const cases: ToolCases = {
  question: 'asked elsewhere',
  badInput: {
    good: { article_id: 'BRFG$1ee1b7f5' },
    bad: [
      bad('an unknown article', { article_id: 'BRFG$00000000' }, 'no_data', /get_news/),
      wrong('no article', {}),
      wrong('a negative offset', { article_id: 'BRFG$1ee1b7f5', offset: -1 }),
      wrong('too short', { article_id: 'BRFG$1ee1b7f5', limit: 10 }),
      ...badLimit(50_001, { article_id: 'BRFG$1ee1b7f5' }),
      stranger({ article_id: 'BRFG$1ee1b7f5' }),
    ],
    refused: { request: 'reqNewsArticle', code: 10276, text: noNews },
  },
  argumentsMatter: {
    base: {},
    begin: async (read) => {
      const { rows } = await read('get_news', { contract: 'AAPL', limit: 1 });
      return { article_id: (rows as string[][])[0]?.[2] };
    },
    changes: {
      article_id: { value: 'BRFG$00000000', refused: true },
      provider: { value: 'DJNL', refused: true },
      offset: set(20),
      limit: set(100),
    },
  },
};
