// Every page of the desk, in each way it is used; the keyboard alone is enough.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, PASSWORD } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot } from '../support/browser.mjs';
import { residentsOf, STAFF_WAYS, startStage, walk } from '../support/pages.mjs';

let stage;
let granted;
let refused;
let decided; // a case with a decision
let batch; // a month with a payment that came back
let lead;
let organisation; // a record of the register
before(async () => {
  stage = await startStage({ screened: true });
  ({ granted, refused } = await residentsOf(stage));
  const clerk = await stage.as('clerk');
  const { items } = await must(clerk.get('/api/cases?limit=100'));
  decided = items.find((item) => item.state === 'approved')?.id ?? items.find((item) => item.outcome)?.id;
  assert.ok(decided, 'the demonstration has a decided case');
  const cashier = await stage.as('cashier');
  for (const { id } of (await must(cashier.get('/api/payments/batches'))).items) {
    const { lines } = await must(cashier.get(`/api/payments/batches/${id}?state=returned`));
    if (lines.some((line) => line.may_reissue)) batch = id;
  }
  assert.ok(batch, 'a month with a payment that came back');
  await must(cashier.post('/api/rechecks', { month: '2026-12', scheme: 'dibao' }));
  lead = (await must(clerk.get('/api/leads'))).items[0]?.id;
  assert.ok(lead, 'the subdistrict has somebody to visit');
  organisation = (await must(clerk.get('/api/registers/organisation/records?limit=1'))).items[0].id;
});
after(() => stage?.stop());

const deskPages = () => ({
  clerk: {
    tasks: '/desk/#/tasks', cases: '/desk/#/cases', taken: '/desk/#/taken', new: '/desk/#/new', parameters: '/desk/#/parameters', none: '/desk/#/nothing',
    ...Object.fromEntries(['', '/facts', '/verification', '/decision', '/process', '/papers', '/notices', '/history'].map((tab) => [`case${tab.replace('/', '-')}`, `/desk/#/case/${decided}${tab}`])),
    rechecks: '/desk/#/rechecks', lead: `/desk/#/leads/${lead}`, fresh: `/desk/#/case/${granted.id}`,
  },
  decider: { rechecks: '/desk/#/rechecks' },
  community: { leads: '/desk/#/leads' },
  district: {
    registers: '/desk/#/registers', register: '/desk/#/registers/facility', record: `/desk/#/registers/organisation/${organisation}`, 'record-new': '/desk/#/registers/facility/new',
    refused: `/desk/#/case/${refused.id}`, 'refused-decision': `/desk/#/case/${refused.id}/decision`,
  },
  cashier: { payments: '/desk/#/payments', batch: `/desk/#/payments/${batch}`, bank: '/desk/#/bank', funds: '/desk/#/funds' },
  finance: { payments: '/desk/#/payments', bank: '/desk/#/bank' },
  policy: { parameters: '/desk/#/parameters', exchange: '/desk/#/exchange' },
});
for (const [way, options] of STAFF_WAYS)
  test(`the desk's pages: ${way}`, { timeout: 420_000 }, async (t) => {
    await walk(t, stage, { login: null, pages: { door: '/desk/' }, name: `desk-${way}`, options });
    for (const [login, pages] of Object.entries(deskPages())) await walk(t, stage, { login, pages, name: `desk-${way}`, options });
  });

for (const [way, options] of STAFF_WAYS)
  test(`a payment that came back is ordered again: ${way}`, { timeout: 60_000 }, async () => {
    const page = await stage.page('cashier', options);
    await page.goto(`/desk/#/payments/${batch}`);
    await page.locator('td button').first().click();
    await page.getByRole('dialog').locator('input').first().waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expectQuiet(page);
    if (process.env.SCREENSHOTS) await screenshot(page, `desk-${way.replace(/\W+/g, '-')}-reissue`, { fullPage: false });
    await page.context().close();
  });

test('before approval every difference to last month has its reason; the format of the file is chosen', { timeout: 120_000 }, async () => {
  const [cashier, finance] = await Promise.all(['cashier', 'finance'].map((login) => stage.as(login)));
  const draft = await must(cashier.post('/api/payments/batches', { month: '2026-12', scheme: 'dibao' }), 201);
  const preview = await must(finance.get(`/api/payments/batches/${draft.id}/preview`));
  assert.equal(preview.explained_fen, preview.difference_fen);
  assert.equal(preview.reasons.reduce((sum, one) => sum + one.fen, 0), preview.total_fen - preview.last_fen);
  for (const [way, options] of STAFF_WAYS) {
    const page = await stage.page('finance', options);
    await page.goto(`/desk/#/payments/${draft.id}`);
    await page.getByRole('heading', { name: options.en ? 'Against the month before' : '与上月相比' }).waitFor();
    await page.locator('section.panel table.grid tfoot').first().waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expectQuiet(page);
    if (process.env.SCREENSHOTS) await screenshot(page, `desk-${way.replace(/\W+/g, '-')}-preview`);
    await page.context().close();
  }
  await must(finance.call('POST', `/api/payments/batches/${draft.id}/approve`, undefined, { 'If-Match': `"${draft.version}"` }));
  const page = await stage.page('cashier', {});
  await page.goto(`/desk/#/payments/${draft.id}`);
  await page.getByLabel('文件格式').selectOption('pain.001.001.09');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '导出银行文件' }).click()]);
  assert.match(download.suggestedFilename(), /\.xml$/);
  await page.context().close();
});

test('the keyboard signs in at the desk, and opens a task', async () => {
  const page = await stage.page(null);
  await page.goto('/desk/');
  await page.locator('#login').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim() || '');
  for (let i = 0; (await focused()) !== 'login'; i++) {
    assert.ok(i < 10, `the login is ${i} tabs away`);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('clerk');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('a.task-link').first().waitFor();
  await page.keyboard.press('j');
  const seen = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return [document.activeElement.className, style.outlineStyle !== 'none' || style.boxShadow !== 'none'];
  });
  assert.match(seen[0], /task-link/);
  assert.ok(seen[1], 'the focus is seen');
  await page.keyboard.press('Enter');
  await page.locator('.task-box, .acts').first().waitFor();
  expectQuiet(page);
});
