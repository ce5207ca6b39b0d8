#!/usr/bin/env bash
# @stoqey/ib: an order that came as JSON, with a condition on the time, or with an empty list of options.
# Guess: a plain object with the fields of the type works, or is refused; an empty list is as good as none.
# Seen: the condition is sent with no time in it; the empty list takes one field away, so that all after it stand one place off.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
npm_packages @stoqey/ib@1.6.10
cat > "$work/run.mjs" <<'EOF'
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import ib from '@stoqey/ib';

console.log('@stoqey/ib', JSON.parse(readFileSync('node_modules/@stoqey/ib/package.json', 'utf8')).version);
const framed = (text) => {
  const bytes = Buffer.from(`0000${text}`);
  bytes.writeUInt32BE(bytes.length - 4);
  return bytes;
};
const frames = [];
const server = net.createServer((socket) => {
  let unread = Buffer.alloc(0);
  let greeted = false;
  socket.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    if (!greeted && unread.length >= 8 + unread.readUInt32BE(4)) {
      unread = unread.subarray(8 + unread.readUInt32BE(4));
      greeted = true;
      socket.write(framed('193\0' + '20261128 10:00:00 US/Eastern\0'));
    }
    while (greeted && unread.length >= 4 && unread.length >= 4 + unread.readUInt32BE(0)) {
      const length = unread.readUInt32BE(0);
      const fields = unread.subarray(4, 4 + length).toString().split('\0');
      unread = unread.subarray(4 + length);
      if (fields[0] === '71') socket.write(framed(['9', '1', '10', ''].join('\0')));
      if (fields[0] === '3') frames.push(fields);
    }
  });
});
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const api = new ib.IBApi({ host: '127.0.0.1', port: server.address().port, clientId: 1 });
api.on('error', () => {});
const ready = new Promise((done) => api.once('nextValidId', done));
api.connect();
await ready;

const contract = { symbol: 'AAPL', secType: 'STK', exchange: 'SMART', currency: 'USD' };
let id = 10;
/** Fields of the order message (id 3) that this order becomes. */
const sent = async (terms) => {
  api.placeOrder(id++, contract, { action: 'BUY', orderType: 'LMT', totalQuantity: 1, lmtPrice: 100, tif: 'DAY', ...terms });
  while (frames.length === 0) await new Promise((done) => setTimeout(done, 10));
  return frames.shift();
};
const time = '20261201-15:00:00';
const plain = await sent({});
const listed = await sent({ orderMiscOptions: [] });
const object = await sent({ conditions: [{ type: 3, conjunctionConnection: 'a', isMore: true, time }] });
const built = await sent({ conditions: [new ib.TimeCondition(time, true, 'a')] });
const condition = (fields) => fields.slice(plain.lastIndexOf('0'), plain.lastIndexOf('0') + 5);
console.log('fields of a plain order', plain.length, '- with orderMiscOptions []: guess the same, seen', listed.length);
console.log('condition built by its class:', condition(built));
console.log('condition as a plain object: guess the same, seen', condition(object));
assert.equal(plain.length, 119);
assert.equal(listed.length, 118);
assert.deepEqual(condition(built), ['1', '3', 'a', '1', time]);
assert.deepEqual(condition(object), ['1', '3', 'a', '1', '']);
process.exit(0);
EOF
cd "$work"
node run.mjs
