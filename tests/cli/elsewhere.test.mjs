// An application at any counter of the city, through the API: found by the whole number, taken in for the office where the
// applicant lives, kept an eye on, papers handed on; to every other door of the counter there is no such case.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng, ROOT } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { answers, open } from '../support/matters.mjs';
import { startServer } from '../support/server.mjs';
import { storeRows } from '../support/store.mjs';

const COUNTER = '110102020'; // the clerk's
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');
const matter = open.find((one) => one.id === 'elderly_age');
let db;
let server;
let clerk;
let district;
let number; // whole, of somebody of eighty who lives in another street
let person;
let name;
let taken;

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  [clerk, district] = await Promise.all(['clerk', 'district'].map((login) => signIn(server.url, login)));
  const [row] = storeRows(db, `SELECT CAST(r.person AS TEXT) AS person FROM person_record r JOIN household_member m ON m.person = r.person AND m.superseded_at IS NULL AND m.valid_to IS NULL
    WHERE r.superseded_at IS NULL AND r.valid_to IS NULL AND r.hukou = '本市' AND r.died_on IS NULL AND r.moved_out_on IS NULL AND r.birth < ${Math.round(Date.parse('1940-01-01') / 86_400_000)}
    AND r.division NOT LIKE '${COUNTER}%' AND NOT EXISTS (SELECT 1 FROM case_file f WHERE f.applicant = r.person OR f.household = m.household) ORDER BY r.person LIMIT 1`);
  person = String(row.person ?? row[0]);
  ({ name } = (await must(district.get(`/api/persons/${person}/household?purpose=case_handling`))).members.find((one) => one.person === person));
  number = (await must(district.post(`/api/persons/${person}/reveal`, { field: 'id_number', purpose: 'case_handling' }))).value;
});
after(() => server?.stop());

const find = (body) => clerk.post('/api/persons/elsewhere', { id_number: number, matter: 'elderly_age', purpose: 'counter_application', ...body });
const apply = (body) => clerk.post('/api/cases', { matter: 'elderly_age', channel: 'counter', applicant_number: number, data: answers(matter.form, {}, { ...matter.matter.desk.elements.start.example, applicant_name: name, applicant_idnum: number }), declared: true, ...body });

test('who lives elsewhere is found by the whole number, for a matter that any counter takes in, and by nothing else', async () => {
  const found = await must(find());
  assert.equal(found.elsewhere, true);
  assert.match(found.name_masked, /\*|＊|某/);
  assert.doesNotMatch(JSON.stringify(found), new RegExp(number));
  for (const [body, status] of [
    [{ id_number: `${number.slice(0, 17)}${number[17] === '1' ? '2' : '1'}` }, [404, 422]], [{ id_number: number.slice(-4) }, [404, 422]], [{ id_number: '' }, [404, 422]],
    [{ matter: 'none' }, [404]], [{ purpose: 'statistics' }, [403, 422]], [{ purpose: '' }, [403, 422]],
  ]) {
    const answer = await find(body);
    assert.ok(status.includes(answer.status), `${Object.keys(body)}: ${answer.status} ${answer.text}`);
    assert.doesNotMatch(answer.text, new RegExp(number));
  }
  assert.equal((await clerk.get(`/api/persons/${person}/household?purpose=enquiry`)).status, 404, 'by his id he is not there');
});

test('the counter takes the application in, and the office where he lives decides it', async () => {
  assert.equal((await apply({ applicant_person: person })).status, 422, 'one may be another\'s');
  const sent = await apply();
  assert.equal(sent.status, 201, sent.text);
  assert.equal(sent.body.elsewhere, true);
  taken = sent.body;
  assert.equal((await apply()).status, 409, 'open already');
  const whole = await must(district.get(`/api/cases/${taken.id}`));
  assert.ok(whole.taken_in);
  assert.ok(!whole.summary.division.startsWith(COUNTER));
});

test('it stands in the list of the counter, and no other door of it knows the case', async () => {
  const { items } = await must(clerk.get('/api/taken?open=true&limit=200'));
  assert.deepEqual(items.map(({ id }) => id), [taken.id]);
  const one = await must(clerk.get(`/api/taken/${taken.id}`));
  assert.equal(one.case.number, taken.number);
  assert.ok(one.steps.length > 1);
  assert.doesNotMatch(JSON.stringify(one), new RegExp(number));
  for (const path of ['', '/events', '/records', '/household', '/decision']) assert.equal((await clerk.get(`/api/cases/${taken.id}${path}`)).status, 404, path);
  assert.ok((await must(clerk.get('/api/cases?limit=200'))).items.every(({ id }) => id !== taken.id));
});

test('a paper that comes to the counter later is handed on', async () => {
  const paper = await clerk.post(`/api/cases/${taken.id}/papers?name=a.png&kind=other`, PNG, { 'Content-Type': 'image/png' });
  assert.equal(paper.status, 201, paper.text);
  assert.equal((await must(clerk.get(`/api/taken/${taken.id}`))).papers.length, 1);
  assert.equal((await must(district.get(`/api/cases/${taken.id}`))).papers.length, 1);
  const { items } = await must(district.get(`/api/cases/${taken.id}/events`));
  assert.ok(items.some(({ kind }) => kind === 'taken_in') && items.some(({ kind }) => kind === 'paper_handed'));
});

test('every matter of the city that says so says by which article and from when', () => {
  for (const one of open.filter((each) => each.matter.city_wide)) {
    const { valid_from: from, article, clock, confidence } = one.matter.city_wide;
    assert.match(from, /^\d{4}-\d\d-\d\d$/, one.id);
    assert.ok(article.length > 5 && ['counter', 'office'].includes(clock) && confidence, one.id);
  }
  assert.ok(open.filter((each) => each.matter.city_wide).length >= 5);
  assert.ok(readFileSync(join(ROOT, 'docs/formats/pack.md'), 'utf8').includes('city_wide'));
});

test('and all of it is evidence', async () => {
  const env = { MINZHENG_NOW: NOW };
  const verdict = await minzheng(['log', 'verify', '--json', '--db', db], { env });
  assert.equal(verdict.code, 0, verdict.stdout);
  const checked = await minzheng(['check-store', '--db', db], { env });
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
});
