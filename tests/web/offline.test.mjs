// A home visit where there is no line: the task is taken along, opens from the device
// although the server is gone, is filled in, and what was written is sent afterwards;
// where the server has another copy both are shown.  Nothing stays after sign-out.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { answer } from '../support/answers.mjs';
import { must, signIn, until } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, screenshot, startBrowser } from '../support/browser.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const zh = JSON.parse(readFileSync(new URL('../../web/src/locale/zh.json', import.meta.url), 'utf8'));

let db;
let server;
let browser;
let page;
let visits;

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  const clerk = await signIn(server.url, 'clerk');
  visits = (await must(clerk.get('/api/tasks?limit=200'))).items.filter((one) => one.element === 'visit' && !one.blocked_because && !one.claimed_by);
  assert.ok(visits.length >= 2, 'the demonstration has home visits to do');
  page = await browser.page({ baseURL: server.url, locale: 'zh-CN', phone: true, allowStatus: [401, 404] });
  const [name, value] = (await signIn(server.url, 'clerk')).cookie.split('=');
  await page.context().addCookies([{ name, value, url: server.url }]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const addressOf = (task) => `/desk/#/case/${task.case}?task=${task.id}`;
const opened = () => page.locator('.task-box .task-form').waitFor();
async function lineDown() {
  const { port } = new URL(server.url);
  await server.stop();
  return async () => { server = await startServer({ db, env: { MINZHENG_NOW: NOW }, port: Number(port) }); };
}
const kept = () => page.evaluate(async () => ({ caches: (await caches.keys()).sort(), list: localStorage.getItem('mz.kept') }));

test('taken along, opened and filled in without a server, sent afterwards', { timeout: 240_000 }, async () => {
  const [task, other] = visits;
  for (const one of [task, other]) {
    await page.goto(addressOf(one));
    await page.reload(); // another address of the same page is no load
    await opened();
    await page.getByRole('button', { name: zh['offline.keep'] }).click();
    await page.getByText(zh['offline.kept']).waitFor();
  }
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  const lineUp = await lineDown();

  await page.goto('about:blank');
  await page.goto('/desk/#/tasks'); // from the device, whole
  await page.locator('.offline-panel li').nth(1).waitFor();
  await expectNoSidewaysScroll(page);
  await screenshot(page, 'offline-tasks');
  for (const one of [task, other]) {
    await page.goto('about:blank');
    await page.goto(addressOf(one));
    await opened();
    await answer(page, '吃', one === task ? '与申报相符' : '比申报困难');
    await page.getByText(zh['draft.device']).waitFor();
  }
  await screenshot(page, 'offline-task');
  await page.goto('about:blank');

  await lineUp();
  const clerk = await signIn(server.url, 'clerk');
  await must(clerk.put(`/api/tasks/${other.id}/draft`, { data: { 用: '与申报相符' }, outcome: null, note: null, over: 0 })); // meanwhile, from another desk
  await page.goto('/desk/#/tasks');
  await page.locator('.offline-panel a', { hasText: other.number }).first().waitFor();
  await until('the draft is sent', async () => (await must(clerk.get(`/api/tasks/${task.id}`))).draft?.data['吃'] === '与申报相符');
  await page.getByText(zh['offline.differ']).waitFor();
  await page.goto(addressOf(other));
  await page.getByText(zh['draft.two']).waitFor(); // side by side
  await page.getByRole('button', { name: zh['draft.takeDevice'] }).click();
  await until('the one that was chosen', async () => (await must(clerk.get(`/api/tasks/${other.id}`))).draft?.data['吃'] === '比申报困难');
});

test('what is not taken along is not on the device, and nothing is after sign-out', { timeout: 240_000 }, async () => {
  const addresses = await page.evaluate(async () => (await (await caches.open('mz-kept-1')).keys()).map((request) => new URL(request.url).pathname));
  const cases = addresses.filter((path) => path.startsWith('/api/cases/'));
  assert.deepEqual(cases.sort(), visits.slice(0, 2).map((one) => `/api/cases/${one.case}`).sort());
  await page.goto('/desk/#/tasks');
  await page.locator('.side-toggle').click();
  await page.getByRole('button', { name: zh['nav.signOut'] }).click();
  await page.locator('input[type=password]').waitFor();
  await page.waitForFunction(async () => !(await caches.keys()).includes('mz-kept-1'));
  assert.equal((await kept()).list, null);
});
