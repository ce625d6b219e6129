// At any counter of the city: somebody of another street is found by the whole number, the application is taken in for the
// office there, and the counter sees where it stands and hands papers on.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot } from '../support/browser.mjs';
import { ROOT, temporaryFolder } from '../support/cli.mjs';
import { answers, open } from '../support/matters.mjs';
import { STAFF_WAYS, startStage } from '../support/pages.mjs';
import { storeRows } from '../support/store.mjs';

const words = Object.fromEntries(['zh', 'en'].map((lang) => [lang, JSON.parse(readFileSync(join(ROOT, `web/src/locale/${lang}.json`), 'utf8'))]));
const COUNTER = '110102020'; // the clerk's
const matter = open.find((one) => one.id === 'elderly_age');
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

let stage;
let people; // of another street: { name, number }
before(async () => {
  let rows;
  stage = await startStage({ change: (db) => {
    rows = storeRows(db, `SELECT CAST(r.person AS TEXT) FROM person_record r JOIN household_member m ON m.person = r.person AND m.superseded_at IS NULL AND m.valid_to IS NULL
      WHERE r.superseded_at IS NULL AND r.valid_to IS NULL AND r.hukou = '本市' AND r.died_on IS NULL AND r.moved_out_on IS NULL AND r.birth < ${Math.round(Date.parse('1940-01-01') / 86_400_000)}
      AND r.division NOT LIKE '${COUNTER}%' AND NOT EXISTS (SELECT 1 FROM case_file f WHERE f.applicant = r.person OR f.household = m.household) ORDER BY r.person LIMIT 2`);
  } });
  const district = await stage.as('district');
  people = await Promise.all(rows.map(async ([id]) => {
    const { members } = await must(district.get(`/api/persons/${id}/household?purpose=case_handling`));
    const { value: number } = await must(district.post(`/api/persons/${id}/reveal`, { field: 'id_number', purpose: 'case_handling' }));
    return { name: members.find((one) => one.person === String(id)).name, number };
  }));
  assert.equal(people.length, 2);
});
after(() => stage?.stop());

async function good(page, name, way) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, `elsewhere-${name}-${way.replace(/\W+/g, '-')}`);
}

test('with nothing taken in the page says what to do', { timeout: 60_000 }, async () => {
  const page = await stage.page('clerk');
  await page.goto('/desk/#/taken');
  await page.getByText(words.zh['taken.none']).waitFor();
  await good(page, 'empty', 'desktop');
  await page.context().close();
});

// The search with its answer, for who applies.
async function found(options, number) {
  const say = words[options.en ? 'en' : 'zh'];
  const page = await stage.page('clerk', { ...options, allowStatus: [401, 404, 422] });
  await page.goto('/desk/#/new');
  const panel = page.locator('form.panel').filter({ hasText: say['elsewhere.title'] });
  await panel.locator('select').selectOption('elderly_age');
  await panel.getByLabel(say['elsewhere.number']).fill(number);
  await panel.getByRole('button', { name: say['elsewhere.do'], exact: true }).click();
  await page.waitForFunction(() => !document.querySelector('.ant-btn-loading') && document.getAnimations().every((one) => one.playState !== 'running'));
  return { page, panel, say };
}

for (const [way, options] of STAFF_WAYS)
  test(`who lives elsewhere is found by the whole number: ${way}`, { timeout: 120_000 }, async () => {
    const { page, panel, say } = await found(options, people[0].number);
    await panel.getByRole('button', { name: say['elsewhere.take'], exact: true }).waitFor();
    assert.ok(!(await panel.locator('ul.found').innerText()).includes(people[0].number), 'masked');
    await good(page, 'found', way);
    await page.context().close();
  });

test('a number that nobody has is told, and nobody is shown', { timeout: 60_000 }, async () => {
  const { page, panel } = await found({}, '110102194903070000');
  await panel.locator('[role="alert"], .problem').first().waitFor();
  assert.equal(await panel.locator('ul.found').count(), 0);
  await page.context().close();
});

test('taken in on a phone: the office where he lives has it, this counter keeps an eye on it and hands a paper on', { timeout: 180_000 }, async () => {
  const [one] = people;
  const { page, panel, say } = await found({ phone: true }, one.number);
  await panel.getByRole('button', { name: say['elsewhere.take'], exact: true }).click();
  await page.locator('form.counter-form').waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  assert.equal(await page.locator('[id="q-applicant_idnum"]').inputValue(), one.number);
  await good(page, 'form', 'phone');
  // What is typed is tried in counter.test; here the same answers go the same way.
  const clerk = await stage.as('clerk');
  const data = answers(matter.form, {}, { ...matter.matter.desk.elements.start.example, applicant_name: one.name, applicant_idnum: one.number });
  const sent = await must(clerk.post('/api/cases', { matter: 'elderly_age', channel: 'counter', applicant_number: one.number, data, declared: true }), 201);
  await page.goto('/desk/#/taken');
  await page.getByRole('link', { name: sent.number, exact: true }).click();
  await page.locator('ol.steps').waitFor();
  const file = join(temporaryFolder(), 'paper.png');
  writeFileSync(file, PNG);
  await page.locator('input[type=file]').setInputFiles(file);
  await page.locator('ul.plain li').first().waitFor();
  await good(page, 'case', 'phone');
  await page.context().close();
  const district = await stage.as('district');
  const there = await must(district.get(`/api/cases/${sent.id}`));
  assert.equal(there.papers.length, 1);
  const desk = await stage.page('district');
  await desk.goto(`/desk/#/case/${sent.id}`);
  await desk.getByText(say['elsewhere.takenIn'].replace('{office}', there.taken_in)).waitFor();
  await good(desk, 'there', 'desktop');
  await desk.context().close();
});

for (const [way, options] of STAFF_WAYS)
  test(`what this counter took in: ${way}`, { timeout: 120_000 }, async () => {
    const page = await stage.page('clerk', options);
    await page.goto('/desk/#/taken');
    await page.locator('table.grid tbody tr').first().waitFor();
    await good(page, 'list', way);
    await page.locator('tbody a').first().click();
    await page.locator('ol.steps').waitFor();
    await good(page, 'one', way);
    await page.context().close();
  });
