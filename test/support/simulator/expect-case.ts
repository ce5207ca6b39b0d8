import { expect } from 'vitest';
import { decodeFields, encodeFields } from '../../../simulator/protocol/codec.ts';
import type { Message } from '../../../simulator/protocol/fields.ts';
import { type RequestCaseName, requestCases } from '../../../simulator/protocol/requests.cases.ts';
import { clientRequests } from '../../../simulator/protocol/requests.ts';
import { encodable } from './layout-values.ts';
import type { RequestCase } from './request-case.ts';

/** A request as a client sent it, for tests: its fields begin with the message id. */
export interface SentRequest {
  readonly name: RequestCaseName;
  readonly tokens: readonly string[];
}

/** The ways in which clients say that a field has no value. */
const nothing = ['', '0', '0.0', '2147483647', '1.7976931348623157e+308'];

/** A value as it means, whoever wrote it: `270.0` is `270`, and nothing is nothing. */
function meaningOf(text: string): string {
  if (nothing.includes(text)) return '';
  if (text === 'Infinite' || text === 'inf') return 'Infinity';
  return /^-?\d+\.\d+$/.test(text) ? String(Number(text)) : text;
}

const meaningsOf = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, text]) => [name, meaningOf(text)]));

/** Compares every field that a request has at a server version with what the client was asked to send. */
export function expectCase({ name, tokens }: SentRequest, serverVersion: number): void {
  const { request, values, rows = {} }: RequestCase = requestCases[name];
  const message: Message = clientRequests[request];
  expect(tokens[0], name).toBe(String(message.id));
  const decoded = decodeFields(message, tokens, serverVersion);
  const expected = Object.keys(decoded.values).map((field) => [field, values[field] ?? '']);
  expect(meaningsOf(decoded.values), name).toEqual(meaningsOf(Object.fromEntries(expected)));
  for (const [group, entries] of Object.entries(decoded.rows)) {
    expect(
      entries.map((row) => meaningsOf(row.values)),
      `${name}, ${group}`,
    ).toEqual((rows[group] ?? []).map(meaningsOf));
  }
  // Nothing is left over, and nothing but reserved fields at the end was left out.
  expect(encodeFields(message, encodable(decoded), serverVersion).length, name).toBeGreaterThanOrEqual(tokens.length);
}
