// The whole 低保 path on PostgreSQL beside SQLite: the same demonstration from
// the same seed, one application carried to approval through the API, a month
// paid with the command, and every invariant afterwards.  What both show must
// be the same; only ids and moments differ.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { must, signIn, until } from '../support/api.mjs';
import { applicationOf, householdOf } from '../support/application.mjs';
import { minzheng, minzhengOk, ROOT, temporaryFolder } from '../support/cli.mjs';
import { startPostgres } from '../support/postgres.mjs';
import { startServer } from '../support/server.mjs';
import { stepData } from '../support/steps.mjs';

const PEOPLE = 1500;
const SEED = 7;
// Both routes of the law have cases then, and September's payment is a month away.
const DEMO_DAY = '2026-08-10T09:00:00+08:00';
const CASE_DAY = '2026-08-10T10:00:00+08:00';
const PAY_DAY = '2026-09-08T10:00:00+08:00';
const STEPS_MAX = 40;

const OUTCOMES = {
  accept: '受理', accept_again: '受理', authorise: '全部授权', visit: '已调查', visit_second: '属实', findings: '符合',
  appraise: '结果真实', opinion: '拟同意', submit: '已上报', spotcheck_visit: '属实', review: '同意', decide: '批准', serve_approval: '已送达',
};
const DESKS = { clerk: ['clerk', 'clerk2'], reviewer: ['reviewer', 'reviewer2'], decider: ['decider'], community: ['community'], district_clerk: ['district'], district_decider: ['district-decider'] };

function backend(name, db) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'keys'), { mode: 0o700 });
  return { name, folder, env: { MINZHENG_DB: db ?? join(folder, 'store.db'), MINZHENG_KEYS: join(folder, 'keys') }, seconds: {} };
}

const at = (b, day) => ({ env: { ...b.env, MINZHENG_NOW: day } });

async function timed(b, what, work) {
  const start = process.hrtime.bigint();
  const result = await work();
  b.seconds[what] = Number(process.hrtime.bigint() - start) / 1e9;
  return result;
}

// ---- what a store shows --------------------------------------------------------

async function pagesOf(person, path) {
  const items = [];
  for (let cursor = ''; ; ) {
    const page = await must(person.get(`${path}?limit=20${cursor && `&cursor=${encodeURIComponent(cursor)}`}`));
    items.push(...page.items);
    if (!page.next) return items;
    cursor = page.next;
  }
}

async function digest(url) {
  const [district, finance, leader] = [await signIn(url, 'district'), await signIn(url, 'finance'), await signIn(url, 'leader')];
  const cases = [];
  for (const { id } of await pagesOf(district, '/api/cases')) {
    const whole = await must(district.get(`/api/cases/${id}`));
    const events = await must(district.get(`/api/cases/${id}/events`));
    const { number, state, outcome, monthly_fen, division, channel, applied_on, due_on } = whole.summary;
    cases.push({
      number, state, outcome, monthly_fen, division, channel, applied_on, due_on,
      steps: whole.steps.map((step) => `${step.id} ${step.state}`),
      parties: whole.parties.map((party) => `${party.name} ${party.party}`).sort(),
      notices: whole.notices.map((notice) => `${notice.kind} ${notice.number} ${notice.served_how}`).sort(),
      tasks: whole.tasks.map((task) => `${task.element} ${task.due_on}`).sort(),
      events: events.items.map((event) => event.kind).sort(),
    });
  }
  const batches = [];
  for (const batch of (await must(finance.get('/api/payments/batches'))).items) {
    const detail = await must(finance.get(`/api/payments/batches/${batch.id}`));
    const { month, state, count, total_fen, paid_fen, returned_fen } = batch;
    batches.push({
      month, state, count, total_fen, paid_fen, returned_fen,
      lines: detail.lines.map((line) => `${line.name} ${line.amount_fen} ${line.state}`).sort(),
      ledger: detail.ledger.map((line) => `${line.account} ${line.debit_fen} ${line.credit_fen}`).sort(),
    });
  }
  const { numbers, states, on_time, months, divisions } = await must(leader.get('/api/board'));
  cases.sort((a, b) => (a.number < b.number ? -1 : 1));
  batches.sort((a, b) => (a.month < b.month ? -1 : 1));
  return { cases, batches, board: { numbers, states, on_time, months, divisions } };
}

