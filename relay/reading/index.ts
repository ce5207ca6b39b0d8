import type { RawArticle } from '../gateway/news.ts';
import { type ArticleDocument, readArticle } from './article.ts';
import { type RawReport, type ReportDocument, readReport } from './report.ts';
import { inThread } from './thread.ts';

/**
 * Characters of a text that takes some ten milliseconds to read, whatever it is, and less than a thread to start. The
 * usual news is that short; a document in base64 may be far longer than it looks.
 */
const short = 12_000;

/** Reads an article, a long one in a thread. @throws ToolError `ib_error`, `result_too_large` */
export async function articleOf(raw: RawArticle, signal: AbortSignal): Promise<ArticleDocument> {
  const quick = raw.format !== 1 && raw.text.length <= short;
  return quick ? readArticle(raw) : inThread('article', raw, signal);
}

/** Reads a company report, a long one in a thread. @throws ToolError `ib_error`, `invalid_arguments`, `result_too_large` */
export async function reportOf(raw: RawReport, signal: AbortSignal): Promise<ReportDocument> {
  return raw.xml.length <= short ? readReport(raw) : inThread('report', raw, signal);
}
