import { readFile, writeFile } from 'node:fs/promises';
import { withToolTable } from './tool-table.ts';

/** Writes what the documentation says of the tools anew: the table in the README. */
await writeFile('README.md', withToolTable(await readFile('README.md', 'utf8')));
