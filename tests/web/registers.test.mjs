// A register is exported from the desk: as Excel or CSV, what the filters leave, with a purpose where people are in it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { PASSWORD } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { ROOT } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';
import { storeRows } from '../support/store.mjs';

const locale = (name) => JSON.parse(readFileSync(join(ROOT, `web/src/locale/${name}.json`), 'utf8'));
const WORDS = { 'zh-CN': locale('zh'), 'en-US': locale('en') };
let db;
let server;
let browser;
before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  await server?.stop();
});

const looks = () => storeRows(db, "SELECT purpose, subjects FROM access_entry WHERE case_id IS NULL AND kind = 'system' AND fields = 'register.export facility' ORDER BY id");

for (const [language, phone] of [['zh-CN', false], ['en-US', true]])
  test(`in ${language}${phone ? ' on a phone' : ''}`, { timeout: 120_000 }, async () => {
    const say = (key) => WORDS[language][key] ?? assert.fail(key);
    const page = await browser.page({ phone, locale: language, baseURL: server.url, allowStatus: [401], acceptDownloads: true });
    await page.goto('/desk/');
    await page.locator('#login').fill('clerk');
    await page.locator('#password').fill(PASSWORD);
    await page.getByRole('button', { name: say('signIn.do'), exact: true }).click();
    await page.locator('#login').waitFor({ state: 'detached' });
    await page.goto('/desk/#/registers/facility');
    await page.locator('.ant-table-row').first().waitFor();
    const before_looks = looks().length;
    for (const format of ['xlsx', 'csv']) {
      await page.locator('.page-head').getByRole('button', { name: say('registers.export'), exact: true }).click();
      const dialog = page.locator('.ant-modal');
      await dialog.locator('input[name=format]').first().waitFor();
      const go = dialog.locator('.ant-modal-footer .ant-btn-primary');
      assert.ok(await go.isDisabled(), 'people are in it: first the purpose');
      if (format === 'xlsx') {
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        if (process.env.SCREENSHOTS) await screenshot(page, `registers-export-${language}`);
      }
      await dialog.getByLabel(say(`registers.export.${format}`), { exact: true }).check();
      await dialog.getByLabel(say('purpose.case_handling'), { exact: true }).check();
      const [download] = await Promise.all([page.waitForEvent('download'), go.click()]);
      assert.equal(download.suggestedFilename(), `facility.${format}`);
      const bytes = readFileSync(await download.path());
      assert.equal(bytes.subarray(0, format === 'csv' ? 3 : 2).toString('hex'), format === 'csv' ? 'efbbbf' : '504b');
      await dialog.waitFor({ state: 'detached' }).catch(() => dialog.waitFor({ state: 'hidden' }));
    }
    const list = looks().slice(before_looks);
    assert.deepEqual(list.map(([purpose]) => purpose), ['case_handling', 'case_handling']);
    assert.ok(list.every(([, rows]) => Number(rows) > 100));
    expectQuiet(page);
    await page.context().close();
  });
