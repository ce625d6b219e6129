// 疑似重复登记: compared by a button, looked at side by side, called one by one officer and confirmed by another.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';

import { expectNoSidewaysScroll } from '../support/browser.mjs';
import { minzhengOk } from '../support/cli.mjs';
import { NOW } from '../support/demo.mjs';
import { lookAt, STAFF_WAYS, startStage } from '../support/pages.mjs';

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const number = (head) => head + '10X98765432'[[...head].reduce((sum, c, i) => sum + Number(c) * WEIGHTS[i], 0) % 11];
let stage;
before(async () => {
  stage = await startStage({
    change: async (db) => {
      const file = join(dirname(db), 'people.csv');
      const env = { MINZHENG_DB: db, MINZHENG_NOW: NOW };
      const row = (seq, name, phone) => [name, number(`11022819910203${seq}`), '110102020001', '试验胡同9号3单元501室', phone].join(',');
      writeFileSync(file, ['姓名,身份证号,居住社区,现住址,联系电话', row('011', '测试重名', '13912345678'), row('013', '測試重名', '13912345678'), row('211', '欧阳重复', ''), row('231', '欧阳重复', '')].join('\n'));
      await minzhengOk(['import', 'population', file, '--as', 'district', '--purpose', 'verification', '--yes'], { env });
    },
  });
});
after(() => stage?.stop());

const open = async (login, options = {}) => {
  const page = await stage.page(login, options);
  await page.goto('/desk/#/duplicates');
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
};
const codes = /\bduplicate\.[a-zA-Z_.]+\b/;

test('before anything was compared the page says so; a clerk of the district compares', { timeout: 120_000 }, async () => {
  const clerk = await open('clerk');
  await clerk.getByText('还没有比对过').waitFor();
  assert.equal(await clerk.getByRole('button', { name: '全区比对' }).count(), 0);
  await clerk.context().close();
  const page = await open('district');
  await page.getByRole('button', { name: '全区比对' }).click();
  await page.locator('table.grid tbody tr').first().waitFor();
  assert.ok(await page.locator('table.grid tbody tr').count() >= 2);
  assert.doesNotMatch(await page.locator('main').innerText(), /重名|欧阳重/, 'masked');
  await page.context().close();
});

for (const [way, options] of [...STAFF_WAYS, ['elder', { elder: true }]])
  test(`the list and a pair: ${way}`, { timeout: 120_000 }, async () => {
    const page = await open('district', options);
    if (options.elder) await page.evaluate(() => { document.documentElement.style.fontSize = '22px'; });
    await page.locator('table.grid tbody tr').first().waitFor();
    await lookAt(page, `duplicates-${way}`);
    assert.doesNotMatch(await page.locator('main').innerText(), codes);
    await page.locator('table.grid tbody a').first().click();
    await page.getByRole('heading', { name: options.en ? 'Side by side' : '并排比较' }).waitFor();
    await lookAt(page, `duplicate-${way}`);
    await expectNoSidewaysScroll(page);
    assert.doesNotMatch(await page.locator('main').innerText(), codes);
    await page.context().close();
  });

async function say(page, button, words, choose) {
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  if (choose) {
    await dialog.locator('textarea').fill(words);
    assert.ok(await dialog.getByRole('button', { name: button }).isDisabled(), 'which row is kept is chosen first');
    await dialog.getByRole('radio').first().check();
  }
  await dialog.locator('textarea').fill(words);
  await dialog.getByRole('button', { name: button }).click();
  await dialog.waitFor({ state: 'detached' });
}

test('with a purpose the names are whole; one says same, another confirms, and it is taken apart again', { timeout: 180_000 }, async () => {
  const page = await open('district');
  await page.locator('table.grid tbody a', { hasText: '测' }).or(page.locator('table.grid tbody a', { hasText: '測' })).first().click();
  await page.getByText('显示完整姓名').click();
  await page.getByRole('radio', { name: '核实登记是否重复' }).click(); // the page shows the rest at once
  await page.getByText('試重名').first().waitFor();
  await page.getByText('试验胡同9号').first().waitFor();
  await say(page, '是同一人', '户口簿上是同一人', true);
  await page.getByText('待确认合并').first().waitFor();
  assert.equal(await page.getByRole('button', { name: /^确\s*认$/ }).count(), 0, 'not by himself');
  const other = await stage.page('reviewer');
  await other.goto(page.url());
  await other.reload();
  await say(other, '确认', '核对无误，同意合并');
  await other.getByText('已合并').first().waitFor();
  await other.locator('.mark', { hasText: '保留' }).waitFor();
  await say(other, '拆开', '发现是两个人');
  await other.getByText('待确认拆开').first().waitFor();
  await page.reload();
  await say(page, '确认', '同意拆开，恢复原样');
  await page.locator('h1 .mark', { hasText: '不是同一人' }).waitFor();
  assert.equal(await page.locator('.bullets > li').count(), 4);
  await Promise.all([page, other].map((one) => one.context().close()));
});
