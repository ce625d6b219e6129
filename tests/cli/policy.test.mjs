// The studio's doors: who may, what is refused, what two people do at once; and
// a policy that somebody publishes decides the cases of the server that runs.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ask, must, signIn, until } from '../support/api.mjs';
import { applicants } from '../support/application.mjs';
import { ROOT } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const HOME = '/api/studio';
const PACK = readFileSync(join(ROOT, 'packs/assistance/matters/dibao/decision.dmn'), 'utf8');
const BELOW = '<text>&lt; 低保标准</text>';
const stricter = PACK.replace(BELOW, '<text>&lt; 低保标准 - 1450</text>');

let server;
let other; // a second server on the same store
const who = {};

before(async () => {
  const { db } = await demoStore();
  const env = { MINZHENG_NOW: NOW };
  server = await startServer({ db, env });
  other = await startServer({ db, env });
  for (const login of ['policy', 'leader', 'auditor', 'clerk', 'resident', 'city']) who[login] = await signIn(server.url, login);
});
after(async () => {
  await other?.stop();
  await server?.stop();
});

const begin = () => must(who.policy.post(`${HOME}/drafts`, { matter: 'dibao', file: 'decision.dmn' }), 201);
const match = (version) => ({ 'If-Match': `"${version}"` });
const whole = { text: stricter, note: '收紧收入条件，试验用。', article: '试验文件 第一条', differences: '标准降低，结果应当不同。', valid_from: '2026-11-24' };

test('who may not, may not', async () => {
  const draft = await begin();
  for (const [method, path] of [['GET', '/policies'], ['GET', `/drafts/${draft.id}`], ['POST', '/drafts'], ['PUT', `/drafts/${draft.id}`], ['DELETE', `/drafts/${draft.id}`],
    ['POST', `/drafts/${draft.id}/submit`], ['POST', `/drafts/${draft.id}/publish`], ['POST', `/drafts/${draft.id}/return`], ['POST', '/policies/dibao/try']]) {
    const body = /(drafts|try|return)$/.test(path) || method === 'PUT' ? {} : undefined; // the others take none
    assert.equal((await ask(`${server.url}${HOME}${path}`, { method, body })).status, 401, path);
    for (const login of ['clerk', 'resident']) assert.equal((await who[login].call(method, `${HOME}${path}`, body, match(1))).status, 403, `${login} ${path}`);
  }
  for (const login of ['leader', 'auditor', 'city'])
    assert.equal((await who[login].post(`${HOME}/drafts`, { matter: 'dibao', file: 'decision.dmn' })).status, 403, login);
  assert.equal((await who.auditor.get(`${HOME}/drafts/${draft.id}`)).status, 200);
  assert.equal((await who.policy.call('DELETE', `${HOME}/drafts/${draft.id}`, undefined, { 'X-CSRF-Token': 'x', ...match(1) })).status, 403);
  await must(who.policy.del(`${HOME}/drafts/${draft.id}`, match(1)));
  assert.equal((await who.policy.get(`${HOME}/drafts/${draft.id}`)).status, 404);
});

const ownCase = { id: 'own-1', title_zh: '一户', why: '试验文件 第一条', input: { 日期: '2026-11-24' }, expected: { outcome: 'undecided', monthly_fen: 0, once_fen: 0 } };

test('cases of a draft: what is none is refused, what is one is run, and stays with the draft', async () => {
  const draft = await begin();
  const path = `${HOME}/drafts/${draft.id}`;
  const bad = [[{}, 'cases'], [[1], 'cases[0].id'], [[{ ...ownCase, id: '' }], 'cases[0].id'], [[ownCase, ownCase], 'cases[1].id'], [[{ ...ownCase, title_zh: 'x' }], 'cases[0].title_zh'],
    [[{ ...ownCase, why: 7 }], 'cases[0].why'], [[{ ...ownCase, input: [] }], 'cases[0].input'], [[{ ...ownCase, expected: { outcome: 'yes', monthly_fen: 0, once_fen: 0 } }], 'cases[0].expected'],
    [[{ ...ownCase, expected: { outcome: 'undecided', monthly_fen: -1, once_fen: 0 } }], 'cases[0].expected']];
  for (const [cases, where] of bad) {
    const answer = await who.policy.put(path, { ...whole, cases }, match(1));
    assert.deepEqual([answer.status, answer.body.code, answer.body.where], [422, 'policy.case', where], JSON.stringify(cases));
    assert.equal((await who.policy.post(`${HOME}/policies/dibao/test`, { text: PACK, cases })).status, 422);
  }
  const many = Array.from({ length: 61 }, (_, i) => ({ ...ownCase, id: `c${i}` }));
  assert.equal((await who.policy.put(path, { ...whole, cases: many }, match(1))).body.code, 'policy.cases');
  const long = [{ ...ownCase, input: { 日期: 'x'.repeat(100_000) } }];
  assert.equal((await who.policy.put(path, { ...whole, cases: long }, match(1))).body.code, 'policy.cases');
  await must(who.policy.put(path, { ...whole, cases: [ownCase] }, match(1)));
  assert.deepEqual((await must(who.policy.get(path))).cases, [ownCase]);
  const wrong = { ...ownCase, id: 'own-2', expected: { outcome: 'eligible', monthly_fen: 100, once_fen: 0 } };
  const { items } = await must(who.policy.post(`${HOME}/policies/dibao/test`, { text: PACK, cases: [ownCase, wrong] }));
  const own = items.filter((item) => item.kind === 'own');
  assert.deepEqual(own.map((item) => item.id), ['own-1', 'own-2']);
  assert.equal(own[1].passed, false);
  await must(who.policy.put(path, whole, match(2)));
  assert.equal((await must(who.policy.get(path))).cases ?? null, null, 'a save without cases has none');
  await must(who.policy.del(path, match(3)));
  const seen = await must(who.policy.get(`${HOME}/policies/dibao/cases`));
  assert.ok(!seen.items.some((item) => item.id === 'own-1'), 'a draft that was dropped leaves none');
  assert.equal(seen.facts[0].entity, '输入');
  assert.ok(seen.facts.every((fact) => fact.codes.length === fact.codes_en.length && fact.meaning.zh));
  assert.ok(seen.names.some((name) => name.name === '家庭认定' && /[a-z]/.test(name.en)));
});

