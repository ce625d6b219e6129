// Two more ways a case ends, through the API: refused, with written reasons
// after the person was heard; and withdrawn.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, signIn, until } from '../support/api.mjs';
import { applicants } from '../support/application.mjs';
import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';
import { stepData } from '../support/steps.mjs';

const REASONS = '经核对，家庭月人均收入高于本市低保标准。';

let db;
let server;
let free;
const staff = {};

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  free = await applicants(server.url);
  assert.ok(free.length >= 2);
  for (const login of ['clerk', 'clerk2', 'reviewer', 'reviewer2', 'decider', 'district']) staff[login] = await signIn(server.url, login);
});
after(() => server?.stop());

const apply = ({ session, data }) => must(session.post('/api/cases', { matter: 'dibao', channel: 'portal', data, declared: true }), 201);
const caseOf = (id) => must(staff.clerk.get(`/api/cases/${id}`));
const taskOf = (id, element) =>
  until(element, async () => (await caseOf(id)).tasks.find((task) => task.state === 'open' && task.element === element));
async function finish(id, login, element, outcome, note) {
  const task = await taskOf(id, element);
  return must(staff[login].post(`/api/tasks/${task.id}/complete`, { outcome, note: note ?? null, data: stepData(element, NOW) }));
}

test('a refusal: the person is heard, the reasons are written, and read', async () => {
  const person = free.at(-1);
  const { id } = await apply(person);
  await finish(id, 'clerk', 'accept', '受理');
  for (const party of (await caseOf(id)).parties.filter((one) => one.consent_needed))
    await must(staff.clerk.post(`/api/cases/${id}/authorisations`, { person: party.person, how: 'paper' }));
  await finish(id, 'clerk', 'authorise', '全部授权');
  await finish(id, 'clerk', 'visit', '已调查', '两人入户。');
  await finish(id, 'clerk2', 'visit_second', '属实');
  await finish(id, 'clerk', 'findings', '不符合', REASONS);
  const findings = await until('the findings', async () => (await caseOf(id)).notices.find((notice) => notice.kind === 'findings'));
  await must(staff.clerk.post(`/api/cases/${id}/service`, { notice: findings.id, how: 'in_person' }));
  await must(person.session.post(`/api/cases/${id}/explanation`, { reason: '其中一笔收入上月已经没有了。' }));
  await finish(id, 'clerk', 'explain_review', '说明不成立', '没有新的证据。');
  await finish(id, 'reviewer', 'opinion', '拟不同意', REASONS);
  const drawn = await until('the draw', async () => (await caseOf(id)).tasks.find((task) => task.state === 'open' && ['spotcheck_visit', 'review'].includes(task.element)));
  if (drawn.element === 'spotcheck_visit') await finish(id, 'district', 'spotcheck_visit', '属实', '入户属实。');
  await finish(id, 'reviewer2', 'review', '同意');
  const decide = await taskOf(id, 'decide');
  for (const note of [undefined, '   ', '\u3000\u00a0', '无']) {
    const bare = await staff.decider.post(`/api/tasks/${decide.id}/complete`, { outcome: '不予批准', note });
    assert.equal(bare.status, 422);
    assert.equal(bare.body.code, 'case.reason_needed');
  }
  await finish(id, 'decider', 'decide', '不予批准', REASONS);
  const refusal = await until('the letter', async () => (await caseOf(id)).notices.find((notice) => notice.kind === 'refusal'));
  const early = await staff.clerk.post(`/api/tasks/${(await taskOf(id, 'serve_refusal')).id}/complete`, { outcome: '已送达' });
  assert.equal(early.status, 409, 'not before it is served');
  await must(staff.clerk.post(`/api/cases/${id}/service`, { notice: refusal.id, how: 'post' }));
  for (const other of (await caseOf(id)).notices.filter((notice) => !notice.served_at))
    await must(staff.clerk.post(`/api/cases/${id}/service`, { notice: other.id, how: 'post' }));
  await finish(id, 'clerk', 'serve_refusal', '已送达');
  const mine = await until('the end', async () => {
    const one = await must(person.session.get(`/api/cases/${id}`));
    return one.summary.state === 'refused' && one;
  });
  const decision = await must(person.session.get(`/api/cases/${id}/decision`));
  assert.equal(decision.written_reasons, REASONS);
  // What stood against it comes first and is marked; every name has its English.
  const against = decision.reasons.map((reason) => reason.against);
  assert.ok(against[0] && !against.at(-1), JSON.stringify(decision.reasons));
  assert.deepEqual(against, [...against].sort((a, b) => Number(b) - Number(a)));
  for (const { label, unit_label: unit } of decision.parameters) assert.doesNotMatch(label.en + unit.en, /\p{Script=Han}/u);
  assert.doesNotMatch(decision.organ.name_en + decision.organ.in_name_of_en, /\p{Script=Han}/u);
  const kinds = mine.remedies.filter((remedy) => remedy.may_file).map((remedy) => remedy.kind);
  assert.ok(kinds.includes('reconsideration'), JSON.stringify(mine.remedies));
  const all = await Promise.all([1, 2, 3, 4].map(() => person.session.post(`/api/cases/${id}/remedies`, { kind: 'reconsideration', text: '请求复议。' })));
  assert.deepEqual(all.map(({ status }) => status).sort(), [201, 409, 409, 409], 'filed once, however often it is sent');
  assert.ok(all.every(({ status, body }) => status === 201 || body.code === 'case.remedy_filed'));
  const filed = all.find(({ status }) => status === 201).body;
  assert.ok(filed.filed_at, JSON.stringify(filed));
  assert.match(filed.article, /行政复议法第二十条/);
  assert.match(filed.answer_article, /行政复议法第六十二条/);
  assert.equal(filed.due_on, '2027-01-25', 'sixty days to answer, from the parameter of the day');
  assert.ok(!(await must(person.session.get('/api/me/entitlements'))).items.some((item) => item.from >= '2026-12'));
});

test('a withdrawal ends the case, and only once', async () => {
  const person = free[0];
  const { id } = await apply(person);
  const seen = await person.session.get(`/api/cases/${id}`);
  const mark = { 'If-Match': seen.headers.get('etag') };
  await must(person.session.post(`/api/cases/${id}/withdraw`, { reason: '家里情况好转。' }, mark));
  const mine = await must(person.session.get(`/api/cases/${id}`));
  assert.equal(mine.summary.state, 'withdrawn');
  assert.deepEqual((await caseOf(id)).tasks.filter((task) => task.state === 'open'), []);
  const again = await person.session.get(`/api/cases/${id}`);
  assert.equal((await person.session.post(`/api/cases/${id}/withdraw`, { reason: 'x' }, { 'If-Match': again.headers.get('etag') })).status, 409);
  await apply(person); // and one may ask again
});

test('the store is whole', async () => {
  const check = await minzheng(['check-store', '--json', '--db', db], { env: { MINZHENG_NOW: NOW } });
  assert.equal(check.code, 0, check.stdout + check.stderr);
});
