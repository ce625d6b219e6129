// A step at the desk: its form, what the law asks, the case beside it, the
// draft of a half-filled one, also when the line is down.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { answer, answerShown } from '../support/answers.mjs';
import { must, signIn, until } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';
import { stepData } from '../support/steps.mjs';

const zh = JSON.parse(readFileSync(new URL('../../web/src/locale/zh.json', import.meta.url), 'utf8'));
const say = (key, vars = {}) => zh[key].replace(/\{(\w+)\}/g, (_, name) => vars[name]);

let server;
let browser;
let clerk;
let task; // a home visit that this clerk may do

before(async () => {
  const { db } = await demoStore();
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  clerk = await signIn(server.url, 'clerk');
  const { items } = await must(clerk.get('/api/tasks?limit=200'));
  task = items.find((one) => one.element === 'visit' && !one.blocked_because && !one.claimed_by);
  assert.ok(task, 'the demonstration has a home visit to do');
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function open({ en = false, ...options } = {}) {
  const page = await browser.page({ baseURL: server.url, locale: en ? 'en-GB' : 'zh-CN', allowStatus: [401, 404, 409], ...options });
  const { cookie } = await signIn(server.url, 'clerk');
  const [name, value] = cookie.split('=');
  await page.context().addCookies([{ name, value, url: server.url }]);
  await page.goto(`/desk/#/case/${task.case}?task=${task.id}`);
  await page.locator('.task-box .task-form').waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  return page;
}
async function good(page, name) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, name);
}
const drafted = async () => (await must(clerk.get(`/api/tasks/${task.id}`))).draft;

test('the form, the law and the case: two languages, desk and phone', { timeout: 120_000 }, async () => {
  for (const [name, options] of Object.entries({ desktop: {}, phone: { phone: true }, 'phone-en-dark': { phone: true, en: true, colorScheme: 'dark' }, 'desktop-en': { en: true } })) {
    const page = await open(options);
    assert.equal(await page.locator('.law-points li').count(), (await must(clerk.get(`/api/tasks/${task.id}`))).law.length);
    assert.ok(await page.locator('.law-points .is-open').count(), 'an empty form meets nothing');
    if (options.en) assert.doesNotMatch(await page.locator('.task-form').innerText(), /调查方式|实际生活状况/);
    await good(page, `task-visit-${name}`);
    await page.context().close();
  }
});

test('half filled in: kept at the server, and on the device while the line is down', { timeout: 120_000 }, async () => {
  const page = await open();
  await answer(page, '吃', '与申报相符');
  await page.getByText(say('draft.saved')).waitFor();
  await until('the draft at the server', async () => (await drafted())?.data['吃'] === '与申报相符');
  await page.context().setOffline(true);
  await answer(page, '穿', '比申报困难');
  await page.getByText(say('draft.device')).waitFor();
  assert.equal((await drafted()).data['穿'], undefined);
  await page.context().setOffline(false);
  await page.reload();
  await page.locator('[id="q-穿"]').waitFor();
  assert.ok(await page.locator('[id="q-穿"] input[value="比申报困难"]').isChecked(), 'nothing is lost');
  assert.ok(await page.locator('[id="q-吃"] input[value="与申报相符"]').isChecked());
  await until('the draft is sent', async () => (await drafted()).data['穿'] === '比申报困难');
  await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('mz.task.'))); // no longer on the device
  await page.context().close();
});

test('two copies that differ are shown side by side', { timeout: 120_000 }, async () => {
  const page = await open();
  await page.context().setOffline(true);
  await answer(page, '用', '明显好于申报');
  await page.getByText(say('draft.device')).waitFor();
  await must(clerk.put(`/api/tasks/${task.id}/draft`, { data: { 用: '与申报相符' }, outcome: null, note: null, over: (await drafted())?.revision ?? 0 })); // from another desk
  await page.goto('about:blank'); // left while the line is down: back on line, the page would send its copy at once
  await page.context().setOffline(false);
  await page.goto(`/desk/#/case/${task.case}?task=${task.id}`);
  await page.getByText(say('draft.two')).waitFor();
  await good(page, 'task-two-drafts');
  await page.getByRole('button', { name: say('draft.takeDevice') }).click();
  assert.ok(await page.locator('[id="q-用"] input[value="明显好于申报"]').isChecked());
  await page.context().close();
});

