// 资金: a sum is shared out by factors from the desk: reckoned, compared, kept, approved by another, taken back by two.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { expectAccessible, expectQuiet } from '../support/browser.mjs';
import { ROOT } from '../support/cli.mjs';
import { STAFF_WAYS, startStage, walk } from '../support/pages.mjs';

const words = JSON.parse(readFileSync(join(ROOT, 'web/src/locale/zh.json'), 'utf8'));
const say = (key) => words[key] ?? assert.fail(`no ${key}`);
let stage;
let allotment;
before(async () => { stage = await startStage(); });
after(() => stage?.stop());

test('a cashier reckons, looks at another weight beside it, and keeps it', { timeout: 60_000 }, async () => {
  const page = await stage.page('cashier');
  await page.goto('/desk/#/funds/new');
  await page.getByRole('button', { name: say('funds.template') }).click();
  const empty = await page.locator('#funds-table').inputValue();
  const codes = empty.split('\n').slice(2).map((line) => line.split(',')[0]);
  assert.ok(codes.length > 10 && codes.every((code) => /^110102\d{3}$/.test(code)), 'every subdistrict has its row');
  await page.locator('#funds-table').fill(['division,floor,cap,低保对象,老年人', 'weight,,,0.5,0.5', `${codes[0]},,,30,1`, `${codes[1]},800000,,70,1`].join('\n'));
  await page.getByLabel(say('funds.fund')).fill('困难群众救助补助资金');
  await page.getByLabel(say('funds.document')).fill('京财社指〔2026〕1号');
  await page.getByLabel(say('funds.total')).fill('1000000');
  const keep = page.getByRole('button', { name: say('funds.keep') });
  assert.ok(await keep.isDisabled(), 'what was not looked at is not kept');
  await page.getByRole('button', { name: say('funds.reckon') }).click();
  const cells = (row) => page.locator('.grid tbody tr').nth(row).locator('td').allInnerTexts();
  await page.locator('.grid tbody tr').nth(1).waitFor();
  // by hand: shares 0.15 + 0.25 = 0.40 and 0.60, the second held at its floor of 800,000
  assert.ok((await cells(0)).includes('¥200,000.00') && (await cells(1)).includes('¥800,000.00'));
  await page.getByRole('button', { name: say('funds.pin') }).click();
  await page.locator('.funds-weights input').first().fill('1.5');
  assert.ok(await keep.isDisabled());
  await page.getByRole('button', { name: say('funds.reckon') }).click();
  await page.locator('[role=alert]').waitFor();
  await page.locator('#funds-table').fill((await page.locator('#funds-table').inputValue()).replace('weight,,,1.5,0.5', 'weight,,,0.1,0.9').replace('800000', ''));
  await page.getByRole('button', { name: say('funds.reckon') }).click();
  await page.locator('[role=alert]').waitFor({ state: 'detached' });
  // 0.03 + 0.45 = 0.48 and 0.52
  assert.ok((await cells(0)).includes('¥480,000.00') && (await cells(0)).includes('¥280,000.00'), (await cells(0)).join());
  await expectAccessible(page);
  await keep.click();
  await page.getByRole('heading', { level: 1, name: '困难群众救助补助资金' }).waitFor();
  allotment = page.url().split('/').pop();
  assert.equal(await page.getByRole('button', { name: say('funds.approve') }).count(), 0, 'nobody approves his own');
  // (a refused weight is a 422 in the console)
});

test('a finance officer approves; both take it back', { timeout: 60_000 }, async () => {
  const finance = await stage.page('finance');
  await finance.goto(`/desk/#/funds/${allotment}`);
  await finance.getByRole('button', { name: say('funds.approve') }).click();
  await finance.locator('.mark', { hasText: say('funds.state.approved') }).waitFor();
  const cashier = await stage.page('cashier');
  await cashier.goto(`/desk/#/funds/${allotment}`);
  await cashier.locator('#funds-reason').fill('文件撤销');
  await cashier.getByRole('button', { name: say('funds.ask') }).click();
  await cashier.locator('.mark', { hasText: say('funds.state.revoking') }).waitFor();
  await finance.reload();
  await finance.getByRole('button', { name: say('funds.revoke') }).click();
  await finance.locator('.mark', { hasText: say('funds.state.revoked') }).waitFor();
  for (const page of [finance, cashier]) { await expectAccessible(page); expectQuiet(page); }
});

test('an appropriation is entered by one and registered by another', { timeout: 60_000 }, async () => {
  const cashier = await stage.page('cashier');
  await cashier.goto('/desk/#/funds');
  await cashier.getByLabel(say('leads.col.scheme')).selectOption('dibao');
  await cashier.getByLabel(say('funds.document')).fill('京财指〔2026〕9号');
  await cashier.getByLabel(say('budget.amount')).fill('5000000');
  await cashier.getByRole('button', { name: say('budget.doEnter') }).click();
  await cashier.locator('.mark', { hasText: say('budget.state.entered') }).waitFor();
  const finance = await stage.page('finance');
  await finance.goto('/desk/#/funds');
  await finance.getByRole('button', { name: say('budget.register') }).click();
  await finance.locator('td', { hasText: '¥5,000,000.00' }).first().waitFor();
  for (const page of [finance, cashier]) { await expectAccessible(page); expectQuiet(page); }
});

test('what is wrong is refused with its place', async () => {
  const cashier = await stage.as('cashier');
  const good = { year: 2026, fund: '救助资金', document: '试验1号', total_fen: 100000000, unit_fen: 100, factors: 'division,floor,cap,a\nweight,,,1\n110102001,,,3\n' };
  for (const [change, code] of [[{ factors: '' }, 'csv.empty'], [{ factors: 'x' }, 'factors.header'], [{ fund: '甲 乙' }, 'allotment.fund'], [{ unit_fen: 3 }, 'allotment.unit'], [{ total_fen: 0 }, 'factors.total'], [{ document: ' ' }, 'budget.document'],
    [{ factors: good.factors.replace('110102001', '110105001') }, 'allotment.division'], [{ factors: good.factors.replace(',3', ',1e99') }, 'factors.value']])
    assert.equal((await must(cashier.post('/api/allotments', { ...good, ...change }), 422)).code, code);
  for (const body of [{ ...good, total_fen: '1' }, { ...good, total_fen: 1.5 }, { ...good, extra: 1 }, [], { ...good, factors: 7 }]) assert.ok([400, 422].includes((await cashier.post('/api/allotments', body)).status));
  assert.equal((await (await stage.as('clerk')).post('/api/allotments', good)).status, 403);
  assert.equal((await (await stage.as('leader')).post(`/api/allotments/${allotment}/acts`, { act: 'approve' })).status, 403);
});

for (const [way, options] of STAFF_WAYS)
  test(`the pages: ${way}`, { timeout: 120_000 }, async (t) => {
    await walk(t, stage, { login: 'cashier', pages: { list: '/desk/#/funds', new: '/desk/#/funds/new', one: `/desk/#/funds/${allotment}`, none: '/desk/#/funds/1' }, name: `funds-${way}`, options });
    await walk(t, stage, { login: 'leader', pages: { list: '/desk/#/funds' }, name: `funds-leader-${way}`, options });
  });