// ---- one application --------------------------------------------------------------

class Office {
  constructor(url) {
    this.url = url;
    this.people = new Map();
  }

  async person(login) {
    if (!this.people.has(login)) this.people.set(login, await signIn(this.url, login));
    return this.people.get(login);
  }

  async serveNotices(id) {
    const clerk = await this.person('clerk');
    for (const notice of (await must(clerk.get(`/api/cases/${id}`))).notices)
      if (!notice.served_at) await must(clerk.post(`/api/cases/${id}/service`, { notice: notice.id, how: 'in_person' }));
  }

  // Four eyes may refuse the first colleague; the next one tries.
  async complete(task) {
    let answer;
    for (const login of DESKS[task.role]) {
      const officer = await this.person(login);
      answer = await officer.post(`/api/tasks/${task.id}/complete`, { outcome: OUTCOMES[task.element], note: '按规定办理', data: stepData(task.element, CASE_DAY) });
      if (answer.status !== 403) break;
    }
    return must(answer);
  }
}

async function apply(resident, clerk) {
  const data = applicationOf(await householdOf(resident, clerk));
  const send = (key) => resident.post('/api/cases', { matter: 'dibao', channel: 'portal', data, declared: true }, { 'Idempotency-Key': key });
  const receipt = await must(send('walk-1'));
  assert.equal((await must(send('walk-1'))).id, receipt.id);
  const twice = await send('walk-2');
  assert.deepEqual([twice.status, twice.body.code], [409, 'case.already_open']);
  return receipt;
}

async function carry(url) {
  const office = new Office(url);
  const resident = await office.person('resident');
  const receipt = await apply(resident, await office.person('clerk'));
  const district = await office.person('district');
  const look = () => must(district.get(`/api/cases/${receipt.id}`));
  const seen = [];
  for (let i = 0; i < STEPS_MAX; i++) {
    // nobody's task while the sources' answers are awaited
    const now = await until('a task or the end', async () => {
      const one = await look();
      return (one.tasks.length || one.summary.state === 'approved') && one;
    });
    if (now.summary.state === 'approved') break;
    const [task] = now.tasks;
    if (task.element.startsWith('serve_')) await office.serveNotices(receipt.id);
    await office.complete(task);
    if (task.element !== 'spotcheck_visit') seen.push(task.element); // drawn by lot
  }
  const done = await must(resident.get(`/api/cases/${receipt.id}`));
  const decision = await must(resident.get(`/api/cases/${receipt.id}/decision`));
  const verification = await must(district.get(`/api/cases/${receipt.id}/verification`));
  assert.ok((await must(resident.get('/api/me/access'))).items.length > 0);
  assert.equal((await must(resident.get(done.notices.at(-1).pdf))).subarray(0, 5).toString(), '%PDF-');
  const { state, outcome, monthly_fen } = done.summary;
  return {
    id: receipt.id,
    shown: {
      number: receipt.number, state, outcome, monthly_fen, seen,
      decision: {
        outcome: decision.outcome, monthly_fen: decision.monthly_fen, reasons: decision.reasons,
        lines: decision.lines.map((line) => `${line.item} ${line.monthly_fen}`), parameters: decision.parameters.map((one) => one.name),
      },
      verification: { state: verification.state, conflicts: verification.conflicts.map((one) => one.fact) },
      notices: done.notices.map((notice) => `${notice.kind} ${notice.number}`),
    },
  };
}

// A receipt comes when the entry is under a signed head, a second later.
async function receiptOf(b, url, caseId) {
  const resident = await signIn(url, 'resident');
  const [first] = await must(resident.get(`/api/cases/${caseId}/receipts`));
  const { text } = await until('a receipt', async () => {
    const answer = await resident.get(`/api/log/receipts/${first.entry}`);
    return answer.status === 200 && answer.body;
  }, 10);
  const file = join(b.folder, 'receipt.txt');
  writeFileSync(file, text);
  return file;
}

// ---- every question ------------------------------------------------------------------