test('saved on another device meanwhile: nothing is overwritten, the two stand side by side', { timeout: 120_000 }, async () => {
  const here = '比申报困难';
  for (const [take, there] of [['draft.takeServer', '与申报相符'], ['draft.takeDevice', '明显好于申报']]) {
    const kept = take === 'draft.takeDevice' ? here : there;
    const page = await open();
    await must(clerk.put(`/api/tasks/${task.id}/draft`, { data: { 用: there }, outcome: null, note: null, over: (await drafted())?.revision ?? 0 }));
    await answer(page, '用', here);
    await page.getByText(say('draft.two')).waitFor();
    assert.equal((await drafted()).data['用'], there);
    const row = await page.locator('.two-drafts tbody tr', { hasText: '用' }).first().innerText();
    assert.match(row, new RegExp(`${here}\\s+${there}`));
    await good(page, `task-${take}`);
    await page.getByRole('button', { name: say(take) }).click();
    await page.locator('.two-drafts').waitFor({ state: 'detached' });
    assert.ok(await page.locator(`[id="q-用"] input[value="${kept}"]`).isChecked());
    await until('the one that was chosen', async () => (await drafted()).data['用'] === kept);
    await page.context().close();
  }
});

test('who comes back to the window sees the case as it is now', { timeout: 120_000 }, async () => {
  const page = await open();
  await page.getByText(say('task.free')).waitFor();
  await must(clerk.post(`/api/tasks/${task.id}/claim`)); // at another window
  await page.evaluate(() => {
    const now = Date.now;
    window.dispatchEvent(new Event('blur'));
    Date.now = () => now() + 11_000;
    window.dispatchEvent(new Event('focus'));
    Date.now = now;
  });
  await page.getByText(say('task.mine')).waitFor();
  await must(clerk.post(`/api/tasks/${task.id}/release`));
  await page.context().close();
});

test('what the law asks is ticked, asked for, and refused by the server when it is missing', { timeout: 120_000 }, async () => {
  const page = await open();
  const data = stepData('visit', NOW);
  const alone = await clerk.post(`/api/tasks/${task.id}/complete`, { outcome: '已调查', data: { ...data, 调查人: data.调查人.slice(0, 1) } });
  assert.equal(alone.status, 422, alone.text);
  assert.deepEqual(alone.body.errors.map((error) => error.code), ['case.law_point']);
  assert.match(alone.body.errors[0].message, /不少于2人/);
  await answerShown(page, data);
  assert.equal(await page.locator('.law-points .is-open').count(), 0);
  assert.ok((await page.locator('.law-points .is-met').count()) >= 3);
  await good(page, 'task-visit-filled');
  await page.getByRole('button', { name: say('acts.do', { outcome: '已调查' }) }).click();
  await page.waitForURL((url) => !url.hash.includes(task.id));
  const list = await must(clerk.get(`/api/cases/${task.case}/records`));
  assert.deepEqual(list.items.at(-1).data['调查方式'], data['调查方式']);
  await page.goto(`/desk/#/case/${task.case}/records`);
  await page.getByText(data.邻里.反映).waitFor();
  await good(page, 'case-records');
  await page.context().close();
});

test('where cases wait: the process drawn, its busy places in colour', { timeout: 120_000 }, async () => {
  const leader = await signIn(server.url, 'leader');
  const figures = await must(leader.get('/api/statistics/steps'));
  const busy = figures.steps.filter((step) => step.waiting > 0);
  assert.ok(busy.length > 1);
  for (const [name, options] of Object.entries({ desktop: {}, phone: { phone: true }, 'desktop-en-dark': { locale: 'en-GB', colorScheme: 'dark' } })) {
    const page = await browser.page({ baseURL: server.url, allowStatus: [401, 404], ...options });
    const [cookie, value] = leader.cookie.split('=');
    await page.context().addCookies([{ name: cookie, value, url: server.url }]);
    await page.goto('/desk/#/statistics');
    await page.locator('.djs-container .is-busy-3').first().waitFor();
    assert.equal(await page.locator('.model-note').count(), busy.length);
    await good(page, `statistics-${name}`);
    await page.context().close();
  }
});
