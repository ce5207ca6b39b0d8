import { ToolError } from '../../shared/errors.ts';
import { getArticle } from '../../shared/tools/get_article.ts';
import { omitUndefined } from '../../shared/values.ts';
import { readablePart } from '../documents/article.ts';
import { lengthOf, reading } from '../documents/index.ts';
import { partOf } from './support/part.ts';
import { executorOf } from './support/tool.ts';

export const getArticleExecutor = executorOf(getArticle, async (args, { gateway, signal }) => {
  const provider = (args.provider ?? /^([^$]+)\$/.exec(args.article_id)?.[1])?.toUpperCase();
  if (provider === undefined) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'The article id does not say which provider it is of.',
      nextStep: 'Pass provider as get_news gives it.',
    });
  }
  const article = readablePart(await gateway.news.article(provider, args.article_id, signal));
  const { text, ...about } = await reading('article', article, lengthOf(article), signal);
  const answer = { untrustedContent: true as const, articleId: args.article_id, provider, ...about };
  if (text === undefined) return answer;
  return omitUndefined({ ...answer, ...partOf(text, args.offset, args.limit) });
});