const api = JSON.parse(readFileSync(join(ROOT, 'src/server/api.json'), 'utf8'));
const QUERIES = {
  '/api/cases': ['', '?state=approved&limit=3', '?division=110102020', '?number=%E4%BD%8E%E4%BF%9D', '?late=true'],
  '/api/tasks': ['', '?urgency=overdue', '?mine=true&limit=2', '?urgency=today'],
  '/api/payments/batches/{batch}': ['', '?state=paid'],
  '/api/registers/{register}/export': ['?format=csv&purpose=case_handling', '?format=xlsx&purpose=statistics'],
  '/api/quality/rows': ['?rule=population.address', '?rule=population.phone'],
  '/api/proposals/{proposal}/letter': ['?kind=hearing', '?kind=decision'],
};

// Status and number of items of every reading route for every kind of person:
// a statement that one backend does not understand shows as a 500.
async function questions(url, caseId) {
  const people = [];
  for (const login of ['resident', 'community', 'clerk', 'reviewer', 'decider', 'district', 'leader', 'auditor', 'cashier', 'finance', 'policy', 'city'])
    people.push(await signIn(url, login));
  const [resident, district, finance] = ['resident', 'district', 'finance'].map((login) => people.find((one) => one.login === login));
  const whole = await must(district.get(`/api/cases/${caseId}`));
  const policy = people.find((one) => one.login === 'policy');
  const draft = await must(policy.post('/api/studio/drafts', { matter: 'dibao', file: 'decision.dmn' }));
  const reform = await must(policy.post('/api/studio/reforms', { name: '高龄津贴加倍', figures: { 高龄津贴一档: 200 } }));
  const leader = people.find((one) => one.login === 'leader');
  const records = (await must(leader.get('/api/registers/facility/records'))).items;
  const certificate = await must(people.find((one) => one.login === 'clerk').post(`/api/cases/${caseId}/certificates`), 201);
  const taken = await must(district.post(`/api/imports?register=facility&name=a.csv`, '设施名称,类别,街道,状态\n导入站,驿站,广安门内街道,正常\n坏,无此类,广安门内街道,正常\n'));
  await must(district.post('/api/duplicates', { register: 'population' }));
  await must(district.post('/api/quality', { register: 'all' }));
  const allotment = (await must(people.find((one) => one.login === 'cashier').post('/api/allotments', { year: 2026, fund: '救助资金', document: '试验1号', total_fen: 100000000, unit_fen: 100, factors: 'division,floor,cap,低保对象\nweight,,,1\n110102001,,,3\n110102003,,,7\n' }), 201)).id;
  const known = {
    allotment,
    import: taken.batch, duplicate: (await must(district.get('/api/duplicates'))).items[0]?.id ?? '1',
    register: 'facility', index: 'seven-five', record: records[0].id, reform: reform.id, plan: 'xicheng-14', plan_task: (await must(leader.get('/api/plans/xicheng-14/work'))).tasks[0].id, indicator: 'xicheng-14.t.04', lead: (await must(leader.get('/api/leads'))).items[0].id, document: 'bj-2018-445', case: caseId, person: resident.session.person, matter: 'dibao', draft: draft.id, paper: '1', notice: whole.notices[0].id, file: whole.decision_file,
    task: (await must(district.get('/api/tasks'))).items[0]?.id ?? '1', batch: (await must(finance.get('/api/payments/batches'))).items.at(-1).id,
    entry: (await must(resident.get(`/api/cases/${caseId}/receipts`)))[0].entry,
    entitlement: (await must(finance.get('/api/benefits'))).items.at(-1).id, proposal: '1', recovery: '1',
    certificate: certificate.id, list: '1', division: '110102', offer: 'facilities', source: 'care_facilities',
  };
  const submission = (await must(district.post('/api/submissions', { target: 'city_assistance', basis: '报送通知第 8 号' }), 201)).id;
  known.submission = submission;
  const sent = (await must(district.get(`/api/submissions/${submission}`)));
  await must(district.post('/api/submissions/receipts?target=city_assistance&name=a.csv', Buffer.from(`回执,JZDA,1.0,city_assistance,1,${sent.submission.sm3},2026-11-25\n业务编号,处理结果,原因代码,原因说明,上级编号\n${sent.items.map((one, i) => `${one.number},${i ? '成功' : '退回'},E,不符,`).join('\n')}\n合计,${sent.items.length}\n`)));
  const beside = await must(district.post('/api/submissions/differences?target=city_assistance&name=b.csv', Buffer.from('业务编号,公民身份号码\nMZ1,110102199001011234\n')));
  assert.deepEqual([beside.only_there, beside.only_here], [1, sent.items.length]);
  await must(district.post('/api/submissions', { target: 'city_assistance', basis: '报送通知第 8 号', again: submission }), 201);
  await must(district.post('/api/submissions', { target: 'medical_identity', basis: '报送通知第 8 号' }), 201);
  const answers = [];
  for (const route of api.routes.filter((one) => one.method === 'GET'))
    for (const query of QUERIES[route.path] ?? [''])
      for (const person of people) {
        const path = route.path.replace(/\{(\w+)\}/g, (_, name) => known[name] ?? assert.fail(`no ${name} for ${route.path}`));
        const purpose = route.path.startsWith('/api/persons/') ? '?purpose=enquiry' : query;
        const { status, body } = await person.get(path + purpose);
        const byLot = /\/(events|receipts)$|cases\/{case}\/records$/.test(route.path); // one more when the spot check was drawn
        answers.push(`${person.login} ${route.path}${query} ${status} ${byLot ? '' : (body?.items?.length ?? '')}`);
      }
  const clerk = people.find((one) => one.login === 'clerk');
  const number = await must(clerk.post(`/api/persons/${known.person}/reveal`, { field: 'id_number', purpose: 'enquiry' }));
  const [me] = (await must(resident.get('/api/me/household'))).members;
  const last4 = number.value.slice(-4);
  const found = [{ id_number: number.value }, { last4, birth: me.birth }, { name: me.name, birth: me.birth }, { last4, name: me.name }];
  for (const query of [...found, { name: me.name[0], last4 }, { name: '%', last4 }, { name: me.name }]) {
    const { status, body } = await clerk.post('/api/persons/search', { ...query, purpose: 'enquiry' });
    if (found.includes(query)) assert.ok(body.items.some((one) => one.person === known.person), JSON.stringify(query));
    answers.push(`search ${JSON.stringify(query)} ${status} ${JSON.stringify((body.items ?? []).map((one) => one.id_masked).sort())}`);
  }
  assert.deepEqual(answers.filter((line) => / 5\d\d /.test(line)), []);
  return answers;
}

