// An application at the counter: found by number, the form filled from the registers, the
// rest asked, what is wrong told in the officer's language, the notice says whom to ask.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { answerShown } from '../support/answers.mjs';
import { must, signIn, until } from '../support/api.mjs';
import { applicants } from '../support/application.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot } from '../support/browser.mjs';
import { ROOT, temporaryFolder } from '../support/cli.mjs';
import { NOW } from '../support/demo.mjs';
import { STAFF_WAYS, startStage } from '../support/pages.mjs';
import { stepData } from '../support/steps.mjs';

const words = Object.fromEntries(['zh', 'en'].map((lang) => [lang, JSON.parse(readFileSync(join(ROOT, `web/src/locale/${lang}.json`), 'utf8'))]));

let stage;
let applicant; // a family with little money, none of whom has applied
let matter;
before(async () => {
  stage = await startStage();
  applicant = (await applicants(stage.url)).find((one) => one.poor && one.household.members.length > 1);
  assert.ok(applicant, 'the demonstration has a poor family');
  matter = (await must((await stage.as('clerk')).get('/api/matters'))).find((one) => one.id === 'dibao');
});
after(() => stage?.stop());

async function formFor(options) {
  const lang = options.en ? 'en' : 'zh';
  const page = await stage.page('clerk', { ...options, allowStatus: [401, 404, 422] });
  await page.goto('/desk/#/new');
  await page.getByLabel(words[lang]['find.id']).fill(applicant.household.members[0].idnum);
  await page.getByRole('button', { name: words[lang]['find.do'], exact: true }).click();
  await page.locator('ul.found button').click();
  await page.getByRole('button', { name: matter.name[lang], exact: true }).click();
  await page.locator('form.counter-form').waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  return page;
}

async function good(page, name) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, name);
}

for (const [way, options] of STAFF_WAYS)
  test(`the form at the counter, filled from the registers: ${way}`, { timeout: 120_000 }, async () => {
    const page = await formFor(options);
    const name = `counter-${way.replace(/\W+/g, '-')}`;
    assert.equal(await page.locator('[id="q-applicant_name"]').inputValue(), applicant.data.applicant_name);
    assert.equal(await page.locator('[id="list-members"]').count(), 1);
    for (const i of applicant.data.members.keys()) await page.locator(`[id="row-members[${i}]"]`).waitFor();
    await good(page, name);
    // nothing more is answered: every question that is left is told, with a way to it
    await page.getByRole('button', { name: words[options.en ? 'en' : 'zh']['new.send'] }).click();
    await page.locator('.error-summary li button').first().waitFor();
    assert.match(await page.locator('.error-summary').innerText(), options.en ? /Who else lives there 2: / : /家里还有谁 2：/);
    if (options.en) assert.doesNotMatch(await page.locator('.error-summary').innerText(), /[\u4e00-\u9fff]/);
    await good(page, `${name}-errors`);
    await page.context().close();
  });

test('the clerk asks the rest and files it; the notice on paper says whom to ask', { timeout: 120_000 }, async () => {
  const page = await formFor({});
  await answerShown(page, applicant.data);
  await page.getByRole('button', { name: words.zh['new.send'] }).click();
  await page.locator('.receipt-panel .number').waitFor();
  await good(page, 'counter-receipt');
  const href = await page.locator('.receipt-panel a.button').getAttribute('href');
  const id = href.match(/case\/([^/?]+)/)[1];
  await page.context().close();
  const clerk = await signIn(stage.url, 'clerk');
  const seen = await must(clerk.get(`/api/cases/${id}`));
  assert.equal(seen.summary.channel, 'counter');
  const task = seen.tasks.find((one) => one.state === 'open' && one.role === 'clerk');
  await must((await stage.as('clerk2')).post(`/api/tasks/${task.id}/complete`, { outcome: '受理', data: stepData(task.element, NOW) ?? {} }));
  const notice = await until('the acceptance', async () => (await must(clerk.get(`/api/cases/${id}`))).notices.find((one) => one.kind === 'acceptance'));
  const { bytes: paper } = await clerk.get(`/api/cases/${id}/notices/${notice.id}.pdf?purpose=case_handling`);
  const file = join(temporaryFolder(), 'acceptance.pdf');
  writeFileSync(file, paper);
  const text = execFileSync('pdftotext', ['-raw', file, '-'], { encoding: 'utf8' }).replace(/\s+/g, '');
  const office = await must(clerk.get(`/api/divisions/${seen.summary.division.slice(0, 9)}/contact`));
  for (const part of [office.office.zh, office.telephone, office.address.zh, office.hours.zh]) assert.ok(text.includes(part.replace(/\s+/g, '')), `${part} in ${text}`);
});
