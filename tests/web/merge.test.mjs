// Two applications of one household become one case and two again: from the desk, on a phone too, in two languages.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot } from '../support/browser.mjs';
import { STAFF_WAYS, startStage } from '../support/pages.mjs';

const words = Object.fromEntries(['zh', 'en'].map((lang) => [lang, JSON.parse(readFileSync(new URL(`../../web/src/locale/${lang}.json`, import.meta.url), 'utf8'))]));
const WHY = '夫妻二人各申请了一次';

// Two open cases of one matter and place whose applicants live together.
const COUPLE = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
two = db.execute("""SELECT f.district, f.id, f.applicant, o.id, o.applicant FROM case_file f JOIN case_file o ON o.matter = f.matter AND o.division = f.division AND o.id > f.id
  WHERE f.closed_at IS NULL AND o.closed_at IS NULL AND f.decided_at IS NULL AND o.decided_at IS NULL AND f.compartment IS NULL AND o.compartment IS NULL
  AND f.subdistrict = (SELECT substr(division, 1, 9) FROM account_role r JOIN account a ON a.id = r.account WHERE a.login = 'clerk' AND r.role = 'clerk')
  AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.case_id IN (f.id, o.id) AND p.ended_at IS NULL) ORDER BY f.id, o.id LIMIT 1""").fetchone()
for case, person in ((two[1], two[4]), (two[3], two[2])):
    db.execute("INSERT INTO case_party (district, case_id, person, party, relation, person_district, number, consent_needed) VALUES (?, ?, ?, 'member', '配偶', ?, '9', 0)", (two[0], case, person, two[0]))
print(two[1], two[3])
`;

let stage;
let from;
let into;
before(async () => {
  stage = await startStage({ change: (db) => { [from, into] = execFileSync('python3', ['-c', COUPLE, db], { encoding: 'utf8' }).trim().split(' '); } });
  const clerk = await stage.as('clerk');
  const { items } = await must(clerk.get(`/api/cases/${from}/duplicates`));
  assert.deepEqual(items.map((one) => one.id), [into]);
});
after(() => stage?.stop());

async function dialog(options, id, button) {
  const say = words[options.en ? 'en' : 'zh'];
  const page = await stage.page('clerk', { ...options, allowStatus: [401, 404, 409, 412, 422] });
  await page.goto(`/desk/#/case/${id}`);
  await page.getByRole('button', { name: say[button], exact: true }).click();
  return { page, say, box: page.getByRole('dialog') };
}

for (const [way, options] of STAFF_WAYS)
  test(`the dialog: ${way}`, { timeout: 120_000 }, async () => {
    const { page, say, box } = await dialog(options, from, 'merge.open');
    await box.getByRole('radio').first().waitFor();
    assert.ok(await box.getByRole('button', { name: say['merge.do'], exact: true }).isDisabled(), 'neither case nor reason yet');
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expectQuiet(page);
    if (process.env.SCREENSHOTS) await screenshot(page, `merge-${way.replace(/\W+/g, '-')}`);
    await page.context().close();
  });

test('merged on a phone, seen in the other with its past, and taken apart', { timeout: 180_000 }, async () => {
  const clerk = await stage.as('clerk');
  const former = (await must(clerk.get(`/api/cases/${from}`))).summary;
  const { page, say, box } = await dialog({ phone: true }, from, 'merge.open');
  await box.getByRole('radio').first().check();
  await box.getByLabel(say['merge.reason']).fill(WHY);
  await box.getByRole('button', { name: say['merge.do'], exact: true }).click();
  await page.waitForURL(new RegExp(`#/case/${into}`));
  await page.getByText(say['merge.from']).waitFor();
  await page.goto(`/desk/#/case/${into}/history`);
  await page.getByText(say['merge.of'].replace('{number}', former.number)).first().waitFor();
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  if (process.env.SCREENSHOTS) await screenshot(page, 'merge-history-phone');
  const kept = await must(clerk.get(`/api/cases/${into}`));
  assert.ok(kept.summary.due_on <= former.due_on, 'the earlier day holds');
  const gone = await must(clerk.get(`/api/cases/${from}`));
  assert.deepEqual([gone.summary.state, gone.tasks.length, gone.merged_into[0].id], ['merged', 0, into]);
  const { items } = await must(clerk.get(`/api/cases/${into}/events`));
  assert.ok(items.some((event) => event.kind === 'merged_in') && items.some((event) => event.case_number === former.number));
  assert.ok(!JSON.stringify(items).includes(WHY), 'the reasons are not in the history');
  await page.context().close();
  const back = await dialog({ en: true }, from, 'merge.apart');
  await back.box.getByLabel(back.say['merge.reason']).fill('two households after all');
  await expectAccessible(back.page);
  if (process.env.SCREENSHOTS) await screenshot(back.page, 'merge-apart-en');
  await back.box.getByRole('button', { name: back.say['merge.apart'], exact: true }).click();
  await back.box.waitFor({ state: 'hidden' });
  const again = await must(clerk.get(`/api/cases/${from}`));
  assert.deepEqual([again.summary.state, again.summary.due_on, again.merged_into.length], [former.state, former.due_on, 0]);
  await back.page.context().close();
});
