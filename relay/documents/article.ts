import type { RawArticle } from '../gateway/research/news.ts';
import { articleText, isHtml, mostCharacters } from './article-text.ts';
import { mediaTypeOf } from './media-type.ts';
import { pdfText } from './pdf-text.ts';

/** An article as people read it. */
interface ArticleDocument {
  readonly mediaType: string;
  readonly bytes: number;
  /** Absent when it is of a kind that cannot be read. */
  readonly text?: string;
  /** What is not as in the article. */
  readonly note?: string;
}

/** An article, or the part of it that is read. */
interface ReadableArticle extends RawArticle {
  /** Of the whole article; those of `text` when absent. */
  readonly bytes?: number;
}

/** The article without that end of a long text which nobody reads, so that no text is too long. */
export function readablePart(article: RawArticle): ReadableArticle {
  const { format, text } = article;
  if (format === 1 || text.length <= mostCharacters) return article;
  return { format, text: text.slice(0, mostCharacters), bytes: Buffer.byteLength(text) };
}

/** @throws ToolError `ib_error` when it is beyond reading */
export function readArticle({ format, text, bytes: whole }: ReadableArticle): ArticleDocument {
  if (format !== 1) {
    const bytes = whole ?? Buffer.byteLength(text);
    const isCut = bytes > Buffer.byteLength(text) || text.length > mostCharacters;
    const mediaType = isHtml(text) ? 'text/html' : 'text/plain';
    const cut = isCut ? { note: 'Too long to be read in full; its end is missing.' } : {};
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
