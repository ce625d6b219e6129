// Leads: a screening of the store's own registers becomes work of the communities; reforms are computed and kept.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng, temporaryFolder } from '../support/cli.mjs';
import { NOW, demoStore } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const folder = temporaryFolder();
const SNAPSHOT = join(folder, 'snapshot');
let server;
let env;
let db;
before(async () => {
  const demo = await demoStore();
  db = demo.db;
  env = { MINZHENG_NOW: NOW, MINZHENG_DB: db };
  const built = await minzheng(['snapshot', 'build', SNAPSHOT], { env });
  assert.equal(built.code, 0, built.stderr);
  server = await startServer({ db, env: { MINZHENG_NOW: NOW }, args: ['--snapshot', SNAPSHOT] });
});
after(() => server?.stop());

const keep = (...more) => minzheng(['screen', '--snapshot', SNAPSHOT, '--scheme', 'elderly_age', '--keep', ...more], { env });
const as = (login) => signIn(server.url, login);

describe('leads', () => {
  test('only who may keeps them, and a snapshot of another store is refused', async () => {
    assert.equal((await keep()).code, 2);
    assert.notEqual((await keep('--as', 'nobody')).code, 0);
    assert.notEqual((await keep('--as', 'clerk')).code, 0);
    const city = join(folder, 'city');
    await minzheng(['snapshot', 'build', city, '--synthetic', '1000', '--seed', '1']);
    const foreign = await minzheng(['screen', '--snapshot', city, '--scheme', 'elderly_age', '--keep', '--as', 'policy'], { env });
    assert.equal(foreign.code, 3, foreign.stderr);
    const leader = await as('leader');
    assert.deepEqual((await leader.get('/api/leads')).body.items, []);
  });

  let lead;
  test('what is found is listed by division, found again by the next run, and not twice', async () => {
    const first = await keep('--as', 'policy', '--json');
    assert.equal(first.code, 0, first.stderr);
    const wanted = first.json.schemes[0].lead + first.json.schemes[0].possible + first.json.schemes[0].review;
    assert.ok(wanted > 0);
    const leader = await as('leader');
    const all = [];
    for (let cursor = ''; cursor !== null;) {
      const { body } = await leader.get(`/api/leads?limit=200${cursor ? `&cursor=${cursor}` : ''}`);
      all.push(...body.items);
      cursor = body.next;
    }
    assert.equal(all.length, wanted);
    assert.ok(all.every((l) => l.scheme === 'elderly_age' && l.person && l.name && l.state === 'open'));
    assert.equal((await keep('--as', 'policy')).code, 0);
    const again = await leader.get('/api/leads?limit=200');
    assert.deepEqual(again.body.items.map((l) => l.id), all.slice(0, 200).map((l) => l.id));
    lead = all[0];
    const worker = await as('community');
    const here = (await worker.get('/api/leads?limit=200')).body.items;
    assert.ok(here.length < all.length);
    assert.ok(here.every((l) => l.division === here[0].division));
  });

  test('one says why, by what the registers say now, and who looked is on record', async () => {
    const leader = await as('leader');
    const { status, body } = await leader.get(`/api/leads/${lead.id}`);
    assert.equal(status, 200);
    assert.equal(body.now.outcome, 'eligible');
    assert.equal(body.now.monthly_fen, lead.monthly_fen);
    assert.ok(body.now.reasons.every((r) => r.article));
    assert.equal((await leader.get('/api/leads/1')).status, 404);
    assert.equal((await (await as('cashier')).get('/api/leads')).status, 403);
  });

  test('visited, then closed with a cause; every wrong word is refused and changes nothing', async () => {
    const leader = await as('leader');
    const path = `/api/leads/${lead.id}/handle`;
    const { headers } = await leader.get(`/api/leads/${lead.id}`);
    const match = { 'If-Match': headers.get('etag') };
    for (const [body, status] of [
      [{ state: 'open' }, 422], [{ state: 'closed' }, 422], [{ state: 'closed', cause: 'bored' }, 422], [{ state: 'visit', cause: 'died' }, 422],
      [{ state: 'closed', cause: 'wrong_data' }, 422], [{ state: 'closed', cause: 'wrong_data', note: '长'.repeat(501) }, 422],
      [{ state: 'closed', cause: 'not_found_again' }, 422], [{}, 422],
    ])
      assert.equal((await leader.post(path, body, match)).status, status, JSON.stringify(body).slice(0, 80));
    assert.notEqual((await leader.post(path, { state: 'visit' }, { 'If-Match': '"99"' })).status, 200);
    const visit = await leader.post(path, { state: 'visit' }, match);
    assert.equal(visit.status, 200, JSON.stringify(visit.body));
    assert.equal(visit.body.lead.state, 'visit');
    const later = { 'If-Match': visit.headers.get('etag') };
    const closed = await leader.post(path, { state: 'closed', cause: 'refused' }, later);
    assert.equal(closed.body.lead.cause, 'refused');
    assert.notEqual((await leader.post(path, { state: 'visit' }, { 'If-Match': closed.headers.get('etag') })).status, 200);
    assert.equal((await keep('--as', 'policy')).code, 0); // what was refused is remembered
    const open = (await leader.get('/api/leads?limit=200')).body.items;
    assert.ok(!open.some((l) => l.household === lead.household && l.person === lead.person));
    const quality = (await leader.get('/api/lead-quality')).body.items[0];
    assert.equal(quality.refused, 1);
    assert.equal(quality.false, 0);
  });

  test('who is of a case in a compartment is in no list of somebody outside it', async () => {
    const [leader, district, clerk] = [await as('leader'), await as('district'), await as('clerk')];
    const { demo_accounts: accounts } = await must(leader.get('/api/meta'));
    const decider = await as(accounts.find((a) => a.role === 'district_decider').login);
    const leads = new Map();
    for (let cursor = ''; cursor !== null;) {
      const { body } = await leader.get(`/api/leads?limit=200${cursor ? `&cursor=${cursor}` : ''}`);
      for (const one of body.items) leads.set(one.person, one.id);
      cursor = body.next;
    }
    let found;
    for (const { id, number } of (await must(district.get('/api/cases?limit=200'))).items) {
      const { members } = await must(district.get(`/api/cases/${id}/household`));
      const [hit] = members.filter((m) => leads.has(m.person));
      if (hit) found = { id, number, lead: leads.get(hit.person) };
      if (found) break;
    }
    assert.ok(found, 'a lead about somebody of a case');
    const sum = async (who) => (await must(who.get('/api/lead-quality'))).items.reduce((n, item) => n + item.found, 0);
    const before = await sum(leader);
    const order = async (body) => {
      const { id } = await must(leader.post('/api/secrecy', { ground: 'witness_protection', reason: '证人保护', ...body }), 201);
      await must(decider.post(`/api/secrecy/${id}/confirm`));
    };
    assert.equal((await leader.get(`/api/leads/${found.lead}`)).status, 200);
    await order({ kind: 'place', case_number: found.number });
    assert.equal((await leader.get(`/api/leads/${found.lead}`)).status, 404);
    assert.ok(await sum(leader) < before);
    for (let cursor = ''; cursor !== null;) {
      const { body } = await leader.get(`/api/leads?limit=200${cursor ? `&cursor=${cursor}` : ''}`);
      assert.ok(body.items.every((l) => l.id !== found.lead));
      cursor = body.next;
    }
    const refused = await clerk.post(`/api/leads/${found.lead}/handle`, { state: 'visit' }, { 'If-Match': '"1"' });
    assert.deepEqual([refused.status, refused.body.code], [404, 'lead.none']);
    await order({ kind: 'member', login: 'district' });
    assert.equal((await district.get(`/api/leads/${found.lead}`)).status, 200);
  });

  test('the store is whole', async () => {
    const { code, stdout } = await minzheng(['check-store'], { env });
    assert.equal(code, 0, stdout);
  });
});