// What residents may do besides: a draft, a complaint, a second thought.
async function otherDoors(url, caseId) {
  const resident = await signIn(url, 'resident');
  const clerk = await signIn(url, 'clerk');
  const draft = await resident.call('PUT', '/api/me/drafts/dibao', { data: { applicant_name: '张' }, page: 'applicant' });
  const kept = await resident.get('/api/me/drafts/dibao');
  const dropped = await resident.del('/api/me/drafts/dibao');
  const complaint = await resident.post(`/api/cases/${caseId}/remedies`, { kind: 'complaint', text: '催办' });
  const open = (await must(clerk.get('/api/cases?state=applied'))).items[0] ?? (await must(clerk.get('/api/cases?state=investigating'))).items[0];
  const claimed = [];
  for (const task of (await must(clerk.get('/api/tasks'))).items.slice(0, 2)) {
    claimed.push((await clerk.post(`/api/tasks/${task.id}/claim`)).status, (await clerk.post(`/api/tasks/${task.id}/release`)).status);
  }
  const etag = (await clerk.get(`/api/cases/${open.id}`)).headers.get('ETag');
  const withdrawn = await clerk.post(`/api/cases/${open.id}/withdraw`, { reason: '申请人书面撤回' }, { 'If-Match': etag });
  const done = [draft, kept, dropped, complaint, withdrawn].map(({ status, body }) => `${status} ${body?.code ?? ''}`).concat(claimed);
  assert.ok(done.every((one) => /^2/.test(one)), done.join());
  return done;
}

// ---- a month's payment --------------------------------------------------------------

