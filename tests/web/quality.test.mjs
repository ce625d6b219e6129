// 数据质量: checked by a button, by register and place; what fails a click away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { expectNoSidewaysScroll } from '../support/browser.mjs';
import { lookAt, STAFF_WAYS, startStage } from '../support/pages.mjs';

let stage;
before(async () => { stage = await startStage(); });
after(() => stage?.stop());

const open = async (login, options = {}) => {
  const page = await stage.page(login, options);
  await page.goto('/desk/#/quality');
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
};

test('before a check it says so; a clerk of the district checks', { timeout: 120_000 }, async () => {
  const leader = await open('leader');
  await leader.getByText('还没有检查过').waitFor();
  assert.equal(await leader.getByRole('button', { name: '检查全部名册' }).count(), 0);
  await leader.context().close();
  const page = await open('district');
  await page.getByRole('button', { name: '检查全部名册' }).click();
  await page.getByRole('heading', { name: '人口登记' }).waitFor();
  await page.context().close();
});

for (const [way, options] of [...STAFF_WAYS, ['elder', { elder: true }]])
  test(`the page: ${way}`, { timeout: 120_000 }, async () => {
    const page = await open('district', options);
    if (options.elder) await page.evaluate(() => { document.documentElement.style.fontSize = '22px'; });
    await page.getByRole('heading', { name: options.en ? 'By division' : '各区划' }).waitFor();
    await lookAt(page, `quality-${way}`);
    assert.doesNotMatch(await page.locator('main').innerText(), /\bquality\.[a-zA-Z_.]+\b/);
    await expectNoSidewaysScroll(page);
    await page.context().close();
  });

test('from a figure to its rows, and from a place to its own figures', { timeout: 120_000 }, async () => {
  const page = await open('district');
  const figure = page.locator('table.grid td.is-number a').first();
  const n = Number((await figure.innerText()).replace(/\D/g, ''));
  await figure.click();
  await page.locator('table.grid tbody tr').first().waitFor();
  assert.equal(await page.locator('table.grid tbody tr').count(), Math.min(n, 50));
  await lookAt(page, 'quality-rows');
  await page.getByRole('link', { name: '返回数据质量' }).click();
  await page.getByRole('heading', { name: '各区划' }).waitFor();
  const place = page.locator('section', { hasText: '各区划' }).last().locator('tbody a').first();
  const name = await place.innerText();
  await place.click();
  await page.getByRole('heading', { level: 1, name: new RegExp(name) }).waitFor();
  await page.context().close();
  const leader = await open('leader');
  await leader.getByRole('heading', { name: '人口登记' }).waitFor();
  assert.equal(await leader.locator('table.grid td.is-number a').count(), 0, 'who leads sees figures, no rows');
  await leader.context().close();
});
