// The board's page of plans: what stands where, what is behind a number, and the same numbers as the API's.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { NOW, demoStore } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let server, browser, leader;
before(async () => {
  const { db } = await demoStore();
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  leader = await signIn(server.url, 'leader');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function pageOf(options = {}) {
  const page = await browser.page({ baseURL: server.url, allowStatus: [401], ...options });
  const [name, value] = leader.cookie.split('=');
  await page.context().addCookies([{ name, value, url: server.url }]);
  return page;
}
const keep = (page, name) => process.env.SCREENSHOTS && screenshot(page, name);

for (const [way, options] of [['desktop', {}], ['desktop in English', { locale: 'en-GB' }], ['phone', { phone: true }], ['phone in English', { phone: true, locale: 'en-GB' }]])
  test(`a plan: ${way}`, { timeout: 120_000 }, async () => {
    const name = `plan-${way.replace(/\W+/g, '-')}`;
    const state = await must(leader.get('/api/plans/xicheng-14'));
    const page = await pageOf(options);
    await page.goto('/board/#/plan');
    await page.locator('.plan-row').first().waitFor();
    assert.equal(await page.locator('.plan-row').count(), 22, 'the table of the plan');
    for (const status of Object.keys(state.summary)) {
      const n = state.indicators.filter((i) => i.no !== null && i.status === status).length;
      assert.equal(await page.locator(`.plan-summary li:has(.is-${status}) b`).textContent(), String(n), status);
    }
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keep(page, name);
    const line = page.locator('.plan-line').nth(4);
    await line.click();
    await page.locator('.plan-behind tbody tr').first().waitFor();
    assert.equal(await page.locator('.plan-behind tbody tr').count(), 15, 'every subdistrict');
    assert.equal(await line.locator('.plan-now').textContent(), String(state.indicators[4].current));
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keep(page, `${name}-open`);
    await page.locator('.plan-summary li:has(.is-missed) button').click();
    assert.equal(await page.locator('.plan-row').count(), state.indicators.filter((i) => i.status === 'missed' && i.no !== null).length);
    await page.goto('/board/#/plan/beijing-14');
    await page.locator('.plan-row').first().waitFor();
    await expectAccessible(page);
    await keep(page, `${name}-prose`);
    expectQuiet(page);
    await page.context().close();
  });

test('a plan that is not there says so, and the table can be taken away', async () => {
  const page = await pageOf({ allowStatus: [401, 404] });
  await page.goto('/board/#/plan/paris');
  await page.getByRole('alert').waitFor();
  await page.goto('/board/#/plan/daxing-14');
  await page.locator('.plan-row').first().waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.plan-tools button').click()]);
  assert.match(download.suggestedFilename(), /^daxing-14-\d{4}-\d\d-\d\d\.csv$/);
  await page.context().close();
});
