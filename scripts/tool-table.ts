import { tools } from '../shared/tools/index.ts';

const [begin, end] = ['<!-- tools: written by `npm run docs` -->', '<!-- end of tools -->'];

/** The README with its table of tools as the definitions have them. @throws when the table's place is not marked */
export function withToolTable(readme: string): string {
  const [before, rest] = split(readme, begin);
  const [, after] = split(rest, end);
  const rows = tools.map(({ name, description }) => `| \`${name}\` | ${description.replaceAll('|', '\\|')} |`);
  return [before + begin, '', '| Tool | Gives |', '|---|---|', ...rows, '', end + after].join('\n');
}

function split(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`README.md has no line ${mark}, which says where the table of tools is.`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
