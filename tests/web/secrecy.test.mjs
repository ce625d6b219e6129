// 保密措施: the desk's page of delays, seals and compartments with its dialogs, and what a
// resident reads of a look that was delayed.  axe-core, no sideways scroll at 360 pixels,
// both languages, elder mode.  SCREENSHOTS=1 keeps the pages in build/screenshots.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let server;
let browser;
let resident; // the login of somebody at whom a delayed look was made
let person;

before(async () => {
  const { db } = await demoStore();
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  const clerk = await signIn(server.url, 'clerk');
  const leader = await signIn(server.url, 'leader');
  const second = await signIn(server.url, 'district');
  const { demo_accounts: accounts } = await must(clerk.get('/api/meta'));
  let number;
  for (const { login } of accounts.filter((a) => a.role === 'resident')) {
    const own = await signIn(server.url, login);
    const shown = await clerk.post(`/api/persons/${own.session.person}/reveal`, { field: 'id_number', purpose: 'enquiry' });
    if (shown.status !== 200) continue;
    [resident, person, number] = [login, own.session.person, shown.body.value];
    break;
  }
  assert.ok(resident);
  const order = async (body) => (await must(leader.post('/api/secrecy', { reason: '核查实名举报的线索', ...body }), 201)).id;
  const delay = await order({ kind: 'delay', ground: 'fraud_inspection', id_number: number });
  const decider = (await second.get('/api/secrecy')).status === 200 ? second : await signIn(server.url, accounts.find((a) => a.role === 'district_decider').login);
  await must(decider.post(`/api/secrecy/${delay}/confirm`));
  await must(clerk.get(`/api/persons/${person}/household?purpose=fraud_check`));
  const mine = await signIn(server.url, resident);
  const looks = async () => (await must(mine.get('/api/me/access'))).items.filter((item) => item.purpose.zh.includes('骗取'));
  assert.equal((await looks()).length, 0);
  await must(leader.post(`/api/secrecy/${delay}/end`, { reason: '核查完毕，未发现问题' }));
  assert.equal((await looks()).length, 1);
  await order({ kind: 'delay', ground: 'child_report', id_number: number });
  await order({ kind: 'member', ground: 'mental_health', login: 'clerk' });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function pageOf(login, { en = false, elder = false, ...options } = {}) {
  const page = await browser.page({ baseURL: server.url, locale: en ? 'en-GB' : 'zh-CN', allowStatus: [401, 404], ...options });
  const { cookie } = await signIn(server.url, login);
  const [name, value] = cookie.split('=');
  await page.context().addCookies([{ name, value, url: server.url }]);
  if (elder) {
    await page.goto('/');
    await page.getByRole('button', { name: en ? /elder|large|senior/i : '长辈版' }).click();
  }
  return page;
}

async function look(page, name) {
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, `secrecy-${name}`, { fullPage: false });
}

for (const [way, options] of [['desktop', {}], ['english', { en: true }], ['phone', { phone: true }], ['dark', { colorScheme: 'dark' }]])
  test(`the desk's page: ${way}`, { timeout: 90_000 }, async () => {
    const page = await pageOf('leader', options);
    await page.goto('/desk/#/secrecy');
    await page.locator('table.grid').waitFor();
    await look(page, `desk-${way}`);
    await page.locator('.page-head button').click();
    await page.getByRole('dialog').locator('#secrecy-kind').selectOption('seal');
    await page.locator('#secrecy-against').waitFor();
    await look(page, `new-${way}`);
    await page.context().close();
  });

for (const [way, options] of [['phone', { phone: true }], ['elder', { phone: true, elder: true }], ['english', { phone: true, en: true }]])
  test(`the resident reads why a look was delayed: ${way}`, { timeout: 60_000 }, async () => {
    const page = await pageOf(resident, options);
    await page.goto('/#/access');
    await page.locator('.card .note').first().waitFor();
    assert.match(await page.locator('.card .note').first().innerText(), /个人信息保护法第三十五条/);
    await look(page, `resident-${way}`);
    await page.context().close();
  });
