import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { expectCase, type SentRequest } from '../../test/support/simulator/expect-case.ts';
import { type RequestCaseName, requestCases } from './requests.cases.ts';

/** A line for each request: which one it is, and after a tab its fields as the client sent them, joined with `|`. */
function recordings(file: string): SentRequest[] {
  const text = readFileSync(new URL(`./fixtures/${file}.txt`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [name, fields] = line.split('\t');
      return { name: name as RequestCaseName, tokens: fields?.split('|') ?? [] };
    });
}

describe('requests recorded from independent clients', () => {
  it.each([
    ['ib_async', 178],
    ['ibapi', 178],
    ['ibapi', 187],
    ['ibapi', 193],
    ['ibapi', 200],
  ])('are read to the last field: %s at server version %i', (client, version) => {
    const requests = recordings(`${client}-${version}`);
    expect(requests.length).toBeGreaterThanOrEqual(Object.keys(requestCases).length - 2);
    for (const request of requests) expectCase(request, version);
  });
});
