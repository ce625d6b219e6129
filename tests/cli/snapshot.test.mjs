// minzheng snapshot: built whole or not at all, shown with its sources, refused when damaged.

import assert from 'node:assert/strict';
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { COMMAND, cleanEnvironment, minzheng, temporaryFolder } from '../support/cli.mjs';
import { NOW, demoStore } from '../support/demo.mjs';

const folder = temporaryFolder();
const env = { MINZHENG_DB: join(folder, 'none', 'store.db') };
const run = (...args) => minzheng(['snapshot', ...args], { env, cwd: folder });
const good = join(folder, 'city');

test('a city is built, by any number of threads, and shown', async () => {
  const { code, json, stderr } = await run('build', good, '--synthetic', '20000', '--seed', '3', '--as-of', '2026-11-22', '--threads', '1', '--json');
  assert.equal(code, 0, stderr);
  assert.equal(json.people, 20000);
  const other = await run('build', join(folder, 'again'), '--synthetic', '20000', '--seed', '3', '--as-of', '2026-11-22', '--threads', '3', '--json');
  assert.equal(other.json.sha256, json.sha256);
  const shown = await run('show', good, '--verify', '--json');
  assert.equal(shown.code, 0, shown.stderr);
  assert.equal(shown.json.date, '2026-11-22');
  assert.deepEqual(shown.json.source, { kind: 'synthetic', people: 20000, seed: '3', missed: 0.2, lapsed: 0.04 });
  const member = shown.json.tables.find((t) => t.name === '成员');
  assert.equal(member.rows, 20000);
  const birth = member.columns.find((c) => c.name === '出生日期');
  assert.deepEqual([birth.known, birth.unknown, birth.null], [20000, 0, 0]);
  const money = shown.json.tables[0].columns.find((c) => c.name === '货币财产');
  assert.ok(money.unknown > 0.9 * shown.json.tables[0].rows, 'deposits are mostly unknown');
  execFileSync('sha256sum', ['-c', '--quiet', 'manifest.sha256'], { cwd: good });
  const text = await run('show', good, '--lang', 'en');
  assert.equal(text.code, 0);
  assert.match(text.stdout, /a made-up city of 20000 people, seed 3/);
});

test('the registers of a store, whole and upon an older snapshot', async () => {
  const { db } = await demoStore();
  const LATER = NOW.replace('09:30', '09:40'); // the clock runs on from where it is set: the second run may be quicker than the first
  const at = (now, ...args) => minzheng(['snapshot', ...args, '--db', db, '--json'], { env: { MINZHENG_NOW: now }, cwd: folder });
  const store = (...args) => at(LATER, ...args);
  const whole = await at(NOW, 'build', join(folder, 'whole'));
  assert.equal(whole.code, 0, whole.stderr);
  assert.ok(whole.json.people >= 20000);
  assert.equal(whole.json.read, whole.json.households);
  assert.equal(whole.json.left_out, 0);
  const upon = await store('build', join(folder, 'upon'), '--since', join(folder, 'whole'));
  assert.equal(upon.code, 0, upon.stderr);
  const [a, b] = await Promise.all(['whole', 'upon'].map((name) => store('show', join(folder, name), '--verify')));
  assert.deepEqual(b.json.tables, a.json.tables);
  assert.equal(a.json.source.kind, 'store');
  assert.match(a.json.source.log_root, /^[0-9a-f]{64}$/);
  for (const [problem, base] of [
    ['snapshot.base', good],
    ['snapshot.none', join(folder, 'nowhere')],
  ]) {
    const { code, json } = await store('build', join(folder, 'refused'), '--since', base);
    assert.equal(code, 3);
    assert.equal(json.problem.code, problem);
  }
  assert.ok(!readdirSync(folder).some((name) => name.startsWith('refused')));
});

test('nothing is overwritten', async () => {
  const { code, stderr } = await run('build', good, '--synthetic', '10', '--lang', 'en');
  assert.equal(code, 1);
  assert.match(stderr, /exists and is not overwritten/);
  mkdirSync(join(folder, 'empty'));
  assert.equal((await run('build', join(folder, 'empty'), '--synthetic', '10')).code, 1);
  assert.deepEqual(readdirSync(join(folder, 'empty')), []);
});

test('bad command lines are usage errors', async () => {
  const at = join(folder, 'never');
  for (const args of [
    [],
    ['build'],
    ['build', at, '--synthetic'],
    ['build', at, '--synthetic', '0'],
    ['build', at, '--synthetic', '-5'],
    ['build', at, '--synthetic', 'many'],
    ['build', at, '--synthetic', '999999999999'],
    ['build', at, '--synthetic', '10', '--missed', '1'],
    ['build', at, '--synthetic', '10', '--missed', 'half'],
    ['build', at, '--synthetic', '10', '--missed', '0.1234567'],
    ['build', at, '--synthetic', '10', '--lapsed', '-0.1'],
    ['build', at, '--synthetic', '10', '--threads', '0'],
    ['build', at, '--synthetic', '10', '--colour', 'red'],
    ['build', at, 'another', '--synthetic', '10'],
    ['show'],
    ['show', good, 'another'],
    ['burn', good],
  ]) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.notEqual(stderr, '');
  }
  assert.ok(!existsSync(at));
});

