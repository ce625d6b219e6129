// Every matter that one can apply for, by one driver: entered at the counter from what the
// register knows, worked to the end with each step's own example, and paid through the bank file.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { must, signIn, until } from '../support/api.mjs';
import { minzheng, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { answers, childOf, open } from '../support/matters.mjs';
import { startServer } from '../support/server.mjs';
import { storeRows } from '../support/store.mjs';

const LATER = ['2026-12-04T09:30:00+08:00', '2026-12-16T09:30:00+08:00']; // the sources have answered; public notices of seven days are over
const PLACE = '110102020'; // the clerk's subdistrict
// Whom the rules are for, in the demonstration's registers.
const LIVES_HERE = `SELECT r.person FROM person_record r JOIN household_member m ON m.person = r.person AND m.superseded_at IS NULL AND m.valid_to IS NULL
  JOIN household h ON h.id = m.household AND h.division LIKE '${PLACE}%'
  WHERE r.superseded_at IS NULL AND r.valid_to IS NULL AND r.hukou = '本市' AND r.died_on IS NULL AND r.moved_out_on IS NULL AND m.relation = '本人'
  AND NOT EXISTS (SELECT 1 FROM case_file f WHERE f.applicant = r.person OR f.household = m.household)`;
const days = (iso) => Math.round(Date.parse(`${iso}T00:00:00Z`) / 86_400_000);
const born = (from, to) => ` AND r.birth BETWEEN ${days(from)} AND ${days(to)}`;
const alone = ' AND (SELECT COUNT(*) FROM household_member o WHERE o.household = m.household AND o.superseded_at IS NULL AND o.valid_to IS NULL) = 1';
const HEADS = '(SELECT COUNT(*) FROM household_member o WHERE o.household = m.household AND o.superseded_at IS NULL AND o.valid_to IS NULL)';
const poor = (below, least = 0, money = 2_000_000) => ` AND COALESCE((SELECT SUM(i.monthly_fen) FROM reg_income i JOIN household_member o ON o.person = i.owner AND o.superseded_at IS NULL
  WHERE o.household = m.household AND i.superseded_at IS NULL), 0) / ${HEADS} BETWEEN ${least} AND ${below}
  AND COALESCE((SELECT SUM(q.amount_fen) FROM reg_money q WHERE q.owner = m.household AND q.superseded_at IS NULL), 0) < ${money}`;
const withChild = ` AND EXISTS (SELECT 1 FROM household_member o JOIN person_record c ON c.person = o.person AND c.superseded_at IS NULL AND c.birth > ${days('2012-01-01')}
  WHERE o.household = m.household AND o.superseded_at IS NULL AND o.valid_to IS NULL)`;
const disabled = (yes) => ` AND ${yes ? '' : 'NOT '}EXISTS (SELECT 1 FROM reg_disability x WHERE x.owner = r.person AND x.superseded_at IS NULL)`;
const WHO = {
  elderly_age: born('1900-01-01', '1945-01-01') + disabled(false), elderly_care: born('1900-01-01', '1955-01-01') + disabled(false),
  elderly_living: born('1900-01-01', '1960-01-01') + disabled(false), disability_care: born('1972-01-01', '2000-01-01') + disabled(false),
  disability_living: born('1972-01-01', '2000-01-01') + disabled(false), children: born('1960-01-01', '1995-01-01'), child_study: born('1960-01-01', '1995-01-01'),
  tekun: born('1900-01-01', '1960-01-01') + alone + poor(145_000), temporary: poor(200_000), low_income: poor(230_000, 170_000, 8_000_000) + withChild,
};

const ONCE = new Set(['temporary', 'child_study']);

let db;
let server;
let staff;
const started = {};
const at = (now) => ({ MINZHENG_NOW: now });
const CREW = ['clerk', 'clerk2', 'reviewer', 'reviewer2', 'decider', 'district', 'district-decider', 'community'];
async function serve(now) {
  server = await startServer({ db, env: at(now) });
  staff = {};
  for (const login of CREW) staff[login] = await signIn(server.url, login);
}

const caseOf = (id) => must(staff.clerk.get(`/api/cases/${id}`));
async function entered(one, person, known, example) {
  const data = answers(one.form, known, example);
  const sent = await staff.clerk.post('/api/cases', { matter: one.id, channel: 'counter', applicant_person: person, data, declared: true });
  assert.equal(sent.status, 201, `${one.id}: ${JSON.stringify(sent.body)}`);
  return sent.body.id;
}

// One task, by whoever of the crew may do it.
async function step(one, id, task, choose) {
  const desk = one.matter.desk;
  if (task.element.includes('serve')) for (const notice of (await caseOf(id)).notices.filter((n) => !n.served_at)) await staff.clerk.post(`/api/cases/${id}/service`, { notice: notice.id, how: 'in_person' });
  if (task.element === 'authorise') for (const party of (await caseOf(id)).parties.filter((p) => p.consent_needed && !p.authorised_at)) await staff.clerk.post(`/api/cases/${id}/authorisations`, { person: party.person, how: 'paper' });
  const outcome = choose[task.element] ?? task.outcomes[0].id ?? task.outcomes[0];
  const example = desk.elements[task.element].example ?? null;
  const today = (server.now ?? NOW).slice(0, 10);
  const data = example && Object.fromEntries(Object.entries(example).map(([key, value]) => [key, /^\d{4}-\d\d-\d\d$/.test(value) ? today : value]));
  let last;
  for (const login of CREW) {
    last = await staff[login].post(`/api/tasks/${task.id}/complete`, { outcome, note: '按规定办理，材料齐全。', data });
    if (![403, 404, 409].includes(last.status)) break; // 409: it is somebody else's
  }
  const why = last.status < 300 ? null : (await staff.clerk.get(`/api/cases/${id}/decision`)).body;
  assert.ok(last.status < 300, `${JSON.stringify(why?.reasons)} ${JSON.stringify(why?.missing)} ${one.id} ${task.element} ${outcome}: ${last.status} ${JSON.stringify(last.body)}`);
}

// As far as people can take it today; true: closed.
async function work(one, id, choose = {}) {
  for (let steps = 0; steps < 40; steps++) {
    const now = await caseOf(id);
    const [task] = now.tasks.filter((each) => each.state === 'open');
    if (!task) return ['approved', 'refused'].includes(now.summary.state);
    await step(one, id, task, choose);
  }
  assert.fail(`${one.id} goes round`);
}

// Somebody is on duty now: what the process calls an emergency is his, step by step, and nobody else's.
async function nightOf(login) {
  const leader = await signIn(server.url, 'leader');
  const post = await must(leader.post('/api/posts', { name: '急难值班岗', division: PLACE, roles: ['clerk'] }), 201);
  const day = NOW.slice(0, 10);
  await must(leader.post(`/api/posts/${post.id}/shifts`, { logins: [login], from: day, until: day, begins: '00:00', ends: '00:00', days: 'all', telephone: '010-6600 1234' }), 201);
  return { leader, login };
}
async function emergency(one, id, { leader, login }) {
  for (const element of ['accept', 'urgent']) {
    const [task] = (await caseOf(id)).tasks.filter((each) => each.state === 'open');
    assert.equal(task.element, element);
    assert.ok(task.claimed_by, `${element} is taken by whoever is on duty`);
    assert.equal((await staff.clerk.post(`/api/tasks/${task.id}/claim`)).status, 409);
    assert.equal((await staff[login].post(`/api/tasks/${task.id}/claim`)).status, 200, 'his own');
    await step(one, id, task, choices[one.id]);
  }
  const { items } = await must(staff.clerk.get(`/api/cases/${id}/events`));
  assert.equal(items.filter((event) => event.kind === 'task_on_duty').length, 2);
  for (const shift of (await must(leader.get('/api/shifts'))).items.filter((each) => each.now)) await must(leader.post(`/api/shifts/${shift.id}/end`));
}

const choices = { temporary: { accept: '先行救助' } };
before(async () => {
  ({ db } = await demoStore());
  await serve(NOW);
}, { timeout: 300_000 });
after(() => server?.stop());

test('the matters are those of the plan', () => {
  for (const id of Object.keys(WHO)) assert.ok(open.some((one) => one.id === id), id);
  for (const one of open.filter((each) => each.folder.includes('/packs/'))) assert.ok(one.matter.scheme === undefined || WHO[one.id] || one.matter.desk, one.id);
});

for (const one of open.filter((each) => WHO[each.id]))
  describe(one.id, () => {
    test('is applied for from what the register knows, and worked', { timeout: 120_000 }, async () => {
      const example = one.matter.desk.elements.start.example ?? {};
      const used = Object.values(started).map((each) => each.person).join(',') || '0';
      const [row] = storeRows(db, `${LIVES_HERE}${WHO[one.id]} AND r.person NOT IN (${used}) ORDER BY r.person LIMIT 1`);
      assert.ok(row, `nobody in the registers for ${one.id}`);
      const person = String(row[0]);
      const { answers: known } = await must(staff.clerk.get(`/api/persons/${person}/known/${one.id}?purpose=counter_application`));
      const child = one.id === 'children' ? { members: [childOf()] } : {};
      const onDuty = one.id === 'temporary' ? await nightOf('clerk2') : null;
      const id = await entered(one, person, known, { ...example, ...child });
      if (onDuty) await emergency(one, id, onDuty);
      started[one.id] = { id, person, closed: await work(one, id, choices[one.id]) };
    });
  });

test('those that wait go on when the sources have answered and the notice is over', { timeout: 300_000 }, async () => {
  for (const day of LATER) {
    await server.stop();
    await serve(day);
    server.now = day;
    const waiting = open.filter((each) => started[each.id] && !started[each.id].closed);
    for (const one of waiting) await until(`${one.id}: the wait is over`, async () => (await caseOf(started[one.id].id)).tasks.some((task) => task.state === 'open'));
    for (const one of waiting) started[one.id].closed = await work(one, started[one.id].id, choices[one.id]);
  }
  for (const [id, each] of Object.entries(started)) {
    const now = await caseOf(each.id);
    assert.deepEqual([id, now.summary.state, now.tasks.filter((task) => task.state === 'open').length], [id, 'approved', 0]);
  }
  await server.stop();
  server = null;
});

// ---- the money -------------------------------------------------------------------------

const env = { MINZHENG_NOW: LATER.at(-1) };
const command = async (args) => minzheng([...args, '--db', db, '--json'], { env, timeoutSeconds: 120 });
const monthName = (m) => `${Math.floor(m / 12)}-${String((m % 12) + 1).padStart(2, '0')}`;
const paymentsOf = (entitlement) => storeRows(db, `SELECT month, amount_fen, state FROM payment WHERE entitlement = ${entitlement} AND correction = 0 ORDER BY month`);

async function pay(scheme, month) {
  const made = await command(['pay', 'run', '--month', month, '--scheme', scheme, '--as', 'cashier']);
  assert.equal(made.code, 0, `${scheme} ${month}: ${made.stdout}${made.stderr}`);
  const { id } = made.json;
  const approved = await command(['pay', 'approve', id, '--as', 'finance']);
  assert.equal(approved.code, 0, `${scheme}: ${approved.stdout}${approved.stderr}`);
  const place = temporaryFolder();
  const file = join(place, 'bank.csv');
  assert.equal((await command(['pay', 'export', id, file, '--as', 'cashier'])).code, 0);
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => /^\d/.test(line)).map((line) => line.split(','));
  writeFileSync(join(place, 'back.csv'), `付款编号,金额,状态,原因\n${lines.map((line) => `${line[0]},${line[4]},成功,\n`).join('')}`);
  const taken = await command(['pay', 'return', id, join(place, 'back.csv'), '--as', 'cashier']);
  assert.deepEqual([taken.code, taken.json.paid], [0, lines.length], taken.stdout + taken.stderr);
}

