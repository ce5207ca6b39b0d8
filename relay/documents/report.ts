import { ToolError } from '../../shared/errors.ts';
import { type Compact, type CompactObject, compactXml, isList, isObject, shortened } from './compact-xml.ts';
import { withNamedLines } from './statement-lines.ts';

/** A company report as IB sends it, and what is wanted of it. */
interface RawReport {
  readonly xml: string;
  /** Path of names: `Ratios`, `EPSs.EPS`; all of it when absent. */
  readonly section?: string | undefined;
  /** Rows of each table and items of each list. */
  readonly limit: number;
}

interface ReportDocument {
  readonly report: CompactObject;
  /** What was left out. */
  readonly note?: string;
}

/** Characters of a report that a model can still use, and a tunnel carries with ease. */
const mostCharacters = 60_000;

/** @throws ToolError `ib_error` when it is no XML, `invalid_arguments` with the names that there are */
export function readReport({ xml, section, limit }: RawReport): ReportDocument {
  const whole = withNamedLines(withoutRoot(compactXml(xml)));
  const part = shortened(section === undefined ? whole : partOf(whole, section), limit);
  return fitting(isObject(part) ? part : { value: part });
}

/** The root's name says no more than the report's. */
function withoutRoot(document: CompactObject): CompactObject {
  const [root] = Object.values(document);
  return isObject(root) && Object.keys(document).length === 1 ? root : document;
}

/** @throws ToolError `invalid_arguments` with the names that there are */
function partOf(report: CompactObject, path: string): Compact {
  let part: Compact = report;
  for (const name of path.split('.')) {
    const inner: Compact | undefined = memberOf(part, name);
    if (inner === undefined) throw noSection(path, part);
    part = inner;
  }
  return part;
}

function memberOf(part: Compact, name: string): Compact | undefined {
  if (isList(part)) return /^\d{1,6}$/.test(name) ? part[Number(name)] : undefined;
  return isObject(part) && Object.hasOwn(part, name) ? part[name] : undefined;
}

function noSection(path: string, part: Compact): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `The report has no section “${path}”.`,
    nextStep: `There is: ${namesOf(part).join(', ')}.`.slice(0, 1_000),
  });
}

/** What can follow in a path: names of members, or numbers of items. */
function namesOf(part: Compact): string[] {
  return typeof part === 'object' ? Object.keys(part) : [];
}

/** What is too large is left out, largest sections first, and named. */
function fitting(report: CompactObject): ReportDocument {
  const sizes = Object.entries(report).map(([name, value]) => ({ name, size: JSON.stringify(value).length }));
  let left = sizes.reduce((sum, { size }) => sum + size, 0) - mostCharacters;
  const dropped = new Set<string>();
  for (const { name, size } of sizes.toSorted((a, b) => b.size - a.size)) {
    if (left <= 0) break;
    dropped.add(name);
    left -= size;
  }
  if (dropped.size === 0) return { report };
  const shown = Object.fromEntries(Object.entries(report).filter(([name]) => !dropped.has(name)));
  const inner = [...dropped].map((name) => `${name} (${namesOf(report[name] ?? '').join(', ')})`);
  return {
    report: shown,
    note: `Too long, left out: ${inner.join('; ').slice(0, 1_000)}. Ask for one as section, as in A.B, or lower limit.`,
  };
}
