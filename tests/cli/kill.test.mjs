// kill -9 of the server while residents submit: what was acknowledged is there
// afterwards, what was not is there wholly or not at all, and the store is whole.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';

import { must, signIn, until } from '../support/api.mjs';
import { applicants } from '../support/application.mjs';
import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const ROUNDS = 10;
const LATER_MS = 40; // after the last awaited answer: the kill falls anywhere in a write
// A day for each round: a resident may apply ten times a day.
const at = (day) => ({ MINZHENG_NOW: new Date(Date.parse(NOW) + (day * 24 + 8) * 3600_000).toISOString().replace(/\.\d+Z$/, '+08:00') });
const env = at(ROUNDS);

let db;
let residents;
let keys = 0;
let told = 0; // answers that acknowledged something

before(async () => {
  ({ db } = await demoStore());
  const server = await startServer({ db, env: at(0) });
  residents = (await applicants(server.url)).map(({ login, data }) => ({ login, data }));
  assert.ok(residents.length >= 3);
  await server.stop();
});

// Applies and withdraws until the line breaks; notes what was acknowledged.
async function submit(url, resident, acknowledged) {
  const session = await signIn(url, resident.login);
  for (;;) {
    const mine = (await must(session.get('/api/me/cases'))).items;
    const open = mine.find((item) => item.state === 'applied');
    if (open) {
      const seen = await session.get(`/api/cases/${open.id}`);
      const done = await session.post(`/api/cases/${open.id}/withdraw`, { reason: '测试' }, { 'If-Match': seen.headers.get('etag') });
      assert.equal(done.status, 200, done.text);
      acknowledged.set(open.id, { login: resident.login, state: 'withdrawn' });
      told += 1;
      continue;
    }
    resident.key = `kill-${(keys += 1)}`;
    const body = { matter: 'dibao', channel: 'portal', data: resident.data, declared: true };
    const sent = await session.post('/api/cases', body, { 'Idempotency-Key': resident.key });
    assert.equal(sent.status, 201, sent.text);
    acknowledged.set(sent.body.id, { login: resident.login, state: 'applied', key: resident.key, body });
    told += 1;
    resident.key = null;
  }
}

const brokenLine = (error) => error.name === 'TypeError' && /fetch failed|terminated/.test(error.message);

test(`${ROUNDS} kills lose nothing that was acknowledged`, { timeout: 280_000 }, async () => {
  const acknowledged = new Map(); // case → what the applicant was told last
  let total = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const server = await startServer({ db, env: at(round) });
    const work = residents.map((resident) => submit(server.url, resident, acknowledged).catch((error) => {
      if (!brokenLine(error)) throw error;
    }));
    const enough = told + 2 * residents.length;
    await until('answers', () => told >= enough, 60);
    await new Promise((resolve) => setTimeout(resolve, (LATER_MS * round) / ROUNDS));
    assert.deepEqual(await server.kill(), { code: null, signal: 'SIGKILL' });
    await Promise.all(work);
    total = acknowledged.size;
  }
  assert.ok(total >= ROUNDS, `only ${total} cases were acknowledged: the test has shown nothing`);

  const server = await startServer({ db, env });
  try {
    for (const resident of residents) {
      const session = await signIn(server.url, resident.login);
      const { items } = await must(session.get('/api/me/cases'));
      const state = new Map(items.map((item) => [item.id, item.state]));
      for (const [id, last] of acknowledged) {
        if (last.login !== resident.login) continue;
        const one = await session.get(`/api/cases/${id}`);
        assert.equal(one.status, 200, `case ${id} was acknowledged and is gone`);
        // A withdrawal that was sent but not acknowledged may be there as well.
        assert.ok([last.state, 'withdrawn'].includes(one.body.summary.state), `${id}: ${one.body.summary.state}, told ${last.state}`);
        state.delete(id);
      }
      // At most one more each round: sent, not acknowledged, and there as a whole.
      assert.ok(state.size <= ROUNDS, `${state.size} cases nobody was told of`);
      for (const id of state.keys()) {
        const one = await must(session.get(`/api/cases/${id}`));
        assert.ok(one.parties.length > 0 && one.steps.length > 0);
        assert.equal((await session.get(`/api/cases/${id}/events`)).status, 200);
      }
      assert.ok(items.filter((item) => item.state === 'applied').length <= 1, 'one open case of a matter');
      // The try whose answer was lost is sent again under its key: one case, not two.
      if (resident.key) {
        const body = { matter: 'dibao', channel: 'portal', data: resident.data, declared: true };
        const [a, b] = [await session.post('/api/cases', body, { 'Idempotency-Key': resident.key }), await session.post('/api/cases', body, { 'Idempotency-Key': resident.key })];
        assert.deepEqual([a.status, b.status, a.body.id], [201, 201, b.body.id], a.text);
      }
    }
  } finally {
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  }
  const check = await minzheng(['check-store', '--json', '--db', db], { env });
  assert.equal(check.code, 0, check.stdout + check.stderr);
  const log = await minzheng(['log', 'verify', '--json', '--db', db], { env });
  assert.equal(log.code, 0, log.stdout + log.stderr);
  assert.deepEqual(log.json.findings, []);
});

test('a server that is asked to stop ends with what it has begun', async () => {
  const server = await startServer({ db, env });
  const acknowledged = new Map();
  const work = residents.map((resident) => submit(server.url, resident, acknowledged).catch(() => {}));
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  await Promise.all(work);
  const check = await minzheng(['check-store', '--json', '--db', db], { env });
  assert.equal(check.code, 0, check.stdout + check.stderr);
});
