// 对账: a statement uploaded, an entry settled, a month accepted and closed, each by whom it is for.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll } from '../support/browser.mjs';
import { lookAt, STAFF_WAYS, startStage } from '../support/pages.mjs';

let stage;
before(async () => { stage = await startStage(); });
after(() => stage?.stop());

const open = async (login, options = {}) => {
  const page = await stage.page(login, options);
  await page.goto('/desk/#/bank');
  await page.locator('.figures').first().waitFor();
  return page;
};
const entryOf = (page, text) => page.getByRole('row').filter({ hasText: text });

for (const [way, options] of STAFF_WAYS)
  test(`the page with differences, and a dialog: ${way}`, { timeout: 120_000 }, async () => {
    const page = await open('finance', options);
    await lookAt(page, `bank-filled-${way}`);
    assert.doesNotMatch(await page.locator('main').innerText(), /\bbank\.[a-zA-Z_.]+\b/, 'a code where a sentence belongs');
    await entryOf(page, '代发手续费').getByRole('button').click();
    await page.getByRole('dialog').locator('textarea').waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await page.context().close();
  });

test('a file that is none is said to be none; a statement goes in', { timeout: 120_000 }, async () => {
  const page = await open('cashier', { allowStatus: [401, 404, 409, 422] });
  const file = (name, text) => page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/xml', buffer: Buffer.from(text) });
  await file('a.xml', '<Document/>');
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await page.getByText('没有导入').first().waitFor();
  const { account, position, items } = await must((await stage.as('cashier')).get('/api/bank/statements'));
  const yuan = (position.bank_fen / 100).toFixed(2);
  const balance = (code, day) => `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">${yuan}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;
  await file('b.xml', `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr/><Stmt><LglSeqNb>${items[0].number + 1}</LglSeqNb><FrToDt><FrDtTm>2026-11-01T00:00:00+08:00</FrDtTm></FrToDt>
    <Acct><Id><Othr><Id>${account}</Id></Othr></Id></Acct>${balance('OPBD', '2026-11-01')}${balance('CLBD', '2026-11-02')}</Stmt></BkToCstmrStmt></Document>`);
  await page.getByRole('button', { name: '导入', exact: true }).click();
  await page.getByText('已导入 1 份对账单').waitFor();
  assert.equal((await must((await stage.as('cashier')).get('/api/bank/statements'))).items.length, items.length + 1);
  await page.context().close();
});

test('finance settles with a reason, gives the reason for what stays open, and the cashier asks to close', { timeout: 180_000 }, async () => {
  const page = await open('finance');
  await entryOf(page, '代发手续费').getByRole('button').click();
  const dialog = page.getByRole('dialog');
  assert.deepEqual(await dialog.locator('option').allInnerTexts(), ['银行手续费', '原因不明，转待查']);
  await dialog.locator('textarea').fill('代发手续费，十月');
  await dialog.getByRole('button', { name: /处\s*理/ }).click();
  await dialog.waitFor({ state: 'detached' });
  await entryOf(page, '代发手续费').waitFor({ state: 'detached' });
  await page.locator('main select').last().selectOption('2026-10');
  await page.getByRole('button', { name: '说明原因' }).click();
  await dialog.locator('textarea').fill('金额小，下月处理');
  await dialog.getByRole('button', { name: '说明原因' }).click();
  await page.getByText('已说明：金额小，下月处理').waitFor();
  await page.context().close();
  const cashier = await open('cashier', { allowStatus: [401, 404, 409] });
  await cashier.locator('label').filter({ hasText: '月份' }).locator('select').selectOption('2026-10');
  await cashier.getByRole('button', { name: '提请结账' }).click();
  await cashier.getByText('之前还有月份没有结账').first().waitFor(); // the months before are open still: in order
  await cashier.context().close();
});
