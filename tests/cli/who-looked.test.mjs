// 谁看过我: the usage service in Estonia's shape, and the question why that
// somebody who did not look must answer.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let server;
let db;
let resident; // one whose case staff have opened
let clerk;
let look;
let number;

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  clerk = await signIn(server.url, 'clerk');
  const { demo_accounts: accounts } = await (await fetch(`${server.url}/api/meta`)).json();
  for (const { login } of accounts.filter((a) => a.role === 'resident')) {
    const session = await signIn(server.url, login);
    look = (await must(session.get('/api/me/access'))).items.find((item) => item.kind === 'staff' && !item.question);
    const shown = await clerk.post(`/api/persons/${session.session.person}/reveal`, { field: 'id_number', purpose: 'enquiry' });
    if (!look || shown.status !== 200) continue;
    resident = session;
    number = shown.body.value;
    break;
  }
  assert.ok(resident, 'a resident at whom staff of the clerk\'s subdistrict have looked');
});
after(() => server?.stop());

const find = (query, who = resident) => who.get(`/api/usage/findUsage?${new URLSearchParams(query)}`);

test('findUsage, usagePeriod and heartbeat have the shape that others read', async () => {
  const { totalUsages, usages } = await must(find({ userCode: number }));
  assert.ok(totalUsages >= 2 && usages.length === totalUsages);
  for (const usage of usages) {
    assert.deepEqual(Object.keys(usage).filter((k) => k !== 'receiverName').sort(), ['action', 'logtime', 'receiverCode', 'receiverSystem']);
    assert.ok(!Number.isNaN(Date.parse(usage.logtime)));
    assert.match(usage.action, /（.+）$/);
  }
  const times = usages.map((u) => Date.parse(u.logtime));
  assert.deepEqual(times, [...times].sort((a, b) => b - a));
  assert.ok(usages[0].action.includes('身份证号码')); // the clerk's look just now
  assert.ok(usages[0].receiverName);
  const page = await must(find({ userCode: number, offset: 1, limit: 1 }));
  assert.equal(page.totalUsages, totalUsages);
  assert.deepEqual(page.usages, [usages[1]]);
  const later = await must(find({ userCode: number, periodStart: usages[0].logtime }));
  assert.ok(later.totalUsages >= 1 && later.totalUsages < totalUsages);
  assert.equal((await must(find({ userCode: number, periodEnd: '2020-01-01T00:00:00+08:00' }))).totalUsages, 0);
  const period = await (await fetch(`${server.url}/api/usage/usagePeriod`)).json();
  assert.ok(Date.parse(period.periodStart) <= times.at(-1));
  assert.deepEqual(await (await fetch(`${server.url}/api/usage/heartbeat`)).json(), { status: 'OK' });
});

test('nobody finds the uses of another, and bad questions are refused', async () => {
  assert.equal((await find({ userCode: '110102198001010011' })).status, 403);
  assert.equal((await find({ userCode: 'x' })).status, 403);
  assert.equal((await find({})).status, 422);
  assert.equal((await find({ userCode: number }, clerk)).status, 403);
  assert.equal((await fetch(`${server.url}/api/usage/findUsage?userCode=${number}`)).status, 401);
  for (const bad of [{ limit: 0 }, { limit: 10001 }, { offset: -1 }, { limit: 'many' }, { periodStart: 'yesterday' }, { periodEnd: '2026-13-01T00:00:00Z' }, { other: 1 }])
    assert.equal((await find({ userCode: number, ...bad })).status, 422, JSON.stringify(bad));
});

test('asking why opens a question with a deadline; who looked may not answer; the answer is read', async () => {
  const path = `/api/me/access/${look.entry}/question`;
  assert.equal((await resident.post(path, { text: 'x'.repeat(501) })).status, 422);
  assert.equal((await resident.post('/api/me/access/1/question', {})).status, 404);
  const own = (await must(resident.get('/api/me/access'))).items.find((item) => item.kind === 'self');
  if (own) assert.equal((await resident.post(`/api/me/access/${own.entry}/question`, {})).status, 409);
  const asked = await resident.post(path, { text: '我没有去过那里办事' });
  assert.equal(asked.status, 201, asked.text);
  assert.equal((await resident.post(path, {})).status, 409); // once
  const { question } = (await must(resident.get('/api/me/access'))).items.find((item) => item.entry === look.entry);
  assert.deepEqual([question.due_on, question.late, question.text, question.answered_at], ['2026-12-24', false, '我没有去过那里办事', null]);

  assert.equal((await clerk.get('/api/access/questions')).status, 403);
  const leader = await signIn(server.url, 'leader');
  const item = (await must(leader.get('/api/access/questions'))).items.find((q) => q.id === asked.body.id);
  assert.equal(item.text, '我没有去过那里办事');
  assert.equal(item.mine, false);
  const answer = `/api/access/questions/${item.id}/answer`;
  assert.equal((await clerk.post(answer, { text: '核对家庭情况' })).status, 403);
  assert.equal((await leader.post(answer, { text: '好' })).status, 422);
  assert.equal((await leader.post('/api/access/questions/7/answer', { text: '核对家庭情况' })).status, 404);
  await must(leader.post(answer, { text: '经办人受理您的申请时核对家庭情况，依据445号文。' }));
  assert.equal((await leader.post(answer, { text: '再答一次试试' })).status, 409);
  const read = (await must(resident.get('/api/me/access'))).items.find((x) => x.entry === look.entry).question;
  assert.match(read.answer, /445号文/);
  assert.equal(read.answered_role, 'leader');
  // reading the question was itself a look, by the leader
  assert.ok((await must(find({ userCode: number }))).usages.some((u) => u.action.startsWith('督办检查')));
});

test('questions are evidence too', async () => {
  await server.stop();
  const sound = await minzheng(['log', 'verify', '--json', '--db', db]);
  assert.equal(sound.code, 0, sound.stdout);
  server = null;
});