describe('reforms', () => {
  test('computed over the snapshot, kept, listed, read again, deleted by its author alone', async () => {
    const policy = await as('policy');
    const made = await policy.post('/api/studio/reforms', { name: '高龄津贴加倍', figures: { 高龄津贴一档: 200 }, margin_fen: 10000 });
    assert.equal(made.status, 201, JSON.stringify(made.body).slice(0, 300));
    const changed = made.body.report.schemes.filter((s) => s.changed);
    assert.deepEqual(changed.map((s) => s.scheme), ['elderly_age']);
    assert.ok(changed[0].after.entitled_fen > changed[0].before.entitled_fen);
    assert.ok(made.body.report.cliffs.length > 0);
    const auditor = await as('auditor');
    assert.deepEqual((await auditor.get(`/api/studio/reforms/${made.body.id}`)).body, made.body);
    assert.equal((await auditor.get('/api/studio/reforms')).body.items[0].name, '高龄津贴加倍');
    const leader = await as('leader');
    assert.equal((await leader.del(`/api/studio/reforms/${made.body.id}`)).status, 404);
    assert.equal((await policy.del(`/api/studio/reforms/${made.body.id}`)).status, 200);
    assert.equal((await policy.get(`/api/studio/reforms/${made.body.id}`)).status, 404);
  });

  test('a draft of a policy in the place of what is in force, with the digest of its text', async () => {
    const policy = await as('policy');
    const draft = await must(policy.post('/api/studio/drafts', { matter: 'dibao', file: 'decision.dmn' }), 201);
    const ask = (text) => must(policy.put(`/api/studio/drafts/${draft.id}`, { text }, { 'If-Match': `"${draft.version++}"` }));
    const same = await must(policy.post('/api/studio/reforms', { name: '原文', drafts: [draft.id] }), 201);
    for (const scheme of same.report.schemes) assert.deepEqual(scheme.after, scheme.before, scheme.scheme);
    const changed = draft.text.replace('本户收入 &gt;= 低保标准 * 低保人数', '本户收入 &gt;= 低保标准 * 0.5 * 低保人数');
    assert.notEqual(changed, draft.text);
    await ask(changed);
    const other = await must(policy.post('/api/studio/reforms', { name: '减半', drafts: [draft.id], figures: {} }), 201);
    assert.ok(other.report.schemes.some((scheme) => JSON.stringify(scheme.after) !== JSON.stringify(scheme.before)));
    assert.deepEqual(other.texts, [{ matter: 'dibao', draft: draft.id, sha256: createHash('sha256').update(changed).digest('hex') }]);
    assert.equal(other.report.texts[0].sha256, other.texts[0].sha256);
    await must(policy.put(`/api/studio/drafts/${draft.id}`, { text: changed, reform: other.id }, { 'If-Match': `"${draft.version++}"` }));
    assert.equal((await must(policy.get(`/api/studio/drafts/${draft.id}`))).reform.with_this_text, true);
    await must(policy.put(`/api/studio/drafts/${draft.id}`, { text: draft.text, reform: other.id }, { 'If-Match': `"${draft.version++}"` }));
    assert.equal((await must(policy.get(`/api/studio/drafts/${draft.id}`))).reform.with_this_text, false);
    assert.equal((await must(policy.post('/api/studio/reforms', { name: '两份', drafts: [draft.id, draft.id] }), 422)).code, 'decision.text_twice');
    await ask(draft.text.replace('m.婚姻状况 in', 'm.新栏 in'));
    assert.equal((await must(policy.post('/api/studio/reforms', { name: '错', drafts: [draft.id] }), 422)).code, 'decision.text_wrong');
    await must(policy.del(`/api/studio/drafts/${draft.id}`, { 'If-Match': `"${draft.version}"` }));
    for (const { id } of [same, other]) await must(policy.del(`/api/studio/reforms/${id}`));
  });

  test('bad questions are refused', async () => {
    const policy = await as('policy');
    for (const drafts of [['999999'], ['x'], [1], [null], ['-1']]) await must(policy.post('/api/studio/reforms', { name: 'x', drafts }), 404);
    for (const drafts of ['1', {}, 1, Array(9).fill('1')]) await must(policy.post('/api/studio/reforms', { name: 'x', drafts }), 422);
    await must(policy.post('/api/studio/reforms', { name: 'x', drafts: [] }), 422);
    for (const body of [{}, { name: '', figures: { 低保标准: 1500 } }, { name: 'x'.repeat(61), figures: { 低保标准: 1500 } }, { name: 'x', figures: {} }, { name: 'x', figures: [] },
      { name: 'x', figures: { 低保标准: '1500' } }, { name: 'x', figures: { 低保标准: -1 } }, { name: 'x', figures: { 没有: 1 } }, { name: 'x', figures: { 低保标准: 1500 }, margin_fen: -5 },
      { name: 'x', figures: { 低保标准: 1500 }, margin_fen: 1.5 }, { name: 'x', figures: { 低保标准: 1500 }, line_fen: '1' }])
      await must(policy.post('/api/studio/reforms', body), 422);
    assert.equal((await (await as('clerk')).post('/api/studio/reforms', { name: 'x', figures: { 低保标准: 1500 } })).status, 403);
    assert.deepEqual((await policy.get('/api/studio/reforms')).body.items, []);
  });
});
