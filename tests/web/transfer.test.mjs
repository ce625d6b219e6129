// A case goes to another office of the district: from the desk, on a phone too, in two languages.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot } from '../support/browser.mjs';
import { STAFF_WAYS, startStage } from '../support/pages.mjs';

const words = Object.fromEntries(['zh', 'en'].map((lang) => [lang, JSON.parse(readFileSync(new URL(`../../web/src/locale/${lang}.json`, import.meta.url), 'utf8'))]));
const WHY = '申请人已搬到那里居住';

let stage;
let open; // a case of the clerk's that nobody has decided on
let to; // a community of another subdistrict
before(async () => {
  stage = await startStage();
  const clerk = await stage.as('clerk');
  for (const { case: id } of (await must(clerk.get('/api/tasks?limit=200'))).items) {
    const one = await must(clerk.get(`/api/cases/${id}`));
    if (!one.may.includes('transfer') || one.publication) continue;
    open = one;
    break;
  }
  assert.ok(open, 'the demonstration has a case that may be handed over');
  const { district } = await must(clerk.get('/api/meta'));
  for (const { code } of (await must(clerk.get(`/api/divisions?parent=${district}`))).items) {
    const [first] = code === open.summary.division.slice(0, 9) ? [] : (await must(clerk.get(`/api/divisions?parent=${code}`))).items;
    if (first) to = first.code;
  }
  assert.ok(to, 'there is another subdistrict');
});
after(() => stage?.stop());

async function dialog(options) {
  const say = words[options.en ? 'en' : 'zh'];
  const page = await stage.page('clerk', { ...options, allowStatus: [401, 404, 409, 412, 422] });
  await page.goto(`/desk/#/case/${open.summary.id}`);
  await page.getByRole('button', { name: say['transfer.open'], exact: true }).click();
  await page.locator('#transfer-to option').nth(1).waitFor({ state: 'attached' });
  return { page, say, send: page.getByRole('dialog').getByRole('button', { name: say['transfer.do'], exact: true }) };
}

for (const [way, options] of STAFF_WAYS)
  test(`the dialog: ${way}`, { timeout: 120_000 }, async () => {
    const { page, send } = await dialog(options);
    assert.ok(await send.isDisabled(), 'neither place nor reason yet');
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expectQuiet(page);
    if (process.env.SCREENSHOTS) await screenshot(page, `transfer-${way.replace(/\W+/g, '-')}`);
    await page.context().close();
  });

test('handed over on a phone: here it is gone, there it is, and its history says so', { timeout: 120_000 }, async () => {
  const { page, say, send } = await dialog({ phone: true });
  await page.locator('#transfer-to').selectOption(to.slice(0, 9));
  assert.ok(await send.isDisabled(), 'a community is asked for');
  await page.getByLabel(say['registers.community']).selectOption(to);
  await page.getByLabel(say['transfer.reason']).fill(WHY);
  await send.click();
  await page.waitForURL(/#\/cases/);
  const [clerk, district] = [await stage.as('clerk'), await stage.as('district')];
  assert.equal((await clerk.get(`/api/cases/${open.summary.id}`)).status, 404);
  const there = await must(district.get(`/api/cases/${open.summary.id}`));
  assert.equal(there.summary.division, to);
  assert.equal(there.summary.number, open.summary.number);
  assert.equal(there.summary.due_on, open.summary.due_on);
  const { items } = await must(district.get(`/api/cases/${open.summary.id}/events`));
  const event = items.find((one) => one.kind === 'transferred');
  assert.match(event.text.zh, /移交/);
  assert.ok(!JSON.stringify(items).includes(WHY), 'the reasons are not in the history');
});
