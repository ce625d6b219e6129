// The studio's page of running cases: both versions drawn, where the tokens go, what
// cannot go and why, and a leader who moves them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { lookAt, STAFF_WAYS, startStage } from '../support/pages.mjs';

let stage;
before(async () => { stage = await startStage(); });
after(() => stage?.stop());

const openOn = async (file) => (await must((await stage.as('leader')).get('/api/studio/processes'))).items.find((one) => one.matter === 'dibao' && one.file === file).open;

async function open(login, options) {
  const page = await stage.page(login, options);
  await page.goto('/studio/#/migrations');
  const versions = page.locator('.filters select');
  await versions.nth(2).waitFor();
  await versions.nth(1).selectOption('process-2026.bpmn');
  await versions.nth(2).selectOption('process-2020.bpmn');
  await page.locator('.migrate-pictures .model .djs-container').nth(1).waitFor();
  await page.locator('.migrate-pictures .model-note').first().waitFor();
  return page;
}

for (const [way, options] of STAFF_WAYS)
  test(`the page: ${way}`, { timeout: 240_000 }, async () => {
    const page = await open('policy', options);
    await lookAt(page, `migration-${way}`);
    assert.equal(await page.getByRole('button', { name: /^(迁移|Move the cases)$/ }).count(), 0, 'a policy officer only looks');
    await page.context().close();
  });

test('a leader sends cases elsewhere, reads what cannot go, and moves the rest', { timeout: 240_000 }, async () => {
  const page = await open('leader');
  const before = await openOn('process-2026.bpmn');
  const rows = page.locator('table.grid tbody tr');
  const names = await rows.locator('th').allInnerTexts();
  assert.ok(names.length > 0);
  // one step's tasks to the decision instead: the picture and the table follow
  const task = names.findIndex((name) => name.startsWith('民主评议') || name.startsWith('入户') || name.startsWith('受理') || name.startsWith('审核'));
  if (task >= 0) {
    await rows.nth(task).locator('select').selectOption('decide');
    await page.waitForFunction((n) => document.querySelectorAll('table.grid tbody tr')[n]?.querySelector('select')?.value === 'decide', task);
  }
  await page.getByRole('button', { name: '迁移', exact: true }).click();
  const confirm = page.getByRole('button', { name: '确定迁移' });
  assert.ok(await confirm.isDisabled());
  await page.locator('#migrate-reason').fill('新法施行，统一按新版办理');
  await confirm.click();
  await page.getByRole('status').filter({ hasText: `已迁移 ` }).waitFor();
  assert.ok(await openOn('process-2026.bpmn') < before);
  assert.ok(await openOn('process-2020.bpmn') > 0);
  await page.context().close();
});
