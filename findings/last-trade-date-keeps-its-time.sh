#!/usr/bin/env bash
# @stoqey/ib: contract details (message 10) of a future, whose last trade date comes with a time and a zone.
# Guess: the date, the time and the zone stand in the three fields that the type has for them.
# Seen: the text is split at two characters that never come, a backslash and an s: all of it stays in the date.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
npm_packages @stoqey/ib@1.6.10
cat > "$work/run.mjs" <<'EOF'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import ib from '@stoqey/ib';

console.log('@stoqey/ib', JSON.parse(readFileSync('node_modules/@stoqey/ib/package.json', 'utf8')).version);
const framed = (fields) => {
  const bytes = Buffer.from(`0000${[...fields, ''].join('\0')}`);
  bytes.writeUInt32BE(bytes.length - 4);
  return bytes;
};
/** Message 10 of server version 176 for a future with this last trade date. */
const details = (id, last) => framed([
  '10', id, 'ES', 'FUT', last, '0', '', 'CME', 'USD', 'ESZ6', 'ES', 'ES', '515416577', '0.25', '50', 'LMT,MKT', 'CME', '1', '11004968',
  'E-mini S&P 500', '', '202612', '', '', '', 'US/Central', '20261127:1700-20261128:1600', '20261127:0830-20261127:1500',
  '', '', '0', '2147483647', 'ES', 'IND', '67', '20261218', '', '1', '1', '1',
]);
const sent = ['20261218', '20261218 08:30:00', '20261218 08:30:00 US/Central', '20261218-14:30:00'];
const server = net.createServer((socket) => {
  let greeted = false;
  socket.on('data', (chunk) => {
    if (!greeted) {
      greeted = true;
      socket.write(framed(['176', '20261127 10:00:00 US/Eastern']));
      return;
    }
    if (chunk.includes('\x0071\x00') || chunk.subarray(4, 7).toString() === '71\0') {
      socket.write(framed(['9', '1', '10']));
      sent.forEach((last, index) => socket.write(details(String(index), last)));
    }
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const api = new ib.IBApi({ host: '127.0.0.1', port: server.address().port, clientId: 1 });
api.on('error', (error) => console.log('error', error.message));
const seen = [];
const all = new Promise((done) => {
  api.on('contractDetails', (_, { contract, lastTradeTime, timeZoneId }) => {
    seen.push([contract.lastTradeDateOrContractMonth, contract.lastTradeDate ?? '', lastTradeTime ?? '', timeZoneId]);
    if (seen.length === sent.length) done();
  });
});
api.connect();
await all;
api.disconnect();
server.close();
for (const [index, text] of sent.entries()) console.log(text.padEnd(30), '->', JSON.stringify(seen[index]));
assert.equal(seen[0][0], '20261218');
assert.equal(seen[2][0], '20261218 08:30:00 US/Central');
assert.equal(seen[2][2], '');
console.log('As described: the date keeps time and zone, and the time of the last trade is empty.');
process.exit(0);
EOF
cd "$work"
node run.mjs