async function pay(b) {
  const options = at(b, PAY_DAY);
  const batch = (await minzhengOk(['pay', 'run', '--month', '2026-09', '--as', 'cashier'], options)).json;
  const own = await minzheng(['pay', 'approve', batch.id, '--as', 'cashier'], options);
  assert.notEqual(own.code, 0, 'who prepared it cannot approve it');
  await minzhengOk(['pay', 'approve', batch.id, '--as', 'finance'], options);
  const file = join(b.folder, 'bank.csv');
  await minzhengOk(['pay', 'export', batch.id, file, '--as', 'cashier'], options);
  const rows = readFileSync(file, 'utf8').split(/\r?\n/).filter((line) => /^\d/.test(line)).map((line) => line.split(','));
  assert.equal(rows.length, batch.count);
  const returns = join(b.folder, 'returns.csv');
  const answer = rows.map((row, i) => `${row[0]},${row[4]},${i ? '成功' : '失败'},${i ? '' : 'closed'}`);
  writeFileSync(returns, `付款编号,金额,状态,原因\r\n${answer.join('\r\n')}\r\n`);
  await minzhengOk(['pay', 'return', batch.id, returns, '--as', 'cashier'], options);
  const again = await minzheng(['pay', 'run', '--month', '2026-09', '--as', 'cashier'], options);
  const list = (await minzhengOk(['pay', 'list', '--as', 'finance'], options)).json;
  return {
    again: again.code === 0 ? again.json.count : again.code,
    list: list.items.map(({ month, state, count, total_fen, paid_fen, returned_fen }) => ({ month, state, count, total_fen, paid_fen, returned_fen })),
  };
}

// ---- the path -------------------------------------------------------------------------

async function whole(b) {
  const made = await timed(b, 'demo', () => minzhengOk(['demo', '--people', PEOPLE, '--seed', SEED, '--json'].map(String), at(b, DEMO_DAY)));
  const counts = JSON.parse(made.stdout.slice(made.stdout.indexOf('{')));
  await minzhengOk(['check-store'], at(b, DEMO_DAY));
  const snapshot = join(b.folder, 'snapshot');
  await timed(b, 'snapshot', () => minzhengOk(['snapshot', 'build', snapshot], at(b, CASE_DAY)));
  const screened = await timed(b, 'screen', () => minzhengOk(['screen', '--snapshot', snapshot, '--keep', '--as', 'policy', '--json'], at(b, CASE_DAY)));
  counts.found = screened.json.schemes.map(({ scheme, lead, possible, review, receiving, error }) => [scheme, lead, possible, review, receiving, error]);
  const server = await startServer({ db: b.env.MINZHENG_DB, ...at(b, CASE_DAY) });
  let shown, carried, receipt, asked, besides;
  try {
    shown = await timed(b, 'read', () => digest(server.url));
    carried = await timed(b, 'case', () => carry(server.url));
    receipt = await receiptOf(b, server.url, carried.id);
    asked = await timed(b, 'questions', () => questions(server.url, carried.id));
    besides = await otherDoors(server.url, carried.id);
  } finally {
    assert.deepEqual(await server.stop(), { code: 0, signal: null });
  }
  assert.doesNotMatch(server.output(), /store\.|^(sweep|log|sessions)/m);
  await minzhengOk(['log', 'verify', receipt], { env: { MINZHENG_NOW: CASE_DAY } }); // needs no store
  const paid = await timed(b, 'pay', () => pay(b));
  await timed(b, 'check', () => minzhengOk(['check-store'], at(b, PAY_DAY)));
  await minzhengOk(['log', 'verify'], at(b, PAY_DAY));
  return { counts, shown, case: carried.shown, asked, besides, paid };
}

test('the whole path is the same on SQLite and on PostgreSQL', async (t) => {
  const server = await startPostgres();
  t.after(() => server.stop());
  const database = await server.createDatabase();
  const both = [backend('SQLite'), backend('PostgreSQL', database.url)];
  const [sqlite, postgres] = await Promise.all(both.map(whole));

  assert.ok(sqlite.counts.people >= PEOPLE);
  assert.ok(sqlite.shown.cases.length >= 10 && sqlite.shown.batches.length >= 3);
  assert.equal(sqlite.case.state, 'approved');
  assert.ok(sqlite.case.monthly_fen > 0);
  assert.ok(sqlite.paid.list.some((batch) => batch.month === '2026-09' && batch.returned_fen > 0));
  for (const part of Object.keys(sqlite)) assert.deepEqual(postgres[part], sqlite[part], part);
  for (const b of both)
    t.diagnostic(`${b.name}: ${Object.entries(b.seconds).map(([what, s]) => `${what} ${s.toFixed(1)} s`).join(', ')}`);
});
