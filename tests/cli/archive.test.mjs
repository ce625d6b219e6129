// minzheng archive: a new master key, while nobody else has the store's keys open.

import assert from 'node:assert/strict';
import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { minzheng, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';

const env = { MINZHENG_NOW: NOW, MINZHENG_LANG: 'en' };

test('a new master key: everything under it, the former gone, on record', async () => {
  const made = await demoStore();
  const folder = temporaryFolder();
  cpSync(dirname(made.db), folder, { recursive: true });
  const db = join(folder, made.db.slice(dirname(made.db).length + 1));
  const file = join(`${db}.keys`, 'master.key');
  const before = readFileSync(file, 'utf8');

  const kept = await minzheng(['archive', 'rotate', '--keep', '--json', '--db', db], { env });
  assert.equal(kept.code, 0, kept.stderr);
  const first = kept.json;
  assert.ok(first.persons > 100 && first.values > first.persons && first.renewed === first.values + first.bank_files && first.retired === false, kept.stdout);
  assert.ok(readFileSync(file, 'utf8').startsWith(before));

  const done = await minzheng(['archive', 'rotate', '--json', '--db', db], { env });
  assert.equal(done.code, 0, done.stderr);
  const second = done.json;
  assert.deepEqual([second.to, second.renewed, second.retired], [first.to, 0, true]);
  assert.ok(!readFileSync(file, 'utf8').includes(before.trim()));

  const check = await minzheng(['check-store', '--db', db], { env });
  assert.equal(check.code, 0, check.stdout + check.stderr);
  const log = await minzheng(['log', 'verify', '--db', db], { env });
  assert.equal(log.code, 0, log.stdout + log.stderr);

  const spoken = await minzheng(['archive', 'rotate', '--db', db], { env });
  assert.equal(spoken.code, 0);
  assert.match(spoken.stdout, /master key is changed: [0-9a-f]{8} → [0-9a-f]{8}; .* by this run\.\s+The former key is destroyed/);
  assert.equal((await minzheng(['archive', 'burn', '--db', db], { env })).code, 2);
});

test('dossiers, holds and lists', async () => {
  const made = await demoStore();
  const folder = temporaryFolder();
  cpSync(dirname(made.db), folder, { recursive: true });
  const db = join(folder, made.db.slice(dirname(made.db).length + 1));
  const run = (...args) => minzheng(['archive', ...args, '--db', db], { env });
  const { json } = await run('list', '--as', 'leader', '--json');
  assert.ok(json.items.length > 0);
  for (const { state, due_on, ended_on } of json.items) {
    assert.ok(['kept', 'running', 'unconfirmed'].includes(state), state);
    if (state === 'kept') assert.ok(due_on > ended_on && due_on.endsWith('-01-01'));
  }
  const { case: id } = json.items[0];
  assert.equal((await run('hold', id, '--reason', 'a lawsuit', '--as', 'leader')).code, 0);
  const held = await run('hold', id, '--reason', 'a lawsuit', '--as', 'leader');
  assert.deepEqual([held.code, /held already/.test(held.stderr)], [1, true]);
  assert.equal((await run('list', '--as', 'leader', '--json')).json.items[0].state, 'held');
  const none = await run('propose', '--reason', 'past its period', '--as', 'district');
  assert.deepEqual([none.code, /No dossier is past its period/.test(none.stderr)], [3, true], none.stderr);
  assert.deepEqual((await run('lists', '--as', 'auditor', '--json')).json, { items: [], may_propose: false });
  assert.equal((await run('fonds', 'X002', '--as', 'district')).code, 0);
  for (const [code, as] of [['x002', 'district'], ['X0021', 'district'], ['', 'district'], ["X'--", 'leader']]) assert.equal((await run('fonds', code, '--as', as)).code, 3, code);
  assert.equal((await run('fonds', 'X002', '--as', 'auditor')).code, 1);
  for (const args of [['hold', id, '--as', 'leader'], ['list'], ['propose', 'x', '--reason', 'long enough', '--as', 'leader'], ['destroy', 'x', '--reason', 'long enough', '--as', 'leader']])
    assert.equal((await run(...args)).code, 2, args.join(' '));
  assert.equal((await run('destroy', '1', '--reason', 'long enough', '--as', 'leader')).code, 3);
});
