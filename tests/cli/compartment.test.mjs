// A case in a compartment does not exist for who is not in it: every route of
// src/server/api.json is either tried here, or stands in NOT_OF_CASES with its reason.
// A new route that is in neither fails the first test.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const NOT_OF_CASES = {
  meta: 'no case', openapi: 'no case', session_get: 'who I am', session_open: 'signing in', session_close: 'signing out', divisions: 'no case', contact: 'no case', contact_put: 'no case',
  matters: 'what can be asked for', matter: 'what can be asked for', examination: 'of the facts that are sent', documents: 'regulations', words: 'names in two languages', document_text: 'regulations',
  policy_file: 'policies', policies: 'policies', policy_cases: 'made-up households', policy_check: 'policies', policy_test: 'policies', policy_try: 'policies',
  policy_draft_new: 'policies', policy_draft: 'policies', policy_draft_put: 'policies', policy_draft_delete: 'policies', policy_draft_submit: 'policies',
  policy_draft_return: 'policies', policy_draft_publish: 'policies', policy_receipt: 'policies', processes: 'counts of models', process_migrate: 'of models', parameters: 'policies', parameter_confirm: 'policies',
  circles: 'facilities and counts of people', recheck_new: 'counts', recheck_close: 'test_civil_recheck',
  reforms: 'figures over a snapshot', reform_new: 'figures over a snapshot', reform: 'figures over a snapshot', reform_delete: 'figures over a snapshot',
  family_find: 'of people', duplicates: 'people and counts, test_civil_linkage', duplicates_run: 'people', duplicate: 'counts of cases that he may know of, test_civil_linkage', duplicate_say: 'of people, test_civil_linkage',
  quality: 'counts of registers that he knows of', quality_run: 'counts', quality_rows: 'people and records of registers that he knows of',
  imports: 'schema_known, registers.test', import_new: 'schema_known, registers.test', import_one: 'schema_known, registers.test', import_rejected: 'schema_known, registers.test', import_confirm: 'schema_known, registers.test',
  import_undo: 'schema_known, registers.test',
  registers: 'schema_known', register: 'schema_known', records: 'schema_known', records_export: 'schema_known', record_new: 'schema_known', record: 'schema_known',
  record_change: 'schema_known', record_end: 'schema_known', record_reveal: 'schema_known',
  plans: 'figures of the plans', plan: 'figures of the plans', plan_divisions: 'figures of the plans', plan_map: 'figures of the plans', plan_report: 'figures of the plans', plan_bulletin: 'figures of the plans', plan_indexes: 'figures of the plans', plan_index: 'figures of the plans', plan_work: 'tasks of the plans', plan_task_new: 'tasks of the plans', recusal_declare: 'of the officer himself', recusals: 'of the officer himself', recusals_led: 'of officers and whom they named', recusal_withdraw: 'of colleagues', posts: 'of colleagues', post_new: 'of colleagues', post_appoint: 'of colleagues', post_leave: 'of colleagues', shifts: 'of colleagues', shift_plan: 'of colleagues', shift_replace: 'of colleagues', shift_end: 'of colleagues', absence_new: 'of colleagues', absence_end: 'of colleagues',
  process_migrate: 'counts and cases inside, test_civil_case_migrate', handover: 'of tasks that one has, test_civil_duty',
  leads: 'by scheme and people, leads.test', lead_quality: 'by scheme and people, leads.test', lead: 'by scheme and people, leads.test', lead_handle: 'by scheme and people, leads.test',
  log_head: 'the public log', log_witnesses: 'the public log', usage_period: 'since when', usage_heartbeat: 'alive or not',
  my_household: 'own', my_cases: 'own', my_known: 'own', draft_get: 'own', draft_put: 'own', draft_delete: 'own', my_access: 'own', access_ask: 'own', usage_find: 'own', my_entitlements: 'own', my_proposals: 'own', my_proposal_answer: 'own, benefits.test', my_recoveries: 'own', my_statement: 'own', ledger_statement_file: 'by compartment of the batch', benefit_statement: 'test_civil_life_shown: as the benefit', public_notices: 'benefits.test: nothing of a compartment',
  access_answer: 'by a question\'s id, listed to who may know', secrecy_new: 'orders', secrecy_confirm: 'orders', secrecy_renew: 'orders', secrecy_end: 'orders',
  destruction_new: 'by compartment of the list', destruction: 'by compartment of the list', destruction_destroy: 'by compartment of the list', destruction_refuse: 'by compartment of the list',
  destruction_pdf: 'by compartment of the list', certificate_revoke: 'by its case, test_civil_archive_certificate', certificate_pdf: 'by its case, test_civil_archive_certificate',
  certificate_file: 'by its case, test_civil_archive_certificate', certificate_check: 'by a code or file that one holds', certificates_revoked: 'digests', certificate_key: 'a public key',
  my_certificates: 'own',
  case_new: 'a matter\'s compartment, test_civil_secrecy', person_elsewhere: 'of people; whom an order protects is not found, test_civil_case_elsewhere',
  benefit: 'test_civil_life_shown', benefit_death: 'test_civil_life_shown', proposal: 'test_civil_life_shown', proposal_letter: 'test_civil_life_hand', recovery_letter: 'test_civil_life_hand', proposal_new: 'test_civil_life_shown', proposal_serve: 'test_civil_life_shown', proposal_answer: 'test_civil_life_shown',
  proposal_decide: 'test_civil_life_shown', proposal_serve_decision: 'test_civil_life_shown', proposal_withdraw: 'test_civil_life_shown', proposal_restore: 'test_civil_life_shown', recovery: 'test_civil_life_shown',
  recovery_plan: 'test_civil_life_shown', recovery_receive: 'test_civil_life_shown', recovery_waiver_ask: 'test_civil_life_shown', recovery_waiver_answer: 'test_civil_life_shown',
  batch: 'by compartment of the batch', batch_preview: 'by compartment of the batch', batch_new: 'by compartment of the batch', batch_approve: 'by compartment of the batch', batch_cancel: 'by compartment of the batch',
  exchanges: 'the catalogue and figures of runs', exchange_runs: 'figures of runs', exchange_token_new: 'names no case', exchange_token_revoke: 'names no case', exchange_page: 'nothing of a compartment, exchange.test',
  submissions: 'figures of files', submission: 'numbers of rows; nothing of a compartment goes into a file, submission.test', submission_new: 'nothing of a compartment, submission.test', submission_file: 'nothing of a compartment, submission.test', submission_receive: 'names no case', submission_compare: 'nothing of a compartment, submission.test',
  bank_formats: 'names', bank_statements: 'sums of the books', bank_import: 'sums of the books', bank_differences: 'sums of the books', bank_match: 'sums of the books', bank_settle: 'sums of the books', bank_counter: 'sums of the books', bank_accept: 'sums of the books', allotments: 'sums of the books', allotment: 'sums of the books', allotment_new: 'sums of the books', allotment_try: 'sums of the books', allotment_act: 'sums of the books', budget: 'sums of the books', appropriation_new: 'sums of the books', appropriation_register: 'sums of the books', ledger_months: 'sums of the books', ledger_month_ask: 'sums of the books', ledger_month_close: 'sums of the books', ledger_balances: 'sums of the books', ledger_statement: 'by compartment of the batch',
  batch_file: 'by compartment of the batch', batch_returns: 'by compartment of the batch', payment_reissue: 'by compartment of the batch',
};
// Lists and counts: the query to ask with.  Whatever names the case before must not afterwards.
const LISTS = {
  cases: '?limit=200', cases_taken: '?limit=200', tasks: '?limit=200', access_questions: '', secrecy: '', board: '', step_statistics: '', batches: '', processes: '', duty: '', dossiers: '?limit=200', destructions: '', certificates: '?limit=200', rechecks: '', benefits: '', proposals: '', recoveries: '', back_payments: '',
};
// By id of the case, a task or an entry of its: what is sent.
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const BY_ID = {
  case: {}, case_taken: {}, case_events: {}, case_records: {}, case_household: {}, case_verification: {}, case_verification_pdf: {}, case_decision: {}, case_process: {}, case_protected: { body: { reason: '核实报告人' } }, case_receipts: {}, receipt: {},
  case_duplicates: {}, case_merge: { body: { into: '5', reason: '同一家庭' }, headers: { 'If-Match': '"1"' } }, case_unmerge: { body: { reason: '并错了' }, headers: { 'If-Match': '"1"' } },
  case_transfer: { body: { division: '110102007001', reason: '搬家了' }, headers: { 'If-Match': '"1"' } },
  case_withdraw: { body: { reason: '不办了' }, headers: { 'If-Match': '"1"' } }, case_authorise: { body: { person: '5', how: 'paper' } }, case_explain: { body: { reason: '说明情况' } },
  case_remedy: { body: { kind: 'objection', text: '我有异议' } }, case_served: { body: { notice: '5', how: 'post' } }, paper_add: { query: '?name=a.png', body: PNG }, paper: {}, notice_pdf: {}, case_certificates: {}, certificate_new: {},
  dossier_files: {}, dossier_file: { body: { location: '库房' } }, dossier_hold: { body: { reason: '诉讼未结' } }, dossier_release: { body: { reason: '诉讼已结' } },
  task: {}, task_claim: {}, task_release: {}, task_complete: { body: { outcome: '受理' } }, task_draft_put: { body: { outcome: '受理', data: {}, over: 0 } }, task_draft_delete: {}, tasks_assign: { body: (one) => ({ tasks: [one.task], to: 'clerk', preview: true }) },
  person_household: { query: '?purpose=enquiry' }, person_known: { query: '?purpose=counter_application' }, person_reveal: { body: { field: 'id_number', purpose: 'enquiry' } }, person_search: {},
};
// A plan's task is no task of a case: all of the bureau read it, its owner and who leads its division change it.  Tried below.
const OF_PLANS = ['plan_task', 'plan_milestone_reach', 'plan_adjust', 'plan_adjust_decide'];
const ANSWERS_EACH = ['tasks_assign']; // 200, with an answer for each id
const OF_PERSONS = ['person_household', 'person_known', 'person_reveal', 'person_search']; // of the register, but for the case that is named

