// 数据交换: what came and what did not, in colour; a token made, shown once, revoked.

import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import { expectAccessible, expectNoSidewaysScroll } from '../support/browser.mjs';
import { minzhengOk } from '../support/cli.mjs';
import { NOW } from '../support/demo.mjs';
import { lookAt, STAFF_WAYS, startStage } from '../support/pages.mjs';

let stage;
before(async () => {
  stage = await startStage({
    change: async (db) => {
      const drop = join(dirname(db), 'drop');
      mkdirSync(drop);
      const put = (name, text) => { writeFileSync(join(drop, name), text); utimesSync(join(drop, name), Date.parse(NOW) / 1000 - 86400 * 2, Date.parse(NOW) / 1000 - 86400 * 2); };
      put('2026-11-22.csv', '设施名称,设施类别,所在区划,地址,床位数,状态\n示例养老院,养老院,广安门内街道,一号,30,运营\n坏了的一行,养老院,无此地,一号,30,运营\n');
      put('2026-11-22-b.csv', '甲,乙\n1,2\n');
      const env = { MINZHENG_DB: db, MINZHENG_NOW: NOW };
      await minzhengOk(['exchange', 'run', 'care_facilities', '--from', drop, '--as', 'district'], { env });
      await minzhengOk(['exchange', 'run', 'legal_entities', '--from', `sqlite:${drop}/none.db`, '--as', 'district'], { env });
    },
  });
});
after(() => stage?.stop());

const open = async (login, options = {}) => {
  const page = await stage.page(login, options);
  await page.goto('/desk/#/exchange');
  await page.locator('article').first().waitFor();
  return page;
};

for (const [way, options] of [...STAFF_WAYS, ['elder', { elder: true }]])
  test(`the page: ${way}`, { timeout: 120_000 }, async () => {
    const page = await open('leader', options);
    if (options.elder) await page.evaluate(() => { document.documentElement.style.fontSize = '22px'; });
    await lookAt(page, `exchange-${way}`);
    const text = await page.locator('main').innerText();
    assert.doesNotMatch(text, /\bexchange\.[a-zA-Z_.]+\b/, 'a code where a sentence belongs');
    assert.match(text, options.en ? /Never received/ : /未反馈（从未收到）/);
    await expectNoSidewaysScroll(page);
    await page.context().close();
  });

test('a leader makes a token, sees it once, and revokes it', { timeout: 120_000 }, async () => {
  const page = await open('leader');
  await page.getByLabel('使用单位').fill('区医疗保障局');
  await page.getByLabel('单位简称').fill('ybj');
  await page.getByLabel('到期日').fill('2026-12-31');
  await page.getByRole('button', { name: /^发\s*放$/ }).click();
  const token = page.locator('code.token');
  await token.waitFor();
  assert.match(await token.innerText(), /^mzx_[0-9a-f]{64}$/);
  await page.getByRole('button', { name: /^撤\s*销$/ }).click();
  await page.getByRole('button', { name: '确认撤销' }).click();
  await page.getByText('已撤销').waitFor();
  await expectAccessible(page);
  await page.reload();
  await page.locator('article').first().waitFor();
  assert.equal(await page.locator('code.token').count(), 0);
  await page.context().close();
});

test('who decides sees what is missing, and no tokens', { timeout: 60_000 }, async () => {
  const page = await open('decider');
  await page.getByText('未反馈（从未收到）').first().waitFor();
  assert.equal(await page.getByRole('button', { name: /发\s*放/ }).count(), 0);
  await page.context().close();
});
