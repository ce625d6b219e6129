// Running cases go to another version of their process, by command and by API:
// previewed, applied, told in every case's history.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng, minzhengOk } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const [NEW, OLD] = ['process-2026.bpmn', 'process-2020.bpmn'];

let store;
let server;
let env;
const staff = {};

before(async () => {
  store = await demoStore();
  env = { MINZHENG_NOW: NOW, MINZHENG_DB: store.db, MINZHENG_LANG: 'en' };
  server = await startServer({ db: store.db, env: { MINZHENG_NOW: NOW } });
  for (const login of ['leader', 'policy', 'auditor', 'clerk']) staff[login] = await signIn(server.url, login);
});
after(() => server?.stop());

const openOn = async (file) => (await must(staff.leader.get('/api/studio/processes'))).items.find((one) => one.matter === 'dibao' && one.file === file);
const migrate = (who, body) => staff[who].post('/api/studio/migrations', { matter: 'dibao', preview: true, ...body });

test('by the API: who may, what is refused, what is shown', async () => {
  const version = await openOn(NEW);
  assert.ok(version.open > 0 && version.in_force);
  const shown = await must(migrate('leader', { from: NEW, to: OLD }));
  assert.equal(shown.moved + shown.stay, Math.min(version.open, 100));
  assert.ok(shown.elements.length > 0 && shown.elements.every((one) => one.cases > 0));
  assert.ok(shown.items.every((one) => /^\d+$/.test(one.case)));
  const counted = await must(migrate('policy', { from: NEW, to: OLD }));
  assert.equal(counted.moved, shown.moved);
  assert.ok(counted.items.every((one) => one.number === null && one.case === null));
  assert.equal((await migrate('clerk', { from: NEW, to: OLD })).status, 403);
  for (const [who, body, status, code] of [
    ['policy', { from: NEW, to: OLD, preview: false, reason: '试验' }, 403, 'case.migrate_who'],
    ['leader', { from: NEW, to: OLD, preview: false }, 422, 'case.reason_needed'],
    ['leader', { from: NEW, to: NEW }, 422, 'case.migrate_same'],
    ['leader', { from: NEW, to: 'x.bpmn' }, 404, 'case.no_version'],
    ['leader', { from: NEW, to: OLD, moves: ['accept'] }, 422, 'case.migrate_moves'],
    ['leader', { from: NEW, to: OLD, after: 'x' }, 422, 'api.field'],
  ]) {
    const { status: got, body: problem } = await migrate(who, body);
    assert.equal(`${got}`, `${status}`, JSON.stringify(problem));
    if (code !== 'api.field') assert.equal(problem.code, code);
  }
  assert.equal((await openOn(NEW)).open, version.open);
});

test('by the command: a preview, a wrong mapping, there and back', async () => {
  const before = (await openOn(NEW)).open;
  const run = (...args) => minzheng(['bpmn', 'migrate', 'dibao', ...args], { env });
  const preview = await run(NEW, OLD, '--as', 'leader');
  assert.match(preview.stdout, /Preview: \d+ would go, 0 would stay/);
  assert.match(preview.stdout, new RegExp(`^\\d+ at .* to `, 'm'));
  assert.equal(preview.code, 0);
  const map = join(store.folder, 'map.json');
  writeFileSync(map, '{"accept":"nowhere"}');
  const wrong = await run(NEW, OLD, '--as', 'leader', '--map', map, '--apply', '--reason', 'trial');
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /accept to nowhere/);
  assert.equal((await openOn(NEW)).open, before);
  assert.equal((await run(NEW, OLD)).code, 2);
  assert.equal((await run(NEW, OLD, '--as', 'nobody')).code, 3);
  assert.equal((await run(NEW, OLD, '--as', 'policy', '--apply', '--reason', 'trial')).code, 1);

  assert.equal((await run(NEW, OLD, '--as', 'leader', '--apply', '--reason', 'trial')).code, 0);
  assert.equal((await openOn(OLD)).open, before);
  assert.equal((await openOn(NEW)).open, 0);
  const { items } = await must(staff.leader.get('/api/cases?limit=200'));
  const moved = [];
  for (const item of items) {
    const { items: events } = await must(staff.leader.get(`/api/cases/${item.id}/events`));
    if (events.some((event) => event.kind === 'migrated')) moved.push(item);
  }
  assert.equal(moved.length, before);
  const tasks = (await must(staff.clerk.get('/api/tasks'))).items; // the desk goes on
  assert.ok(tasks.length > 0);
  const back = JSON.parse((await run(OLD, NEW, '--as', 'leader', '--apply', '--reason', 'back', '--json')).stdout.split('\n')[0]);
  assert.equal(back.moved, Math.min(before, 100));
  await minzhengOk(['check-store'], { env });
});