for (const one of open.filter((each) => WHO[each.id]))
  test(`${one.id}: what was granted is paid${ONCE.has(one.id) ? ', once' : ' from the month that the rules name'}`, { timeout: 120_000 }, async () => {
    const [row] = storeRows(db, `SELECT id, from_month, to_month, monthly_fen, household, payee FROM entitlement WHERE case_id = ${started[one.id].id}`);
    assert.ok(row, 'an entitlement was opened');
    const [id, from, to, fen, household, payee] = row;
    const once = ONCE.has(one.id);
    if (one.matter.life?.start?.after === 'event') assert.equal(monthName(Number(from)), NOW.slice(0, 7), 'from the month of the application');
    assert.equal(household === null, one.matter.unit !== 'household', 'a benefit of one person is that person\'s');
    if (!['children', 'child_study'].includes(one.id)) assert.equal(payee, started[one.id].person);
    assert.equal(to, once ? String(Number(from) + 1) : null);
    assert.ok(Number(fen) > 0);
    await pay(one.id, monthName(Number(from)));
    assert.deepEqual(paymentsOf(id), [[from, fen, 'paid']]);
    if (once) {
      const next = await command(['pay', 'run', '--month', monthName(Number(from) + 1), '--scheme', one.id, '--as', 'cashier']);
      assert.notEqual(next.code, 0, 'nobody is to be paid the month after');
      assert.deepEqual(paymentsOf(id), [[from, fen, 'paid']]);
    }
  });

test('the store is whole', async () => {
  const check = await minzheng(['check-store', '--db', db], { env });
  assert.equal(check.code, 0, check.stdout + check.stderr);
});