test('a day that is none, or without parameters, is refused', async () => {
  const never = await run('build', join(folder, 'early'), '--synthetic', '10', '--as-of', '2026-02-30', '--json');
  assert.equal(never.code, 3);
  assert.equal(never.json.problem.code, 'date.impossible');
  const { code, json } = await run('build', join(folder, 'early'), '--synthetic', '10', '--as-of', '1990-01-01', '--json');
  assert.equal(code, 3);
  assert.equal(json.problem.code, 'snapshot.standard');
});

test('what is damaged, cut, older, newer or missing is refused in both languages', async () => {
  const bad = join(folder, 'bad');
  const manifest = join(bad, 'manifest.json');
  const edit = (change) => writeFileSync(manifest, change(readFileSync(manifest, 'utf8')));
  const doors = [
    ['snapshot.none', () => rmSync(manifest)],
    ['snapshot.format', () => writeFileSync(manifest, '{"format":"something else"}')],
    ['snapshot.manifest', () => edit((t) => t.slice(0, t.length / 2))],
    ['snapshot.manifest', () => writeFileSync(manifest, '')],
    ['snapshot.version', () => edit((t) => t.replace('"version": 1', '"version": 0'))],
    ['snapshot.version', () => edit((t) => t.replace('"version": 1', '"version": 2'))],
    ['snapshot.manifest', () => edit((t) => t.replace('"kind": "boolean"', '"kind": "colour"'))],
    ['snapshot.manifest', () => edit((t) => t.replace('"c000.value"', '"../c000.value"'))],
    ['snapshot.manifest', () => edit((t) => t.replace(/"rows": "\d+"/, '"rows": "-1"'))],
    ['snapshot.checksum', () => edit((t) => t.replace('2026-11-22', '2026-11-23'))],
    ['snapshot.missing', () => rmSync(join(bad, 'manifest.sha256'))],
    ['snapshot.missing', () => rmSync(join(bad, 'c001.value'))],
    ['snapshot.size', () => truncateSync(join(bad, 'c001.value'), 100)],
  ];
  for (const [problem, damage] of doors) {
    cpSync(good, bad, { recursive: true });
    damage();
    const { code, json } = await run('show', bad, '--json');
    assert.equal(code, 3, problem);
    assert.equal(json.problem.code, problem);
    rmSync(bad, { recursive: true });
  }
  const nowhere = await run('show', join(folder, 'nowhere'), '--lang', 'zh');
  assert.equal(nowhere.code, 3);
  assert.match(nowhere.stderr, /这里没有快照/);
});

test('an interrupt leaves nothing', async () => {
  const at = join(folder, 'stopped');
  const child = spawn(COMMAND, ['snapshot', 'build', at, '--synthetic', '30000000', '--lang', 'en'], { env: cleanEnvironment(env) });
  let said = '';
  child.stderr.on('data', (data) => (said += data));
  while (!readdirSync(folder).some((name) => name.startsWith('stopped.part-'))) await new Promise((next) => setTimeout(next, 20));
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(code, 4);
  assert.match(said, /Interrupted/);
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('stopped')), []);
});

// SIGXFSZ would end the command and leave what was half written.
test('a limit on the size of files is a failed write: said, and nothing left behind', async () => {
  const { db, keys } = await demoStore();
  const home = join(folder, 'limit');
  mkdirSync(home);
  const bounded = (kilobytes, ...args) => {
    const run = spawnSync('bash', ['-c', `ulimit -f ${kilobytes}; exec "$0" "$@"`, COMMAND, ...args], { cwd: home, env: cleanEnvironment({ MINZHENG_NOW: NOW }), encoding: 'utf8' });
    return { code: run.status, signal: run.signal, stderr: run.stderr };
  };
  const whole = join(home, 'whole.bak');
  assert.equal((await minzheng(['backup', whole, '--db', db, '--keys', keys])).code, 0);
  const before = readdirSync(home);
  const commands = [
    [16, 'snapshot', 'build', 'small', '--synthetic', '20000', '--seed', '3'],
    [1, 'screen', '--snapshot', good, '--scheme', 'elderly_age', '--out', 'rows.csv'],
    [1, 'simulate', '--snapshot', good, '--scheme', 'elderly_age', '--set', '高龄津贴一档=200', '--out', 'reform'],
    [64, 'backup', 'small.bak', '--db', db, '--keys', keys],
    [64, 'restore', whole, '--db', join(home, 'new.db')],
  ];
  for (const [size, ...args] of commands) {
    const { code, signal, stderr } = bounded(size, ...args);
    assert.deepEqual([code, signal], [4, null], `${args[0]}: ${stderr}`);
    assert.ok(stderr.length > 10, args[0]);
    assert.deepEqual(readdirSync(home), before, args[0]);
  }
});
