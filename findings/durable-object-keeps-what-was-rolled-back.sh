#!/usr/bin/env bash
# workerd: SQL in a Durable Object.
# Guess: transactionSync refuses or awaits an async callback; whole numbers bind as INTEGER; a text column gets "5" for 5.
# Seen: the callback is not awaited and what it wrote before it threw stays; every number binds as REAL, so a text column gets "5.0" and 1/2 is 0.5.
set -euo pipefail
source "$(dirname "$0")/support/setup.sh"
npm_packages workerd@1.20261023.1
cat > "$work/worker.js" <<'EOF'
import assert from 'node:assert';
import { DurableObject } from 'cloudflare:workers';

export class Store extends DurableObject {
  async seen() {
    const { storage } = this.ctx;
    const rows = (text, ...values) => storage.sql.exec(text, ...values).toArray();
    rows('create table notes (label text, plain)');
    const outcome = {};
    const write = async () => {
      rows("insert into notes values ('kept', 1)");
      throw new Error('undo');
    };
    for (const way of ['transactionSync', 'transaction']) {
      rows('delete from notes');
      await Promise.resolve(storage[way](write)).catch(() => {});
      outcome[way] = rows('select count(*) as n from notes')[0].n;
    }
    rows('delete from notes');
    rows('insert into notes values (?, ?)', 5, 5);
    Object.assign(outcome, rows('select label, typeof(plain) as plain from notes')[0]);
    outcome.half = rows('select ? / 2 as half', 1)[0].half;
    outcome.equal = rows("select label = '5' as equal from notes")[0].equal;
    try {
      rows('select ?', 5n);
    } catch (error) {
      outcome.bigint = error.name;
    }
    return outcome;
  }
}

export default {
  async test(controller, env) {
    const seen = await env.Store.get(env.Store.idFromName('one')).seen();
    console.log('guess: transactionSync 0, transaction 0, label "5", plain integer, half 0, equal 1, bigint none');
    console.log('seen:', JSON.stringify(seen));
    assert.deepStrictEqual(seen, {
      transactionSync: 1, transaction: 0, label: '5.0', plain: 'real', half: 0.5, equal: 0, bigint: 'TypeError',
    });
  },
};
EOF
cat > "$work/config.capnp" <<'EOF'
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "disk", disk = (path = "disk", writable = true))]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-10-01",
  durableObjectNamespaces = [(className = "Store", uniqueKey = "store", enableSql = true)],
  durableObjectStorage = (localDisk = "disk"),
  bindings = [(name = "Store", durableObjectNamespace = "Store")]
);
EOF
cd "$work"
mkdir disk
node_modules/.bin/workerd --version
node_modules/.bin/workerd test config.capnp
