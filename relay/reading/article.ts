import type { RawArticle } from '../gateway/news.ts';
import { articleText, isHtml, mostCharacters } from '../tools/article-text.ts';
import { mediaTypeOf } from '../tools/media-type.ts';
import { pdfText } from '../tools/pdf-text.ts';

/** An article as people read it. */
export interface ArticleDocument {
  readonly mediaType: string;
  readonly bytes: number;
  /** Absent when it is of a kind that cannot be read. */
  readonly text?: string;
  /** What is not as in the article. */
  readonly note?: string;
}

/** @throws ToolError `ib_error` when it is beyond reading */
export function readArticle({ format, text }: RawArticle): ArticleDocument {
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
