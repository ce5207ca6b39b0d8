import { Buffer } from 'node:buffer';
import type { NewsItem } from './news.ts';
import { pdfOf } from './pdf.ts';
import { escapeXml } from './xml.ts';

/** 0 is text or HTML, 1 a PDF document in base64. */
export interface Article {
  readonly articleType: 0 | 1;
  readonly text: string;
}

const ascii: Readonly<Record<string, string>> = { '€': 'EUR ', '£': 'GBP ', '¥': 'JPY ', '−': '-', '–': '-', '’': "'" };
const plain = (text: string): string =>
  text.replace(/<[^>]*>/g, '').replace(/[^\x20-\x7e]/g, (character) => ascii[character] ?? '?');

/** The article behind a headline. Newsletters are PDF documents, everything else is HTML. */
export function articleOf({ story, headline, time }: NewsItem): Article {
  const paragraphs = story.template.paragraphs(story.facts());
  if (story.template.kind === 'newsletter') {
    const lines = [headline, '', ...paragraphs].map(plain);
    return { articleType: 1, text: Buffer.from(pdfOf(lines)).toString('base64') };
  }
  const date = new Date(time).toUTCString();
  const body = paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n');
  return { articleType: 0, text: `<h3>${escapeXml(headline)}</h3>\n${body}\n<p>${date}</p>` };
}
