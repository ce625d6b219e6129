// The board's page of plans: what stands where, what is behind a number, and the same numbers as the API's.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { minzhengOk, temporaryFolder } from '../support/cli.mjs';
import { NOW, demoStore } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let server, browser, leader, db;
before(async () => {
  ({ db } = await demoStore());
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
const TAB = 'work'; // 任务
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
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.plan-tools button').first().click()]);
  assert.match(download.suggestedFilename(), /^daxing-14-\d{4}-\d\d-\d\d\.csv$/);
  await page.context().close();
});

for (const [way, options] of [['desktop', {}], ['desktop in English', { locale: 'en-GB' }], ['phone', { phone: true }]])
  test(`tasks of a plan: ${way}`, { timeout: 120_000 }, async () => {
    const name = `plan-work-${way.replace(/\W+/g, '-')}`;
    const work = await must(leader.get('/api/plans/xicheng-14/work'));
    const page = await pageOf(options);
    await page.goto('/board/#/plan/xicheng-14/work');
    await page.locator('.work-row').first().waitFor();
    assert.equal(await page.locator('.work-row').count(), work.tasks.length);
    for (const light of ['red', 'done'])
      assert.equal(await page.locator(`.work-line .work-light.is-${light}`).count(), work.tasks.filter((k) => k.light === light).length, light);
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keep(page, name);
    await page.locator('.work-line').first().click();
    await page.locator('.work-behind details').first().waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keep(page, `${name}-open`);
    expectQuiet(page);
    await page.context().close();
  });

test('a task is adjusted on the page: the policy officer asks, the leader decides', async () => {
  const policy = await signIn(server.url, 'policy');
  const { tasks } = await must(policy.get('/api/plans/xicheng-14/work'));
  const task = tasks.find((k) => k.parent && k.light === 'red');
  await must(policy.post(`/api/plan-tasks/${task.id}/adjustments`, { version: task.version, change: { title: '另定的名称' }, reason: '供地推迟' }));
  const page = await pageOf();
  await page.goto(`/board/#/plan/xicheng-14/${TAB}/${task.id}`);
  const note = page.locator('.work-behind .work-form textarea').first();
  await note.fill('同意');
  await page.locator('.work-behind .work-form .button').first().click();
  await page.locator('.work-line', { hasText: '另定的名称' }).waitFor();
  await expectAccessible(page);
  expectQuiet(page);
  await page.context().close();
});

const OUTLINE = (code, west) => ({ type: 'Feature', properties: { code }, geometry: { type: 'Polygon', coordinates: [[[west, 39.9], [west + 0.01, 39.9], [west + 0.01, 39.92], [west, 39.92], [west, 39.9]]] } });

for (const [way, options] of [['desktop', {}], ['desktop in English', { locale: 'en-GB' }], ['phone', { phone: true }]])
  test(`an indicator on the map: ${way}`, { timeout: 120_000 }, async () => {
    const name = `plan-map-${way.replace(/\W+/g, '-')}`;
    const map = await must(leader.get('/api/plans/xicheng-14/indicators/xicheng-14.t.05/map'));
    const days = [...new Set(map.items.flatMap((d) => d.points.map((p) => p.day)))].sort();
    assert.equal(map.items.length, 15, 'every subdistrict');
    assert.ok(days.length >= 5);
    const page = await pageOf(options);
    await page.goto('/board/#/plan/xicheng-14/map/xicheng-14.t.05');
    const tiles = page.locator('.tiles li, .outlines path');
    await tiles.first().waitFor();
    assert.equal(await tiles.count(), 15);
    for (const at of [days.length - 1, 0]) {
      await page.locator('#map-day').fill(String(at));
      for (const [k, d] of map.items.entries()) {
        const there = d.points.find((p) => p.day === days[at]);
        assert.equal(await page.locator('.map-body tbody tr').nth(k).locator('td').first().textContent(), there ? Number(there.value).toLocaleString('en-US', { maximumFractionDigits: 2 }) : '\u2014', `${d.name} ${days[at]}`);
      }
    }
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keep(page, name);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.map-body .button').click()]);
    assert.equal(download.suggestedFilename(), 'xicheng-14.t.05.csv');
    expectQuiet(page);
    await page.context().close();
  });