test('a draft and its publication name the computation they rest on', async () => {
  const reform = await must(who.policy.post(`${HOME}/reforms`, { name: '收紧', figures: { 低保标准: 1400 } }), 201);
  const draft = await must(who.policy.post(`${HOME}/drafts`, { matter: 'low_income', file: 'decision.dmn' }), 201);
  const path = `${HOME}/drafts/${draft.id}`;
  const text = draft.text.replace('name="结果"', 'name="结果" ');
  for (const [id, status] of [['1', 404], ['x', 422], ['-1', 422]]) assert.equal((await who.policy.put(path, { text, reform: id }, match(1))).status, status, id);
  await must(who.policy.put(path, { text, note: '排版，不改内容。', article: '试验文件 第一条', valid_from: '2026-11-24', reform: reform.id }, match(1)));
  assert.deepEqual((await must(who.policy.get(path))).reform, { id: reform.id, name: '收紧' });
  assert.equal((await who.policy.del(`${HOME}/reforms/${reform.id}`)).body.code, 'simulation.attached');
  await must(who.policy.post(`${path}/submit`, undefined, match(2)));
  await must(who.leader.post(`${path}/publish`, undefined, match(3)));
  const version = (await must(who.auditor.get(`${HOME}/policies`))).items.find((one) => one.matter === 'low_income').versions.at(-1);
  assert.deepEqual([version.reform.id, version.reform.name], [reform.id, '收紧']);
  assert.match(version.reform.sha256, /^[0-9a-f]{64}$/);
  assert.equal((await who.policy.del(`${HOME}/reforms/${reform.id}`)).body.code, 'simulation.attached');
});

test('bad input is refused with its field', async () => {
  const draft = await begin();
  const path = `${HOME}/drafts/${draft.id}`;
  const bad = [
    [{ ...whole, text: 7 }, 422], [{ ...whole, valid_from: '2026-02-30' }, 422], [{ ...whole, note: 'x'.repeat(2001) }, 422], [{ ...whole, more: 1 }, 422], [{ note: 'x' }, 422],
    [{ ...whole, text: 'x'.repeat(800_000) }, 413],
  ];
  for (const [body, status] of bad) {
    const answer = await who.policy.put(path, body, match(1));
    assert.equal(answer.status, status, `${JSON.stringify(body).slice(0, 90)}: ${answer.text.slice(0, 300)}`);
    assert.ok(answer.body.code && answer.body.detail, answer.text);
  }
  assert.equal((await who.policy.put(path, whole)).status, 428);
  assert.equal((await who.policy.put(path, whole, match(7))).status, 412);
  for (const [body, status, code] of [[{ matter: 'none', file: 'decision.dmn' }, 404, 'policy.matter'], [{ matter: 'dibao', file: '../../etc/passwd' }, 404, 'policy.file']]) {
    const answer = await who.policy.post(`${HOME}/drafts`, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code]);
  }
  for (const id of ['0', 'x', '-1', '99999999999999999999', '1']) assert.equal((await who.policy.get(`${HOME}/drafts/${id}`)).status, 404, id);
  await must(who.policy.put(path, whole, match(1)));
  await must(who.policy.del(path, match(2)));
});

