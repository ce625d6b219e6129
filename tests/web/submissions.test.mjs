// 报送对账: a file made, its answer read, what was refused sent again, their list beside ours.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { expectAccessible, expectNoSidewaysScroll } from '../support/browser.mjs';
import { temporaryFolder } from '../support/cli.mjs';
import { lookAt, STAFF_WAYS, startStage } from '../support/pages.mjs';

const folder = temporaryFolder();
let stage, sent;
before(async () => { stage = await startStage(); });
after(() => stage?.stop());

const open = async (login, options = {}) => {
  const page = await stage.page(login, options);
  await page.goto('/desk/#/submissions');
  await page.locator('article').first().waitFor();
  return page;
};

test('made, answered, sent again, compared', { timeout: 120_000 }, async () => {
  const page = await open('district', { acceptDownloads: true, allowStatus: [401, 404, 422] });
  const target = page.locator('article').first();
  assert.equal(await target.getByRole('button', { name: '生成报送文件' }).isDisabled(), true, 'not without a document');
  await target.getByLabel('确认依据的文件和文号').fill('市民政局报送通知〔2026〕8号');
  const [download] = await Promise.all([page.waitForEvent('download'), target.getByRole('button', { name: '生成报送文件' }).click()]);
  const lines = readFileSync(await download.path(), 'utf8').trim().split('\r\n').map((line) => line.split(','));
  sent = { sm3: lines.at(-1)[4], rows: lines.slice(2, -1) };
  await page.getByText('等待回执').waitFor();
  const put = (name, text) => { const path = `${folder}/${name}`; writeFileSync(path, text); return path; };
  const answer = put('receipt.csv', `回执,JZDA,1.0,city_assistance,1,${sent.sm3},2026-11-25\n业务编号,处理结果,原因代码,原因说明,上级编号\n${sent.rows.map((r, i) => `${r[1]},${i ? '成功' : '退回'},${i ? '' : 'E12'},${i ? '' : '号码不符'},`).join('\n')}\n合计,${sent.rows.length}\n`);
  await target.getByLabel('对方的回执或名单').setInputFiles(answer);
  await target.getByRole('button', { name: '读入回执' }).click();
  await target.getByText('退回 1').waitFor();
  await page.getByRole('button', { name: '没有接收的行' }).first().click();
  await page.getByText('号码不符').waitFor();
  const [again] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: '更正后重报这些行' }).click()]);
  assert.match(readFileSync(await again.path(), 'utf8'), new RegExp(`重报,1\\r\\n[^]*${sent.rows[0][1]}`));
  const list = put('list.csv', `业务编号,公民身份号码,月救助金额\n${sent.rows.slice(1).map((r, i) => [r[1], r[4], i ? r[7] : '1.23'].join(',')).join('\n')}\nMZ7,110102199001011234,5\n`);
  await target.getByLabel('对方的回执或名单').setInputFiles(list);
  await target.getByRole('button', { name: /^对\s*账$/ }).click();
  await page.getByText('对方 1.23').waitFor();
  const text = await page.locator('main').innerText();
  assert.ok(text.includes('只在本级') && text.includes('只在对方'));
  assert.ok(!text.includes('110102199001011234') && !text.includes(sent.rows[0][4]), 'masked');
  await expectAccessible(page);
  await target.getByLabel('对方的回执或名单').setInputFiles(put('bad.csv', '甲,乙\n1,2\n'));
  await target.getByRole('button', { name: '读入回执' }).click();
  await target.getByRole('alert').waitFor();
  await lookAt(page, 'submissions-done');
  await page.context().close();
});

for (const [way, options] of [...STAFF_WAYS, ['elder', { elder: true }]])
  test(`the page: ${way}`, { timeout: 120_000 }, async () => {
    const page = await open('district', options);
    if (options.elder) await page.evaluate(() => { document.documentElement.style.fontSize = '22px'; });
    await lookAt(page, `submissions-${way}`);
    const text = await page.locator('main').innerText();
    assert.doesNotMatch(text, /\bsubmissions\.[a-zA-Z_.]+\b/, 'a code where a sentence belongs');
    await expectNoSidewaysScroll(page);
    await page.context().close();
  });

test('who oversees sees it and cannot send', { timeout: 60_000 }, async () => {
  const page = await open('auditor');
  assert.equal(await page.getByRole('button', { name: /生成报送文件|读入回执|取出文件/ }).count(), 0);
  await page.context().close();
});