const { routes } = JSON.parse(await readFile(join(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../../src/server/api.json'), 'utf8'));

let server;
let db;
let people; // login -> session
let hidden; // { id, number, task, entry }
const ABSENT = '4611686018427387904'; // no id is so high yet

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  const { demo_accounts: accounts } = await (await fetch(`${server.url}/api/meta`)).json();
  people = {};
  for (const { login, role } of accounts) if (role !== 'resident') people[login] = await signIn(server.url, login);
  for (const { id, case: of, number } of (await must(people.clerk.get('/api/tasks?limit=200'))).items) {
    const receipts = await must(people.clerk.get(`/api/cases/${of}/receipts`));
    const { notices } = await must(people.clerk.get(`/api/cases/${of}`));
    hidden = { id: of, number, task: id, entry: receipts[0].entry, notice: notices[0]?.id ?? ABSENT };
    break;
  }
  assert.ok(hidden, 'an open task of the clerk');
});
after(() => server?.stop());

// Routes by an id that are not of one division: their reason.
const NOT_OF_DIVISIONS = {
  my_proposal_answer: 'own, benefits.test',
  recheck_close: 'test_civil_recheck',
  duplicate: 'both people are of his divisions, test_civil_linkage', duplicate_say: 'both people are of his divisions, test_civil_linkage',
  import_one: 'who began it, registers.test', import_rejected: 'who began it, registers.test', import_confirm: 'who began it, registers.test', import_undo: 'who began it, registers.test',
  contact: 'public', contact_put: 'by who leads the place, api.test',
  matter: 'a name', my_known: 'a name', draft_get: 'own', draft_put: 'own', draft_delete: 'own', access_ask: 'own', reform: 'of the bureau', reform_delete: 'of the bureau', secrecy_confirm: 'of the bureau', secrecy_renew: 'of the bureau',
  secrecy_end: 'of the bureau', register: 'a name', records: 'a name', records_export: 'a name', record_new: 'a name', record: 'read by role, whatever the division', record_change: 'of a record that one may read',
  record_end: 'of a record that one may read', record_reveal: 'of a record that one may read', plan: 'a name', plan_divisions: 'names', plan_map: 'names', plan_report: 'a name', plan_index: 'a name', plan_work: 'a name', plan_task_new: 'a name; the division is asked of the role, test_civil_plan', post_appoint: 'by who leads the post\'s division, test_civil_duty', post_leave: 'by who leads the post\'s division, test_civil_duty', shift_plan: 'by who leads the post\'s division, test_civil_shift', shift_replace: 'by who leads or has it, test_civil_shift', shift_end: 'by who leads the post\'s division, test_civil_shift', document_text: 'a regulation', policy_file: 'a name', policy_cases: 'a name', policy_check: 'a name',
  policy_test: 'a name', policy_try: 'a name', policy_draft: 'of the bureau', policy_draft_put: 'of the bureau', policy_draft_delete: 'of the bureau', policy_draft_submit: 'of the bureau', policy_draft_return: 'of the bureau',
  policy_draft_publish: 'of the bureau', policy_receipt: 'public', batch: 'a district\'s, test_civil_payment', batch_preview: 'a district\'s, test_civil_bank', batch_approve: 'a district\'s, test_civil_payment', batch_cancel: 'a district\'s, test_civil_payment',
  batch_file: 'a district\'s, test_civil_payment', batch_returns: 'a district\'s, test_civil_payment', payment_reissue: 'a district\'s, test_civil_payment',
  exchange_token_revoke: 'by who leads the token\'s division, exchange.test', exchange_page: 'by the token\'s division, exchange.test',
  submission: 'of the district, submission.test', submission_file: 'of the district, submission.test',
  bank_settle: 'a district\'s, test_civil_reconcile', bank_counter: 'a district\'s, test_civil_reconcile', bank_accept: 'a month of the home district',
  appropriation_register: 'a district\'s, test_civil_budget', allotment: 'a district\'s, test_civil_allotment', allotment_act: 'a district\'s, test_civil_allotment', ledger_month_ask: 'a month of the home district', ledger_month_close: 'a month of the home district',
  destruction: 'a district\'s', destruction_destroy: 'a district\'s', destruction_refuse: 'a district\'s', destruction_pdf: 'a district\'s', certificate_revoke: 'by its case, test_civil_archive_certificate', absence_end: 'of the officer himself, or of who leads him', post_appoint: 'by a leader of its place, test_civil_duty', post_leave: 'by a leader of its place, test_civil_duty',
  certificate_pdf: 'by its case, test_civil_archive_certificate', certificate_file: 'by its case, test_civil_archive_certificate',
};
// Beside BY_ID: of a lead, a question, and a person whose case is nobody's here.
const BY_OTHER_ID = {
  benefit: {}, benefit_statement: { query: '?from=2026-01&to=2026-12&format=csv' }, benefit_death: { body: { confirm: false, words: '查无此事' } }, proposal: {}, proposal_letter: { query: '?kind=hearing' }, recovery_letter: {}, proposal_serve: { body: { how: 'post' } }, proposal_answer: { body: { words: '我不同意' } }, proposal_decide: { body: { adopt: false, words: '不予采纳' } },
  proposal_serve_decision: { body: { how: 'post' } }, proposal_withdraw: { body: { words: '提错了' } }, proposal_restore: { body: { words: '复议撤销' } }, recovery: {}, recovery_plan: { body: { instalments: [{ due_on: '2027-01-01', amount_fen: 1 }] } },
  recovery_receive: { body: { amount_fen: 1, words: '退款' } }, recovery_waiver_ask: { body: { amount_fen: 1, words: '困难' } }, recovery_waiver_answer: { body: { approve: false, words: '不同意' } },
  lead: {}, lead_handle: { body: { state: 'visit' }, headers: { 'If-Match': '"1"' } }, access_answer: { body: { text: '办理您的申请' } },
  person_household: { query: '?purpose=enquiry' }, person_known: { query: '?purpose=counter_application' }, person_reveal: { body: { field: 'id_number', purpose: 'enquiry' } },
};

const mayCall = (who, route) => route.who === 'signed' || who.session.roles.some(({ role }) => route.who.split(',').includes(role));

test('every route is tried or has its reason', () => {
  const known = new Set([...Object.keys(NOT_OF_CASES), ...Object.keys(LISTS), ...Object.keys(BY_ID), ...OF_PLANS]);
  assert.deepEqual(routes.map((r) => r.id).filter((id) => !known.has(id)), []);
  assert.deepEqual([...known].filter((id) => !routes.some((r) => r.id === id)), []);
  for (const route of routes.filter((r) => /\{(case|task)\}/.test(r.path))) assert.ok(route.id in BY_ID, `${route.id} names a case or task`);
});

test('what is of another division is answered as what never was', async () => {
  for (const route of routes.filter((r) => r.path.includes('{'))) assert.ok(route.id in BY_ID || route.id in BY_OTHER_ID || OF_PLANS.includes(route.id) || route.id in NOT_OF_DIVISIONS, `${route.id} is neither tried nor excused`);
  const own = await must(people.clerk.get(`/api/cases/${hidden.id}`));
  const known = { case: hidden.id, task: hidden.task, entry: hidden.entry, notice: hidden.notice, person: own.parties[0].person, paper: own.papers[0]?.id ?? ABSENT };
  known.entitlement = (await must(people.clerk.get('/api/benefits'))).items[0].id;
  known.proposal = known.recovery = known.waiver = ABSENT; // of strangers: benefits.test
  known.lead = known.question = ABSENT; // of leads and questions: test_civil_screening_store, who-looked.test.mjs
  const none = Object.fromEntries(Object.keys(known).map((key) => [key, ABSENT]));
  known.matter = none.matter = 'dibao';
  const strangers = Object.entries(people).filter(([, who]) => who.session.roles.every(({ division }) => division.length > 6 && !own.summary.division.startsWith(division)));
  assert.ok(strangers.length > 0);
  let tried = 0;
  for (const [id, how] of Object.entries({ ...BY_ID, ...BY_OTHER_ID })) {
    const route = routes.find((r) => r.id === id);
    if (!route.path.includes('{')) continue;
    for (const [login, who] of strangers.filter(([, w]) => mayCall(w, route))) {
      const ask = async (ids) => {
        const path = route.path.replace(/\{(\w+)\}/g, (_, key) => ids[key]);
        const body = typeof how.body === 'function' ? how.body(ids) : how.body;
        const { status, text } = await who.call(route.method, path + (how.query ?? ''), body, how.headers);
        return { status, text: text.replaceAll(path, '').replace(/"instance":"[^"]*"/, '') };
      };
      const there = await ask(known);
      assert.equal(there.status, 404, `${login} ${id}: ${there.text}`);
      assert.deepEqual(there, await ask(none), `${login} ${id}`);
      tried++;
    }
  }
  assert.ok(tried >= 25, `${tried} calls`);
  // nor does an application at the counter tell whether somebody is registered elsewhere
  const stranger = strangers.find(([login]) => login === 'clerk3')[1];
  const apply = async (person) => (await stranger.post('/api/cases', { matter: 'dibao', channel: 'counter', data: {}, applicant_person: person })).body;
  const [foreign, absent] = [await apply(known.person), await apply(ABSENT)];
  assert.deepEqual([foreign.status, foreign.code], [absent.status, absent.code]);
});

test('a plan\'s task is changed by its owner and who leads its division, and by nobody else', async () => {
  const mine = { plan_milestone_reach: ({ milestones }) => [`/api/plan-milestones/${milestones[0].id}/reach`, { on: '2000-01-01', evidence: '已办' }],
    plan_adjust: ({ id }) => [`/api/plan-tasks/${id}/adjustments`, { version: 0, change: { drop: true }, reason: '不办了' }] };
  const { tasks } = await must(people.leader.get('/api/plans/xicheng-14/work'));
  const { id } = tasks.find((t) => t.milestones.length > 0);
  let [refused, let_in] = [0, 0];
  for (const [login, who] of Object.entries(people)) {
    const route = (name) => routes.find((r) => r.id === name);
    if (!mayCall(who, route('plan_task'))) continue;
    const { task } = await must(who.get(`/api/plan-tasks/${id}`));
    for (const [name, of] of Object.entries(mine).filter(([key]) => mayCall(who, route(key)))) {
      const { status, body } = await who.post(...of(task)); // what is sent is wrong, so that nothing changes
      if (task.may_work) assert.ok([409, 422, 400].includes(status), `${login} ${name}: ${status}`);
      else assert.deepEqual([status, body.code], [403, 'plan.task.role'], `${login} ${name}`);
      task.may_work ? let_in++ : refused++;
      const absent = of({ ...task, id: ABSENT, milestones: [{ id: ABSENT }] });
      assert.equal((await who.post(...absent)).status, 404, `${login} ${name}`);
    }
    assert.equal((await who.get(`/api/plan-tasks/${ABSENT}`)).status, 404);
  }
  assert.ok(refused >= 2 && let_in >= 2, `${refused} refused, ${let_in} let in`);
  const { task } = await must(people.leader.get(`/api/plan-tasks/${id}`));
  const change = { title: `${task.title}（调整）` };
  const asked = await must(people.leader.post(`/api/plan-tasks/${id}/adjustments`, { version: task.version, change, reason: '改名' }), 201);
  const decide = (of) => people.leader.post(`/api/plan-adjustments/${of}/decide`, { approve: true, note: '同意' });
  assert.equal((await decide(asked.id)).body.code, 'plan.adjust.same');
  assert.equal((await decide(ABSENT)).status, 404);
});

const names = (text) => [hidden.id, hidden.number, hidden.task, hidden.entry].filter((word) => text.includes(word));

async function lists() {
  const seen = {};
  for (const [login, who] of Object.entries(people))
    for (const [id, query] of Object.entries(LISTS)) {
      const route = routes.find((r) => r.id === id);
      if (mayCall(who, route)) seen[`${login} ${id}`] = (await who.get(route.path + query)).text;
    }
  return seen;
}

test('what names or counts the case does so no more, for nobody outside', async () => {
  const was = await lists();
  assert.ok(Object.values(was).some((text) => names(text).length > 0));
  const leader = people.leader;
  const made = await leader.post('/api/secrecy', { kind: 'place', ground: 'witness_protection', case_number: hidden.number, reason: '证人保护' });
  assert.equal(made.status, 201, made.text);
  assert.equal((await leader.post(`/api/secrecy/${made.body.id}/confirm`)).status, 403);
  const second = people.district_decider ?? Object.values(people).find((who) => who.session.roles.some((g) => g.role === 'district_decider'));
  await must(second.post(`/api/secrecy/${made.body.id}/confirm`));
  const is = await lists();
  for (const [of, text] of Object.entries(is)) assert.deepEqual(names(text), [], of);
  const open = (text) => JSON.parse(text).numbers.find((n) => n.id === 'open').value;
  assert.equal(open(is['leader board']), open(was['leader board']) - 1);
  const count = (text) => JSON.parse(text).counts.all;
  assert.equal(count(is['clerk tasks']), count(was['clerk tasks']) - 1);
});

test('by its id it is answered as one that never was', async () => {
  let tried = 0;
  for (const [id, how] of Object.entries(BY_ID)) {
    const route = routes.find((r) => r.id === id);
    for (const [login, who] of Object.entries(people).filter(([, w]) => mayCall(w, route))) {
      const ask = async (one) => {
        const path = route.path.replace('{case}', one.id).replace('{task}', one.task).replace('{entry}', one.entry).replace('{notice}', hidden.notice).replace('{paper}', ABSENT).replace('{person}', ABSENT);
        const { status, text } = await who.call(route.method, path + (how.query ?? ''), OF_PERSONS.includes(id) && how.body ? { ...how.body, case: one.id } : typeof how.body === 'function' ? how.body(one) : how.body, how.headers);
        return { status, text: text.replaceAll(path, '').replaceAll(one.task, '').replace(/"instance":"[^"]*"/, '') };
      };
      if (id === 'person_search') continue; // finds people, not cases
      const [there, absent] = [await ask(hidden), await ask({ id: ABSENT, task: ABSENT, entry: ABSENT })];
      assert.deepEqual(there, absent, `${login} ${id}`);
      if (![...OF_PERSONS, ...ANSWERS_EACH].includes(id)) assert.equal(there.status, 404, `${login} ${id}: ${there.text}`);
      tried++;
    }
  }
  assert.ok(tried > 60, `${tried} calls`);
});

test('a member of the compartment sees it again, and every look is in the log', async () => {
  const second = people.district_decider ?? Object.values(people).find((who) => who.session.roles.some((g) => g.role === 'district_decider'));
  const { body } = await people.leader.post('/api/secrecy', { kind: 'member', ground: 'witness_protection', login: 'clerk', reason: '经办此案' });
  await must(second.post(`/api/secrecy/${body.id}/confirm`));
  assert.equal((await people.clerk.get(`/api/cases/${hidden.id}`)).status, 200);
  assert.equal((await people.clerk.get(`/api/cases/${hidden.id}/process`)).status, 200);
  assert.ok(names((await people.clerk.get('/api/cases?limit=200')).text).includes(hidden.number));
  await must(second.post(`/api/secrecy/${body.id}/end`, { reason: '不再经办' }));
  assert.equal((await people.clerk.get(`/api/cases/${hidden.id}`)).status, 404);
});

test('and all of it is evidence', async () => {
  await server.stop();
  const sound = await minzheng(['log', 'verify', '--json', '--db', db]);
  assert.equal(sound.code, 0, sound.stdout);
  server = null;
});