test('a draft is a DMN file, whatever else is missing in it', async () => {
  const path = `${HOME}/drafts/${(await must(who.policy.post(`${HOME}/drafts`, { matter: 'dibao', file: 'decision.dmn' }), 201)).id}`;
  const doctype = `<!DOCTYPE x [<!ENTITY a "b">]>${PACK.replace(/^<\?xml[^>]*\?>/, '')}`;
  for (const text of ['', 'x', '<a', '<html/>', '{}', doctype, `${'<a>'.repeat(9000)}`, PACK.slice(0, 60_000)]) {
    const answer = await who.policy.put(path, { text }, match(1));
    assert.equal(answer.status, 422, `${text.slice(0, 40)}: ${answer.text.slice(0, 300)}`);
    assert.match(answer.body.detail ?? answer.body.title, /\p{Script=Han}/u);
  }
  assert.equal((await must(who.policy.get(path))).text, PACK, 'nothing of it was kept');
  await must(who.policy.put(path, { text: PACK.replace('name="结果"', 'name="没有"'), note: '改' }, match(1)));
  const note = await who.policy.post(`${path}/submit`, undefined, match(2));
  assert.ok(note.status === 422 && note.body.code !== 'policy.note', `one character is a note: ${note.text.slice(0, 300)}`);
  await must(who.policy.del(path, match(2)));
});

test('a text that is no policy gives findings, not failures', async () => {
  const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${'a'.repeat(1000)}"><!ENTITY b "${'&a;'.repeat(100)}">]><definitions>&b;</definitions>`;
  const deep = `<definitions>${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}</definitions>`;
  for (const text of ['', 'x', '<a', '<html/>', bomb, deep, PACK.slice(0, 60_000), '\u0000', PACK.replace('name="结果"', 'name="没有"')]) {
    const answer = await who.policy.post(`${HOME}/policies/dibao/check`, { text });
    if (text.includes('\u0000')) {
      assert.ok(answer.status === 400 || answer.status === 422, answer.text);
      continue;
    }
    const { findings, counted } = await must(Promise.resolve(answer));
    assert.ok(counted > 0 && findings.every((one) => one.code && one.message && one.severity), text.slice(0, 40));
    const tests = await who.policy.post(`${HOME}/policies/dibao/test`, { text });
    assert.ok([200, 413, 422].includes(tests.status), `${text.slice(0, 40)} ${tests.text.slice(0, 200)}`);
  }
  assert.equal((await must(who.policy.post(`${HOME}/policies/dibao/check`, { text: PACK }))).counted, 0);
  const { passed, failed } = await must(who.auditor.post(`${HOME}/policies/dibao/test`, { text: PACK }));
  assert.ok(passed > 100 && failed === 0, `${passed} ${failed}`);
  const english = await signIn(server.url, 'policy', undefined, { lang: 'en' });
  const [finding] = (await must(english.post(`${HOME}/policies/dibao/check`, { text: '<html/>' }))).findings;
  assert.match(finding.message, /not a DMN model/);
});

test('a household that cannot be is refused with its place, and nothing is kept', async () => {
  const { items } = await must(who.leader.get(`${HOME}/policies/dibao/cases`));
  assert.ok(items.length >= 60);
  const good = await must(who.leader.post(`${HOME}/policies/dibao/try`, { text: PACK, facts: items[0].input }));
  assert.ok(good.rules.length && good.reasons.length && good.policy.version === 0);
  for (const [facts, where] of [[{}, '日期'], [{ 日期: '2026-01-01', 户: { 成员: [{ 姓名: '某人' }] } }, '成员'], [{ 日期: '2026-01-01', 户: { 货币财产: -1 } }, '货币财产'], [[], '']]) {
    const answer = await who.leader.post(`${HOME}/policies/dibao/try`, { facts });
    assert.equal(answer.status, 422, answer.text);
    assert.ok((answer.body.where ?? '').includes(where), answer.text);
  }
});

test('published on one server, it decides a case on the other', async () => {
  const draft = await begin();
  const path = `${HOME}/drafts/${draft.id}`;
  const saved = await who.policy.put(path, whole, match(1));
  assert.equal(saved.headers.get('etag'), '"2"');
  await must(who.policy.post(`${path}/submit`, undefined, match(2)));
  const [one, two] = await Promise.all([0, 1].map(() => who.leader.post(`${path}/publish`, undefined, match(3))));
  assert.deepEqual([one.status, two.status].sort(), [200, 412], 'once, though asked for twice at once');
  const [{ session, data }] = (await applicants(other.url)).filter((applicant) => applicant.poor);
  const filed = await must(session.post('/api/cases', { matter: 'dibao', channel: 'portal', data, declared: true }), 201);
  const seen = await must(session.get(`/api/cases/${filed.id}`));
  assert.equal(seen.decision_file, 'decision-v2.dmn');
  const matter = await must(ask(`${other.url}/api/matters/dibao`));
  const { items } = await must(who.auditor.get(`${HOME}/policies`));
  const version = items.find((item) => item.matter === 'dibao').versions.at(-1);
  assert.equal(matter.version, version.sha256);
  assert.equal((await ask(`${other.url}/api/policies/dibao/decision-v2.dmn`)).text, stricter, 'whoever wants may read it');
  await until('the receipt', async () => (await who.auditor.get(`${HOME}/receipts/${version.entry}`)).status === 200);
  assert.equal((await who.auditor.get(`${HOME}/receipts/1`)).status, 404);
});
