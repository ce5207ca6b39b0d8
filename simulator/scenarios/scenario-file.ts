import { readFile } from 'node:fs/promises';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { readyMade } from './ready-made.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

/** A scenario that cannot be used; the message is for people. */
export class ScenarioFileError extends Error {
  override readonly name = 'ScenarioFileError';
}

/**
 * A scenario by its name, or from a file of YAML or JSON, which has a dot or a slash in its name.
 * @throws {ScenarioFileError} when there is none or it is wrong
 */
export async function loadScenario(nameOrFile: string): Promise<Scenario> {
  const known = readyMade.get(nameOrFile);
  if (known) return known;
  if (!/[./\\]/.test(nameOrFile)) {
    const names = [...readyMade.keys()];
    throw new ScenarioFileError(
      `There is no scenario ${nameOrFile}; did you mean ${closest(nameOrFile, names)}? There are ${names.join(', ')}, and files.`,
    );
  }
  const parsed = scenarioSchema.safeParse(await contentOf(nameOrFile));
  if (parsed.success) return parsed.data;
  throw new ScenarioFileError(`The scenario ${nameOrFile} is wrong:\n${z.prettifyError(parsed.error)}`);
}

async function contentOf(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ScenarioFileError(`The scenario ${file} cannot be read (${error.code ?? error.message}).`);
  });
  try {
    if (file.endsWith('.json')) return JSON.parse(text);
    // Loaded only when needed: whoever uses JSON can do without it.
    const { parse } = await import('yaml');
    return parse(text);
  } catch (error) {
    throw new ScenarioFileError(`The scenario ${file} cannot be read: ${(error as Error).message}`);
  }
}
