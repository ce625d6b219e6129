// The resident's calculator in a browser: from the home page through every question to the result, on a phone, in
// both languages and elder mode; nothing of it is kept, on the device or in the server's log.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { startServer } from '../support/server.mjs';
import { storeCountsAtRest } from '../support/store.mjs';

let server;
let browser;
before(async () => {
  server = await startServer({ env: { MINZHENG_NOW: '2026-03-18T09:00:00+08:00' } });
  browser = await startBrowser();
});
after(async () => { await browser?.close(); await server?.stop(); });

const CHILD = ['2015', '6', '17'];
const ANSWERS = {
  people: async (page) => {
    const person = async (n, sex, date, relation) => {
      if (relation) await page.locator(`#relation-${n}`).selectOption(relation);
      await page.locator(`#sex-${n}`).selectOption(sex);
      for (const [i, part] of ['y', 'm', 'd'].entries()) await page.locator(`#born-${n}-${part}`).fill(date[i]);
    };
    await person(1, '女', ['1984', '2', '3']);
    await page.locator('.form-list > .button').click();
    await person(2, '男', CHILD, '子女');
    await page.locator('.form-list > .button').click();
    await person(3, '男', ['1940', '1', '1'], '父母');
  },
  work: (page) => Promise.all([page.locator('#work-1').selectOption('灵活就业'), page.locator('#work-3').selectOption('退休')]),
  study: null,
  wages: (page) => page.locator('#wages-1').fill('1500'),
  pension: (page) => page.locator('#pension-3').fill('900'),
  other: (page) => page.locator('#other').fill('0'),
  savings: (page) => page.locator('#savings').fill('12000'),
  car: (page) => page.getByRole('radio').nth(0).check(),
  homes: (page) => page.getByRole('radio').nth(1).check(),
  shop: (page) => page.getByRole('radio').nth(0).check(),
  support: (page) => page.getByRole('radio').nth(0).check(),
  disabled: (page) => page.getByRole('checkbox').nth(2).check(),
  disability: (page) => Promise.all([page.locator('#disability-3-0').selectOption('肢体'), page.locator('#disability-3-0-grade').selectOption('1')]),
  lone: (page) => page.getByRole('checkbox').nth(0).check(),
  grade: (page) => page.locator('#grade-3').selectOption(''),
  status: (page) => page.locator('#status-3').selectOption(''),
  medical: (page) => page.locator('#medical').fill('8000'),
  school: (page) => page.locator('#school').fill('0'),
  urgent: (page) => page.getByRole('radio').nth(0).check(),
};

async function walk(page, way, examine) {
  const seen = [];
  for (let n = 0; n < 60; n += 1) {
    const id = decodeURIComponent(new URL(page.url()).hash.split('/').at(-1));
    if (id === 'result') return seen;
    seen.push(id);
    await page.locator('form').waitFor();
    if (examine(id)) {
      await expectAccessible(page);
      await expectNoSidewaysScroll(page);
      if (process.env.SCREENSHOTS) await screenshot(page, `calculator-${way}-${id}`);
    }
    await ANSWERS[id]?.(page);
    if (id === 'study') for (const select of await page.locator('select').all()) await select.selectOption('无');
    if (id === 'status') for (const select of await page.locator('select').all()) await select.selectOption('');
    const before_url = page.url();
    await page.locator('.actions .button').click();
    await page.waitForFunction((url) => window.location.href !== url, before_url);
  }
  throw new Error(`no end: ${seen.join(' ')}`);
}

const open = async (options, lang, elder) => {
  const page = await browser.page({ phone: true, baseURL: server.url, locale: lang === 'en' ? 'en-US' : 'zh-CN', allowStatus: [401], ...options });
  if (elder) await page.addInitScript(() => localStorage.setItem('mz.elder', 'on'));
  await page.goto('/');
  await page.locator('a[href="#/check"]').click();
  return page;
};

test('from home to the result on a phone; every page accessible; nothing kept', { timeout: 240_000 }, async () => {
  const counts = await storeCountsAtRest(server.db);
  const page = await open({});
  await page.locator('main .button').waitFor();
  await expectAccessible(page);
  if (process.env.SCREENSHOTS) await screenshot(page, 'calculator-zh-intro');
  await page.locator('main .button').click();
  // Nothing answered: the page says what is wrong and stays.
  await page.locator('.actions .button').click();
  await page.locator('.error-summary li').nth(1).waitFor();
  await expectAccessible(page);
  const seen = await walk(page, 'zh', () => true);
  assert.deepEqual(seen.slice(0, 3), ['people', 'local', 'held']);
  assert.ok(!seen.includes('permit') && !seen.includes('parents'), seen.join(' '));
  const good = page.locator('.card.is-good');
  await good.first().waitFor({ timeout: 60_000 });
  const names = await good.locator('h3').allTextContents();
  // 445号: 1500 + 900 a month, less the lone parent's and the severely disabled man's deduction, for three; 434号, 160号: 86, limb grade 1.
  for (const name of ['最低生活保障', '高龄老年人津贴']) assert.ok(names.some((text) => text.includes(name)), `${name}: ${names}`);
  assert.match(await page.locator('.sum-figure').first().textContent(), /¥[\d,]+\.\d\d/);
  assert.ok(await page.locator('.card.is-now a[href^="#/matter/"], .card.is-good a[href="#/matter/dibao"]').count() >= 1, 'a way to apply');
  await page.locator('.calc-why summary').first().click();
  assert.match(await page.locator('.card.is-good .reasons .article').first().textContent(), /号/);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  if (process.env.SCREENSHOTS) await screenshot(page, 'calculator-zh-result');
  expectQuiet(page);
  // Nothing on the device, in the address, in the store or the log.
  const device = await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, window.location.href]));
  for (const secret of ['1940', '2015', '12000', '肢体']) assert.ok(!device.includes(secret), device);
  assert.deepEqual(await storeCountsAtRest(server.db), counts);
  assert.ok(!server.output().includes('1940-01-01') && !server.output().includes('肢体'));
  // Loaded anew it begins again.
  await page.reload();
  await page.locator('main h1').waitFor();
  assert.equal(await page.locator('.cards').count(), 0);
  await page.context().close();
});

for (const [way, lang, elder] of [['en', 'en', false], ['elder', 'zh', true]])
  test(`the same ${way === 'en' ? 'in English' : 'in elder mode'}`, { timeout: 240_000 }, async () => {
    const page = await open({}, lang, elder);
    await page.locator('main .button').click();
    await walk(page, way, (id) => ['people', 'work', 'disability'].includes(id));
    await page.locator('.card.is-good').first().waitFor({ timeout: 60_000 });
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    if (process.env.SCREENSHOTS) await screenshot(page, `calculator-${way}-result`);
    if (lang === 'en') {
      const text = await page.locator('main').evaluate((main) => { const copy = main.cloneNode(true); copy.querySelectorAll('.article').forEach((one) => one.remove()); return copy.textContent; });
      assert.deepEqual(text.match(/[\u3400-\u9fff]+/g) ?? [], []);
    }
    expectQuiet(page);
    await page.context().close();
  });
