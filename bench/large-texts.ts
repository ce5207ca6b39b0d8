import { deflateSync } from 'node:zlib';
import { mostEvents } from '../relay/gateway/research/calendar.ts';

/** The largest texts that others may send the relay. */

const reportCharacters = 4_000_000;

function repeated(piece: (index: number) => string, characters: number): string {
  const pieces: string[] = [];
  for (let index = 0, length = 0; length < characters; index += 1) {
    const next = piece(index);
    length += next.length;
    pieces.push(next);
  }
  return pieces.slice(0, -1).join('');
}

/** HTML, whose every row costs as much as any. */
export function articleOf(characters: number): string {
  const rows = (index: number): string => `<tr><td>${index}</td><td style="color:red"><b>up</b> 2&#37;</td></tr>\n`;
  return `<h1>Prices</h1><table>${repeated(rows, characters - 40)}</table>`;
}

/** A PDF document whose packed page is long, in base64 as gateways send it. */
export function longNewsletter(): string {
  const line = (index: number): string => `0 -12 Td [(Line) -300 (${index} of) 10 (the) -300 (letter)] TJ\n`;
  const data = deflateSync(Buffer.from(`BT /F1 9 Tf 50 700 Td\n${repeated(line, 3_900_000)}ET`));
  const head = Buffer.from(`%PDF-1.5\n1 0 obj\n<< /Length ${data.length} /Filter /FlateDecode >>\nstream\n`);
  return Buffer.concat([head, data, Buffer.from('\nendstream\nendobj\n%%EOF')]).toString('base64');
}

/** A company report of nothing but figures. */
export function longReport(): string {
  const period = (index: number): string =>
    `<FiscalPeriod FiscalYear="${1_900 + index}"><Statement Type="INC"><lineItem coaCode="A${index}">${index}.5</lineItem><lineItem coaCode="B">2</lineItem></Statement></FiscalPeriod>`;
  return `<Report>${repeated(period, reportCharacters - 20)}</Report>`;
}

/** As many events as an answer that is not cut can hold, with everything that the calendar knows of each. */
export function fullCalendar(conId: number): string {
  const data = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`field_${index}`, `Something – no. ${index}`]),
  );
  const event = { event_type: 'wshe_ed', index_date: '20261203', conids: [String(conId)], data };
  return JSON.stringify(Array.from({ length: mostEvents - 1 }, () => event));
}

/** 200 groups of 200 accounts each. */
export function manyGroups(): string {
  const accounts = Array.from(
    { length: 200 },
    (_, index) => `<Account><acct>DU${1_000_000 + index}</acct><amount>0.5</amount></Account>`,
  ).join('');
  const groups = Array.from(
    { length: 200 },
    (_, index) =>
      `<Group><name>G${index}</name><ListOfAccts varName="list">${accounts}</ListOfAccts><defaultMethod>Percent</defaultMethod></Group>`,
  );
  return `<ListOfGroups>${groups.join('')}</ListOfGroups>`;
}