test('with outlines of every division the map draws them', async () => {
  const map = await must(leader.get('/api/plans/xicheng-14/indicators/xicheng-14.t.05/map'));
  const path = join(temporaryFolder(), 'outlines.geojson');
  writeFileSync(path, JSON.stringify({ type: 'FeatureCollection', features: map.items.map((d, i) => OUTLINE(d.code, 116.3 + i / 100)) }));
  await minzhengOk(['plan', 'outlines', path, '--as', 'leader', '--db', db], { env: { MINZHENG_NOW: NOW } });
  const page = await pageOf();
  await page.goto('/board/#/plan/xicheng-14/map/xicheng-14.t.05');
  await page.locator('.outlines path').first().waitFor();
  assert.equal(await page.locator('.outlines path').count(), 15);
  await expectAccessible(page);
  await keep(page, 'plan-map-outlines');
  expectQuiet(page);
  await page.context().close();
});

for (const [way, options] of [['desktop', {}], ['desktop in English', { locale: 'en-GB' }], ['phone', { phone: true }]])
  test(`the index of divisions: ${way}`, { timeout: 120_000 }, async () => {
    const page = await pageOf(options);
    const index = await must(leader.get('/api/plan-indexes/seven-five'));
    await page.goto('/board/#/plan/xicheng-14/index');
    const ranks = page.locator('table.grid').last().locator('tbody tr');
    await ranks.first().waitFor();
    assert.equal(await ranks.count(), 15);
    assert.deepEqual(await ranks.locator('th').allTextContents(), index.items.map((row) => row.name));
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await keep(page, `index-${way.replace(/\W+/g, '-')}`);
    const beds = page.locator('.index-weight').nth(1);
    await beds.fill('-1');
    assert.ok(await page.locator('form button[type=submit]').isDisabled());
    await beds.fill('90');
    await page.locator('form button[type=submit]').click();
    await page.getByRole('status').waitFor();
    const tried = await must(leader.get('/api/plan-indexes/seven-five?weights=beds%3D90'));
    assert.notDeepEqual(tried.items.map((row) => row.score), index.items.map((row) => row.score));
    assert.equal(await ranks.first().locator('b').textContent(), String(tried.items[0].score));
    expectQuiet(page);
    await page.context().close();
  });

test('the evaluation and the bulletin are a button each', { timeout: 120_000 }, async () => {
  const page = await pageOf({ acceptDownloads: true });
  await page.goto('/board/#/plan/xicheng-14');
  await page.locator('.plan-row').first().waitFor();
  await page.locator('.plan-tools').waitFor();
  await page.locator('.board-head select').last().selectOption('2025-12-31');
  await page.getByText('终期评估').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  for (const [format, magic] of [['PDF', '%PDF'], ['XLSX', 'PK']]) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: `评估报告 ${format}` }).click()]);
    assert.equal(download.suggestedFilename(), `xicheng-14-2025-12-31.${format.toLowerCase()}`);
    assert.equal(readFileSync(await download.path()).subarray(0, magic.length).toString(), magic);
  }
  await expectAccessible(page);
  await keep(page, 'plan-files');
  await page.context().close();
  const bulletin = (month, format = 'pdf') => leader.get(`/api/plan-bulletin?month=${month}&format=${format}`);
  assert.equal((await bulletin('2026-10')).bytes.subarray(0, 4).toString(), '%PDF');
  assert.equal((await bulletin('2026-10', 'xlsx')).bytes.subarray(0, 2).toString(), 'PK');
  for (const [month, format, status] of [['2026-11', 'pdf', 422], ['2026-13', 'pdf', 422], ['soon', 'pdf', 422], ['2026-10', 'doc', 422]]) {
    const answer = await bulletin(month, format);
    assert.ok([400, status].includes(answer.status), `${month} ${format}: ${answer.status}`);
    assert.ok(answer.body.code && answer.body.detail, answer.text);
  }
  assert.equal((await leader.get('/api/plans/paris/report?format=pdf')).status, 404);
});
