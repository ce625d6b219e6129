// The life of a benefit over the API: a proposal from its making to its service, with the person heard; a death, what was
// overpaid by it, its plan, money back and a waiver.  Each step by its own role, another division finds nothing.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let db;
let server;
let benefit; // of a resident who signs in
let login;
let dead; // of somebody whose death the register learns
const sessions = new Map();
const as = async (name) => {
  if (!sessions.has(name)) sessions.set(name, await signIn(server.url, name));
  return sessions.get(name);
};
const DIED = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("UPDATE person_record SET died_on = ? WHERE superseded_at IS NULL AND valid_to IS NULL AND (district, person) IN (SELECT district, payee FROM entitlement WHERE id = ?)", (20680, int(sys.argv[2])))
`; // 2026-08-15

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  const { demo_accounts: accounts } = await must((await as('clerk')).get('/api/meta'));
  const mine = (await must((await as('clerk')).get('/api/benefits?state=active'))).items;
  assert.ok(mine.length > 2);
  for (const account of accounts.filter(({ role }) => role === 'resident')) {
    const items = (await must((await as(account.login)).get('/api/me/entitlements'))).items;
    const own = items.find(({ id }) => mine.some((one) => one.id === id && one.name === account.name)) ?? items.find(({ id }) => mine.some((one) => one.id === id));
    if (!own) continue;
    benefit = own.id;
    login = account.login;
    break;
  }
  assert.ok(benefit, 'a resident with a benefit');
  const early = await Promise.all(mine.filter(({ id }) => id !== benefit).map(async ({ id }) => (await must((await as('clerk')).get(`/api/benefits/${id}`)))));
  dead = early.find(({ payments, from }) => payments.filter((one) => one.state === 'paid').length > 1 && from < '2026-10')?.id ?? early.find(({ payments }) => payments.some((one) => one.state === 'paid')).id;
});
after(() => server?.stop());

const refused = ({ status, body }, want, code) => assert.deepEqual([status, body?.code], [want, code]);

test('proposed by hand, heard, answered by the person, decided by another, served', async () => {
  const [clerk, decider, resident, stranger, cashier] = await Promise.all(['clerk', 'decider', login, 'clerk3', 'cashier'].map(as));
  const life = await must(clerk.get(`/api/benefits/${benefit}`));
  assert.ok(life.may.includes('propose'));
  const lines = life.lines.map(({ member, item, monthly_fen }) => ({ member, item, monthly_fen }));
  const body = { entitlement: benefit, kind: 'reduce', cause: '收入增加', event: '2026-11-01', lines: lines.map((l, i) => (i ? l : { ...l, monthly_fen: l.monthly_fen - 100 })), words: '十一月起工资增加，依据445号八(四)' };
  for (const [change, code] of [
    [{ lines }, 'entitlement.not_lower'], [{ lines: [{ ...lines[0], monthly_fen: lines[0].monthly_fen + 1 }] }, 'entitlement.lines_known'], [{ lines: [{ ...lines[0], item: '别的' }] }, 'entitlement.lines_known'],
    [{ lines: 7 }, 'entitlement.lines'], [{ lines: [null] }, 'entitlement.lines'], [{ lines: Array(65).fill(lines[0]) }, 'entitlement.lines'], [{ lines: [{ ...lines[0], monthly_fen: -1 }] }, 'entitlement.lines'], [{ lines: [{ ...lines[0], member: 5 }] }, 'entitlement.lines'],
    [{ words: 'x' }, 'entitlement.words'], [{ event: '2027-01-01' }, 'entitlement.event'],
  ]) assert.equal((await clerk.post('/api/proposals', { ...body, ...change })).body.code, code, JSON.stringify(change).slice(0, 80));
  refused(await stranger.post('/api/proposals', body), 404, 'entitlement.none');
  refused(await decider.post('/api/proposals', body), 403, 'api.role');
  const { id } = await must(clerk.post('/api/proposals', body), 201);
  refused(await clerk.post('/api/proposals', body), 409, 'entitlement.proposal_open');
  assert.ok((await must(clerk.get('/api/proposals?state=proposed'))).items.some((one) => one.id === id));
  assert.ok(!(await must(stranger.get('/api/proposals'))).items.some((one) => one.id === id));
  refused(await stranger.get(`/api/proposals/${id}`), 404, 'entitlement.no_proposal');
  assert.equal((await cashier.get(`/api/proposals/${id}`)).status, 403);
  assert.deepEqual((await must(resident.get('/api/me/proposals'))).items, []);
  refused(await resident.post(`/api/me/proposals/${id}/answer`, { words: '不同意' }), 409, 'entitlement.proposal_state');
  refused(await decider.post(`/api/proposals/${id}/decide`, { adopt: true, words: '同意' }), 409, 'entitlement.not_heard');
  await must(clerk.post(`/api/proposals/${id}/serve`, { how: 'in_person' }));
  const [told] = (await must(resident.get('/api/me/proposals'))).items;
  assert.deepEqual([told.id, told.may_answer, told.monthly_fen, told.was_fen], [id, true, life.monthly_fen - 100, life.monthly_fen]);
  assert.ok(told.notes.some((note) => note.words === body.words && note.by === null));
  const other = [...sessions].find(([name, one]) => one.session.kind === 'resident' && name !== login)?.[1] ?? await signIn(server.url, 'resident2').catch(() => null);
  if (other) refused(await other.post(`/api/me/proposals/${id}/answer`, { words: '我来说' }), 404, 'entitlement.no_proposal');
  await must(resident.post(`/api/me/proposals/${id}/answer`, { words: '奖金只发了一次' }));
  const whole = await must(decider.get(`/api/proposals/${id}`));
  assert.deepEqual(whole.notes.filter((note) => note.himself).map((note) => note.words), ['奖金只发了一次']);
  assert.deepEqual(whole.head.may, ['adopt', 'drop']);
  await must(decider.post(`/api/proposals/${id}/decide`, { adopt: true, words: '工资单证明每月都有' }));
  refused(await clerk.post(`/api/proposals/${id}/withdraw`, { words: '提错了' }), 409, 'entitlement.proposal_state');
  for (const kind of ['hearing', 'decision']) assert.equal((await clerk.get(`/api/proposals/${id}/letter?kind=${kind}`)).status, 200, kind);
  refused(await stranger.get(`/api/proposals/${id}/letter?kind=decision`), 404, 'entitlement.no_proposal');
  assert.equal((await clerk.get(`/api/proposals/${id}/letter`)).status, 422);
  await must(clerk.post(`/api/proposals/${id}/serve-decision`, { how: 'post' }));
  refused(await clerk.post(`/api/proposals/${id}/serve-decision`, { how: 'post' }), 409, 'entitlement.served_already');
  const now = await must(clerk.get(`/api/benefits/${benefit}`));
  assert.deepEqual([now.monthly_fen, now.acts[0].kind, now.acts[0].proposal, now.proposals[0].state], [life.monthly_fen - 100, 'reduced', id, 'adopted']);
  const [mine] = (await must(resident.get('/api/me/entitlements'))).items.filter((one) => one.id === benefit);
  assert.equal(mine.acts[0].kind, 'reduced');
  await must(decider.post(`/api/proposals/${id}/restore`, { words: '复议撤销原决定' }));
  assert.equal((await must(clerk.get(`/api/benefits/${benefit}`))).monthly_fen, life.monthly_fen);
  const { id: second } = await must(clerk.post('/api/proposals', { ...body, kind: 'end', lines: null }), 201);
  await must(clerk.post(`/api/proposals/${second}/withdraw`, { words: '名册有误' }));
  assert.ok((await must(clerk.get(`/api/proposals/${second}`))).head.withdrawn);
});

test('the same by the command: proposed, served, heard, decided, withdrawn, the letters numbered in a row', async () => {
  const folder = temporaryFolder();
  const on = (who, ...args) => minzheng(['benefit', ...args, '--as', who, '--json'], { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });
  const done = async (...args) => {
    const run = await on(...args);
    assert.equal(run.code, 0, `${args.join(' ')}: ${run.stdout}${run.stderr}`);
    return run.json;
  };
  const not = async (code, ...args) => {
    const run = await on(...args);
    assert.notEqual(run.code, 0, args.join(' '));
    assert.match(`${run.stdout}${run.stderr}`, new RegExp(code.replace('.', '\\.')), args.join(' '));
  };
  const file = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const life = await must((await as('clerk')).get(`/api/benefits/${benefit}`));
  const lines = life.lines.map(({ member, item, monthly_fen }, i) => ({ member, item, monthly_fen: i ? monthly_fen : monthly_fen - 200 }));
  const body = { entitlement: benefit, kind: 'reduce', cause: '收入增加', event: '2026-11-01', month: null, lines, words: '十一月起工资增加' };
  const asked = file('reduce.json', JSON.stringify(body));
  const words = file('words.txt', '工资单证明每月都有\n');
  await not('entitlement.role', 'decider', 'propose', asked);
  await not('entitlement.none', 'clerk3', 'propose', asked);
  await not('entitlement.lines', 'clerk', 'propose', file('bad.json', JSON.stringify({ ...body, lines: 7 })));
  await not('entitlement.kind', 'clerk', 'propose', file('none.json', JSON.stringify({ ...body, kind: 'x' })));
  const { proposal } = await done('clerk', 'propose', asked);
  assert.ok((await done('clerk', 'list', '--state', 'proposed')).items.some((one) => one.id === proposal));
  assert.ok(!(await done('clerk3', 'list')).items.some((one) => one.id === proposal));
  await not('entitlement.no_proposal', 'clerk3', 'show', proposal);
  await not('entitlement.not_heard', 'decider', 'adopt', proposal, words);
  await not('notice.how|entitlement.how', 'clerk', 'serve', proposal, 'pigeon');
  await done('clerk', 'serve', proposal, 'post');
  await done('clerk', 'hear', proposal, file('said.txt', '奖金只发了一次'));
  await not('entitlement.words', 'decider', 'adopt', proposal, file('empty.txt', '\n'));
  await done('decider', 'adopt', proposal, words);
  await not('entitlement.proposal_state', 'clerk', 'withdraw', proposal, words);
  await done('clerk', 'serve-decision', proposal, 'left');
  const shown = await done('clerk', 'show', proposal);
  assert.equal(shown.head.state, 'adopted');
  const said = Object.fromEntries(shown.notes.map((note) => [note.kind, note.words]));
  assert.deepEqual([said.answered, said.adopted], ['奖金只发了一次', '工资单证明每月都有']);
  for (const [kind, pattern, note] of [['hearing', '民待告字', said.hearing_number], ['decision', '民待决字', said.decision_number]]) {
    assert.match(note, new RegExp(`^${pattern}〔2026〕\\d{5}号$`));
    const pdf = join(folder, `${kind}.pdf`);
    await done('clerk', 'letter', proposal, kind, pdf);
    const text = spawnSync('pdftotext', [pdf, '-'], { encoding: 'utf8' });
    assert.ok(text.stdout.replace(/\s/g, '').includes(note), `${kind}: ${text.stdout.slice(0, 200)}${text.stderr}`);
  }
  await done('decider', 'restore', proposal, words);
  assert.equal((await must((await as('clerk')).get(`/api/benefits/${benefit}`))).monthly_fen, life.monthly_fen);
  const { proposal: second } = await done('clerk', 'propose', asked);
  const next = (await done('clerk', 'show', second)).notes.find((note) => note.kind === 'hearing_number').words;
  assert.equal(Number(next.match(/〕(\d+)号/)[1]), Number(said.hearing_number.match(/〕(\d+)号/)[1]) + 1); // without a gap
  await done('clerk', 'withdraw', second, words);
  assert.ok((await done('clerk', 'show', second)).head.withdrawn);
});

test('corrected by hand: one proposes, another decides without a hearing, the difference is a back payment', async () => {
  const [clerk, decider, resident] = await Promise.all(['clerk', 'decider', login].map(as));
  const life = await must(clerk.get(`/api/benefits/${benefit}`));
  const paid = life.payments.find((one) => one.state === 'paid').month;
  const lines = life.lines.map(({ member, item, monthly_fen }, i) => ({ member, item, monthly_fen: i ? monthly_fen : monthly_fen + 700 }));
  const body = { entitlement: benefit, kind: 'correct', cause: '标准算错', event: '2026-09-01', month: paid, lines, words: '按标准应再加 7 元' };
  for (const [change, code] of [[{ month: null }, 'entitlement.month_before'], [{ month: '2026-13' }, 'api.field_type'], [{ month: '1990-01' }, 'entitlement.month_before'], [{ lines: null }, 'entitlement.lines'],
    [{ lines: life.lines.map(({ member, item, monthly_fen }) => ({ member, item, monthly_fen })) }, 'entitlement.not_higher'], [{ kind: 'resume', month: null, lines: null }, 'entitlement.not_suspended']])
    assert.equal((await clerk.post('/api/proposals', { ...body, ...change })).body.code, code, JSON.stringify(change).slice(0, 80));
  const { id } = await must(clerk.post('/api/proposals', body), 201);
  assert.deepEqual((await must(clerk.get(`/api/proposals/${id}`))).head.may, ['withdraw']);
  const whole = await must(decider.get(`/api/proposals/${id}`));
  assert.deepEqual(whole.head.may, ['adopt', 'drop']);
  assert.ok((await must(resident.get('/api/me/proposals'))).items.every((one) => one.id !== id)); // nothing is decided
  refused(await clerk.post(`/api/proposals/${id}/serve`, { how: 'post' }), 422, 'entitlement.kind');
  await must(decider.post(`/api/proposals/${id}/decide`, { adopt: true, words: '核对无误' }));
  const now = await must(clerk.get(`/api/benefits/${benefit}`));
  assert.deepEqual([now.monthly_fen, now.acts[0].kind, now.acts[0].proposal], [life.monthly_fen + 700, 'corrected', id]);
  assert.equal(now.months.find((one) => one.month === paid).owed_fen - life.months.find((one) => one.month === paid).owed_fen, 700);
  assert.ok((await must(clerk.get('/api/back-payments?state=owed'))).items.some((one) => one.entitlement === benefit && one.month === paid));
  const told = (await must(resident.get('/api/me/proposals'))).items.find((one) => one.id === id); // he was not heard, and is told
  assert.deepEqual([told.kind, told.state, told.served_at, told.answer_due, told.may_answer, told.monthly_fen], ['correct', 'adopted', null, null, false, now.monthly_fen]);
  assert.deepEqual(whole.notes.map((note) => note.kind), ['proposed']); // nothing to serve: no number of a notice
  const decided = (await must(clerk.get(`/api/proposals/${id}`))).notes;
  assert.match(decided.find((note) => note.kind === 'decision_number').words, /^民待决字〔2026〕\d{5}号$/);
  assert.equal((await must(resident.get('/api/me/entitlements'))).items.find((one) => one.id === benefit).acts[0].kind, 'corrected');
});

test('a death found late: overpaid, planned, partly paid back, partly waived by two people', async () => {
  const [clerk, decider, cashier, finance, stranger] = await Promise.all(['clerk', 'decider', 'cashier', 'finance', 'clerk3'].map(as));
  const run = spawnSync('python3', ['-c', DIED, db, dead], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  const life = await must(clerk.get(`/api/benefits/${dead}`));
  const { scheme } = (await must(clerk.get('/api/benefits'))).items.find((one) => one.id === dead);
  assert.ok((await must(cashier.post('/api/rechecks', { month: '2026-12', scheme }))).death >= 1);
  const suspended = await must(decider.get(`/api/benefits/${dead}`));
  assert.deepEqual([suspended.state, suspended.may], ['suspended', ['death']]);
  refused(await decider.post(`/api/benefits/${dead}/death`, { confirm: true, words: '死亡证明' }), 422, 'entitlement.died');
  await must(decider.post(`/api/benefits/${dead}/death`, { confirm: true, died: '2026-08-15', words: '死亡证明第 12 号' }));
  const ended = await must(clerk.get(`/api/benefits/${dead}`));
  assert.equal(ended.state, 'ended');
  const paid = life.payments.filter((one) => one.state === 'paid' && one.month > '2026-08').reduce((sum, one) => sum + one.amount_fen, 0);
  const [head] = ended.recoveries;
  assert.equal(head.amount_fen, paid);
  const path = `/api/recoveries/${head.id}`;
  refused(await stranger.get(path), 404, 'recovery.none');
  assert.ok((await must(cashier.get('/api/recoveries?state=open'))).items.some((one) => one.id === head.id));
  const plan = (...list) => clerk.post(`${path}/plan`, { instalments: list.map(([due_on, amount_fen]) => ({ due_on, amount_fen })) });
  for (const bad of [[], [['2026-12-31', 1]], [['2020-01-01', paid]], [['2026-12-31', paid - 1], ['2026-12-31', 1]], [['x', paid]], [['2026-12-31', -paid]]]) refused(await plan(...bad), 422, 'recovery.plan');
  refused(await clerk.post(`${path}/plan`, { instalments: { a: 1 } }), 422, 'recovery.plan');
  await must(plan(['2026-12-31', paid - 1000], ['2027-01-31', 1000]));
  refused(await cashier.post(`${path}/receipts`, { amount_fen: paid + 1, words: '转账' }), 409, 'recovery.more');
  refused(await cashier.post(`${path}/receipts`, { amount_fen: 0, words: '转账' }), 422, 'recovery.amount');
  await must(cashier.post(`${path}/receipts`, { amount_fen: paid - 600, words: '家属转账' }));
  const { id: waiver } = await must(clerk.post(`${path}/waivers`, { amount_fen: 600, words: '家属困难' }), 201);
  refused(await stranger.post(`${path}/waivers`, { amount_fen: 1, words: '困难' }), 404, 'recovery.none');
  const asked = await must(finance.get(path));
  assert.deepEqual([asked.head.state, asked.head.waiver_asked, asked.parts[1].may_answer, asked.plan[0].covered_fen, asked.plan[1].covered_fen], ['planned', true, true, paid - 1000, 400]);
  await must(finance.post(`/api/recovery-waivers/${waiver}/answer`, { approve: true, words: '同意减免' }));
  refused(await finance.post(`/api/recovery-waivers/${waiver}/answer`, { approve: true, words: '同意减免' }), 409, 'recovery.answered');
  assert.equal((await must(clerk.get(path))).head.state, 'settled');
  refused(await plan(['2026-12-31', 1]), 409, 'recovery.settled');
});

const fenOf = (text) => Math.round(Number(text) * 100);
const rowsOf = (text) => text.replace('\uFEFF', '').trim().split('\r\n').map((line) => line.split(','));

test('statements by scheme, subdistrict and fund tell one sum, on the screen and in files', async () => {
  const [finance, auditor, clerk] = await Promise.all(['finance', 'auditor', 'clerk'].map(as));
  const range = 'from=2026-01&to=2026-12';
  const [scheme, division, fund] = await Promise.all(['scheme', 'division', 'fund'].map((by) => finance.get(`/api/ledger/statement?by=${by}&${range}`).then(must)));
  assert.ok(scheme.paid_fen > 0);
  for (const other of [division, fund]) assert.deepEqual([other.approved_fen, other.paid_fen], [scheme.approved_fen, scheme.paid_fen], other.by);
  assert.ok(fund.items.every((one) => ['central', 'city', 'district'].includes(one.key)));
  for (const by of ['scheme', 'division', 'fund']) {
    const csv = await auditor.get(`/api/ledger/statement/file?by=${by}&${range}&format=csv`);
    const rows = rowsOf(csv.text);
    assert.equal(fenOf(rows.at(-1)[3]), scheme.approved_fen, by);
    assert.equal(rows.slice(1, -1).reduce((sum, row) => sum + fenOf(row[4]), 0), scheme.paid_fen, by);
    assert.match(csv.headers.get('content-disposition'), new RegExp(`attachment; filename="statement-${by}-2026-01-2026-12.csv"`));
    const xlsx = await auditor.get(`/api/ledger/statement/file?by=${by}&${range}&format=xlsx`);
    assert.equal(xlsx.bytes.subarray(0, 2).toString(), 'PK');
    const pdf = await auditor.get(`/api/ledger/statement/file?by=${by}&${range}&format=pdf`);
    assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
    const text = spawnSync('pdftotext', ['-layout', '-', '-'], { input: pdf.bytes }).stdout.toString();
    assert.ok(text.includes((scheme.approved_fen / 100).toFixed(2)), text.slice(0, 500));
  }
  for (const bad of ['by=scheme&from=2026-01&to=2026-12', 'by=x&from=2026-01&to=2026-12&format=csv', 'from=2026-02&to=2026-01&format=csv', 'from=1900-01&to=2026-01&format=pdf', `${range}&format=doc`])
    assert.equal((await finance.get(`/api/ledger/statement/file?${bad}`)).status, 422, bad);
  assert.equal((await clerk.get(`/api/ledger/statement/file?${range}&format=csv`)).status, 403);
});

test('a person\'s statement is his own, and for who may see the benefit', async () => {
  const [clerk, stranger, resident] = await Promise.all(['clerk', 'clerk3', login].map(as));
  const range = 'from=2026-01&to=2026-12';
  const life = await must(clerk.get(`/api/benefits/${benefit}`));
  const path = `/api/benefits/${benefit}/statement?${range}`;
  const rows = rowsOf((await clerk.get(`${path}&format=csv`)).text);
  const paid = life.payments.filter((one) => one.state === 'paid').reduce((sum, one) => sum + one.amount_fen, 0);
  assert.equal(fenOf(rows.at(-1)[4]), paid);
  refused(await stranger.get(`${path}&format=csv`), 404, 'entitlement.none');
  const own = await resident.get(`/api/me/statement?${range}&format=pdf`);
  const text = spawnSync('pdftotext', ['-layout', '-', '-'], { input: own.bytes }).stdout.toString();
  assert.ok(text.includes(resident.session.name) || text.includes(life.name), text.slice(0, 300));
  assert.doesNotMatch(text, /\d{15,}/, 'no number of a person or an account');
});

test('what is published tells nobody\'s name, number or address', async () => {
  const clerk = await as('district');
  const get = (query = '') => fetch(`${server.url}/api/public-notices${query}`, { headers: { 'Accept-Language': 'zh-CN' } });
  const text = await (await get()).text();
  const { items } = JSON.parse(text);
  assert.ok(items.length > 0, 'the demonstration publishes something');
  const allowed = ['community', 'covered', 'from', 'id', 'kind', 'monthly_fen', 'name_masked', 'scheme', 'scheme_name', 'until'];
  for (const one of items) {
    assert.deepEqual(Object.keys(one).sort(), allowed);
    assert.match(one.name_masked, /^(\p{Script=Han}＊+|＊＊＊)$/u);
    assert.ok(one.from <= '2026-11-24' && one.until >= '2026-11-24');
  }
  assert.doesNotMatch(text.replace(/"id":"\d+"/g, ''), /\d{11,}/, 'a number of a person, a telephone, an account');
  const names = new Set();
  for (let cursor = ''; cursor !== null;) {
    const page = await must(clerk.get(`/api/cases?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`));
    for (const one of page.items) names.add(one.applicant_name);
    cursor = page.next ?? null;
  }
  assert.ok(names.size > 5);
  for (const name of names) assert.ok(!text.includes(name), name);
  const [{ community }] = items;
  const near = JSON.parse(await (await get('?division=110102')).text()).items;
  assert.deepEqual(near.map((one) => one.id), items.map((one) => one.id));
  assert.deepEqual(JSON.parse(await (await get('?division=110101')).text()).items, []);
  assert.ok(community);
  assert.equal((await get('?division=x')).status, 422);
});

test('what is published of a case disappears when the case is kept in a compartment', async () => {
  const leader = await as('leader');
  const { demo_accounts: accounts } = await must(leader.get('/api/meta'));
  const second = await as(accounts.find((one) => one.role === 'district_decider').login);
  const list = async () => JSON.parse(await (await fetch(`${server.url}/api/public-notices`)).text()).items.length;
  const before_ = await list();
  const district = await as('district');
  let hidden = 0;
  for (const { id, number } of (await must(district.get('/api/cases?limit=200'))).items) {
    if (!(await must(district.get(`/api/cases/${id}`))).publication) continue;
    const { id: order } = await must(leader.post('/api/secrecy', { kind: 'place', ground: 'witness_protection', case_number: number, reason: '证人保护' }), 201);
    await must(second.post(`/api/secrecy/${order}/confirm`));
    hidden = 1;
    break;
  }
  assert.equal(hidden, 1);
  assert.equal(await list(), before_ - 1);
});

// The death was written past the program (DIED): that row is named, and nothing else is wrong.
test('the store is whole but for what was written past it', async () => {
  const { code, stdout } = await minzheng(['check-store'], { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });
  assert.equal(code, 1, stdout);
  assert.match(stdout.trim(), /^人口登记 \d+ 与日志条目 \d+ 的承诺（row）不符：记录被改动了\n检查完毕，发现 1 处问题。$/);
});
