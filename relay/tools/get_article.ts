import { ToolError } from '../../shared/errors.ts';
import { getArticle } from '../../shared/tools/get_article.ts';
import type { RawArticle } from '../gateway/news.ts';
import { present } from '../gateway/numbers.ts';
import { articleText, isHtml, mostCharacters } from './article-text.ts';
import { mediaTypeOf } from './media-type.ts';
import { partOf } from './part.ts';
import { pdfText } from './pdf-text.ts';
import { executorOf } from './tool.ts';

export const getArticleExecutor = executorOf(getArticle, async (args, { gateway, signal }) => {
  const provider = (args.provider ?? /^([^$]+)\$/.exec(args.article_id)?.[1])?.toUpperCase();
  if (provider === undefined) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: 'The article id does not say which provider it is of.',
      nextStep: 'Pass provider as get_news gives it.',
    });
  }
  const document = read(await gateway.news.article(provider, args.article_id, signal));
  const { text, ...about } = document;
  const answer = { untrustedContent: true as const, articleId: args.article_id, provider, ...about };
  if (text === undefined) return answer;
  return present({ ...answer, ...partOf(text, args.offset, args.limit) });
});

interface Document {
  readonly mediaType: string;
  readonly bytes: number;
  readonly text?: string;
  readonly note?: string;
}

function read({ format, text }: RawArticle): Document {
  if (format !== 1) {
    const bytes = Buffer.byteLength(text);
    const mediaType = isHtml(text) ? 'text/html' : 'text/plain';
    const cut = text.length > mostCharacters ? { note: 'Too long to be read in full; its end is missing.' } : {};
    return { mediaType, bytes, text: articleText(text), ...cut };
  }
  const bytes = Buffer.from(text, 'base64');
  const mediaType = mediaTypeOf(bytes);
  const plain = mediaType === 'application/pdf' ? pdfText(bytes) : undefined;
  if (plain !== undefined) {
    return { mediaType, bytes: bytes.length, text: plain, note: 'Text of a PDF document; its layout is lost.' };
  }
  const note = `This article is ${bytes.length} bytes of ${mediaType}, which cannot be read here; open it in TWS or Client Portal.`;
  return { mediaType, bytes: bytes.length, note };
}
