// POST /api/v1/examination: before login, rate-limited, keeps nothing, says nothing of it in the log.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask } from '../support/api.mjs';
import { startServer } from '../support/server.mjs';
import { storeCountsAtRest } from '../support/store.mjs';

let server;
before(async () => { server = await startServer(); });
after(() => server?.stop());

const SECRET = '编号甲乙丙';
const facts = { 户: { 成员: [{ 编号: SECRET, 与申请人关系: '本人', 性别: '女', 出生日期: '1940-01-01', 户籍: '本市', 不计入事由: '无' }] }, 在享: [], 申请: {} };
const examine = (body, headers) => ask(`${server.url}/api/v1/examination`, { method: 'POST', body, headers });

test('a stranger gets an estimate; the day is today unless one is given', async () => {
  const before_counts = await storeCountsAtRest(server.db);
  const { status, body, headers } = await examine({ facts, as_of: '2025-03-18' });
  assert.equal(status, 200);
  assert.equal(body.estimate, true);
  const age = body.items.find((i) => i.scheme === 'elderly_age');
  assert.equal(age.state, 'proposed');
  assert.equal(age.monthly_fen, 10000); // 160号 二(三)1: 80 to 89
  assert.ok(age.reasons.every((r) => r.article && r.zh && r.en));
  assert.ok(body.items.find((i) => i.scheme === 'dibao').missing.length > 0);
  assert.equal(headers.getSetCookie().length, 0);
  assert.deepEqual(await storeCountsAtRest(server.db), before_counts);
  assert.match((await examine({ facts })).body.date, /^\d{4}-\d\d-\d\d$/);
});

test('the facts name their own day: it decides, and another day beside it is refused', async () => {
  const dated = { ...facts, 日期: '2024-08-15' };
  assert.equal((await examine({ facts: dated })).body.date, '2024-08-15');
  assert.equal((await examine({ facts: dated, as_of: '2024-08-15' })).body.date, '2024-08-15');
  assert.equal((await examine({ facts: { ...facts, 日期: null }, as_of: '2025-03-18' })).body.date, '2025-03-18');
  for (const [body, code, where] of [
    [{ facts: dated, as_of: '2025-03-18' }, 'api.two_days', 'as_of'],
    [{ facts: { ...facts, 日期: '2024-02-30' } }, 'date.impossible', '日期'],
    [{ facts: { ...facts, 日期: 20240815 } }, 'decision.not_date', '日期'],
    [{ facts, as_of: '2024-02-30' }, 'api.field_type', 'as_of'],
  ]) {
    const answer = await examine(body);
    assert.deepEqual([answer.status, answer.body.code, answer.body.where], [422, code, where]);
  }
});

test('a bad household is refused with its path; nothing of it is in the log', async () => {
  const bad = structuredClone(facts);
  bad.户.成员[0].出生日期 = '1940-02-30';
  const { status, body } = await examine({ facts: bad });
  assert.equal(status, 422);
  assert.equal(body.code, 'date.impossible');
  assert.equal(body.where, '户.成员[0].出生日期');
  for (const broken of [{}, { facts: [] }, { facts: 'x' }, { facts, more: 1 }, { facts, as_of: 'soon' }, { facts, as_of: '2001-01-01' }]) {
    const answer = await examine(broken);
    assert.equal(answer.status, 422, JSON.stringify(broken));
    assert.ok(answer.body.code);
  }
  assert.ok(!server.output().includes(SECRET));
});

test('one address cannot ask without end', async () => {
  let limited = false;
  for (let i = 0; i < 40 && !limited; i += 1) limited = (await examine({ facts })).body.code === 'api.rate';
  assert.ok(limited);
  assert.equal((await ask(`${server.url}/api/meta`)).status, 200);
});
