import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What schemas call their types, as people say it. */
const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object of named values',
  record: 'an object of named values',
};

const issuesShown = 5;

/** What is wrong with arguments, one sentence for each; at most five. The schema's own sentences stay. */
export function sentencesOf({ issues }: z.ZodError): string {
  return issues.slice(0, issuesShown).map(sentenceOf).join(' ').slice(0, 2_000);
}

function sentenceOf(issue: Issue): string {
  const name = issue.path.join('.') || 'arguments';
  const said = wrongIn(issue);
  return said === undefined ? `${name}: ${issue.message}` : `${name} ${said}.`;
}

function wrongIn(issue: Issue): string | undefined {
  // A schema that has its own words for it knows better.
  if (!/^(Invalid|Too (big|small))/.test(issue.message)) return undefined;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.message.endsWith('received undefined') ? 'is missing' : `must be ${anyOf(issue.values.map(String))}`;
    case 'too_small':
      return limited(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return limited(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    default:
      return undefined;
  }
}

function anyOf(values: readonly string[]): string {
  return values.length === 1 ? `${values[0]}` : `one of ${values.join(', ')}`;
}

function limited(origin: string, bound: string, limit: number | bigint): string {
  if (origin === 'string') return `must have ${bound} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `must have ${bound} ${limit} ${limit === 1 ? 'item' : 'items'}`;
  return `must be ${bound} ${limit}`;
}
