// 档案、电子证照: the desk's pages with their dialogs, the case's certificates, the resident's own, and the
// page on which anybody checks one.  axe-core, no sideways scroll at 360 pixels, both languages,
// elder mode.  SCREENSHOTS=1 keeps the pages in build/screenshots.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let server;
let browser;
let holder; // login of somebody who receives a benefit with certificates
let caseId;
let revoked; // a certificate of another case

before(async () => {
  const { db } = await demoStore();
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  const district = await signIn(server.url, 'district');
  const { demo_accounts: accounts } = await must(district.get('/api/meta'));
  const open = new Map();
  for (const { id } of (await must(district.get('/api/cases?limit=200'))).items)
    if ((await must(district.get(`/api/cases/${id}/certificates`))).may_issue) open.set(id, null);
  for (const { login } of accounts.filter((a) => a.role === 'resident')) {
    const own = await signIn(server.url, login);
    const mine = (await must(own.get('/api/me/cases'))).items.find((item) => open.has(item.id));
    if (mine) [holder, caseId] = [login, mine.id];
  }
  assert.ok(holder, 'a resident with a granted benefit');
  const other = [...open.keys()].find((id) => id !== caseId);
  revoked = (await must(district.post(`/api/cases/${other}/certificates`), 201)).id;
  await must(district.post(`/api/certificates/${revoked}/revoke`, { reason: 'replaced' }));
  const { items } = await must(district.get('/api/archive/dossiers'));
  const kept = items.filter((item) => item.state === 'kept');
  await must(district.post(`/api/archive/dossiers/${kept[0].case}/number`, { location: '二楼库房 3 架 2 层' }));
  await must(district.post(`/api/archive/dossiers/${kept[1].case}/hold`, { reason: '当事人已提起行政诉讼' }));
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function pageOf(login, { en = false, elder = false, ...options } = {}) {
  const page = await browser.page({ baseURL: server.url, locale: en ? 'en-GB' : 'zh-CN', allowStatus: [401, 404, 422], ...options });
  if (login) {
    const { cookie } = await signIn(server.url, login);
    const [name, value] = cookie.split('=');
    await page.context().addCookies([{ name, value, url: server.url }]);
  }
  if (elder) {
    await page.goto('/');
    await page.getByRole('button', { name: '长辈版' }).click();
  }
  return page;
}

async function look(page, name) {
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, `archive-${name}`, { fullPage: false });
}

test('issued from its case, shown to its holder, downloaded as PDF, checked by its file', { timeout: 120_000 }, async () => {
  const clerk = await pageOf('district');
  await clerk.goto(`/desk/#/case/${caseId}/certificates`);
  await clerk.getByRole('button', { name: '签发证照' }).click();
  await clerk.locator('table.grid tbody tr').waitFor();
  await look(clerk, 'case');
  await clerk.context().close();

  const own = await pageOf(holder, { phone: true });
  await own.goto('/#/certificates');
  const [paper] = await Promise.all([own.waitForEvent('download'), own.getByRole('button', { name: /^下载证照/ }).click()]);
  const bytes = await readAll(paper);
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  assert.ok(bytes.includes('/StructTreeRoot') || bytes.includes('/MarkInfo'), 'tagged');
  const [signed] = await Promise.all([own.waitForEvent('download'), own.getByRole('button', { name: /^下载签名文件/ }).click()]);
  const note = await readAll(signed);
  await look(own, 'mine-phone');
  await own.context().close();

  const anybody = await pageOf(null, { phone: true });
  await anybody.goto('/#/verify');
  await anybody.locator('#verify-file').setInputFiles({ name: 'a.txt', mimeType: 'text/plain', buffer: note });
  await anybody.locator('.note.is-good').waitFor();
  const said = await anybody.locator('.note.is-good').innerText();
  assert.match(said, /有效[\s\S]*低保|有效[\s\S]*领取证|有效[\s\S]*供养证/);
  const { holder: name } = JSON.parse(note.toString().split('\n')[0]);
  assert.ok(!(await anybody.locator('main').innerText()).includes(name.name), 'nobody is named');
  await look(anybody, 'verify-valid-phone');
  const forged = Buffer.from(note);
  forged[note.indexOf('valid_until') + 15] ^= 1;
  await anybody.locator('#verify-file').setInputFiles({ name: 'b.txt', mimeType: 'text/plain', buffer: forged });
  await anybody.getByText('不是本机关签发的，或者被改动过').waitFor();
  await anybody.locator('#verify-code').fill('mz1:minzheng.example/110102:1:AA==:00');
  await anybody.getByRole('button', { name: '核验', exact: true }).click();
  await anybody.getByText('没有这份证照').waitFor();
  await look(anybody, 'verify-unknown-phone');
  await anybody.context().close();
});

async function readAll(download) {
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  return Buffer.concat(parts);
}

for (const [way, options] of [['english', { en: true }], ['phone', { phone: true }]])
  test(`the desk's archive: ${way}`, { timeout: 120_000 }, async () => {
    const page = await pageOf('district', options);
    await page.goto('/desk/#/archive');
    await page.locator('table.grid tbody tr').first().waitFor();
    await look(page, `dossiers-${way}`);
    await page.locator('table.grid tbody tr').first().getByRole('button').nth(1).click();
    await page.getByRole('dialog').locator('#archive-location').waitFor();
    await look(page, `file-${way}`);
    await page.goto('/desk/#/archive/destructions');
    await page.locator('.page-head button').click();
    await page.getByRole('dialog').locator('#archive-reason').fill('保管期满，建议销毁');
    await page.getByRole('dialog').locator('.ant-btn-primary').click();
    await page.getByRole('dialog').getByRole('alert').waitFor(); // nothing is due in the demonstration
    await look(page, `propose-${way}`);
    await page.goto('/desk/#/certificates');
    await page.locator('table.grid tbody tr').first().waitFor();
    await look(page, `certificates-${way}`);
    await page.context().close();
  });

for (const [way, options] of [['elder', { phone: true, elder: true }], ['english', { phone: true, en: true }]])
  test(`my certificates and the check: ${way}`, { timeout: 90_000 }, async () => {
    const page = await pageOf(holder, options);
    await page.goto('/#/certificates');
    await page.locator('h1').waitFor();
    await look(page, `mine-${way}`);
    await page.goto('/#/verify');
    await page.locator('#verify-code').waitFor();
    await look(page, `verify-${way}`);
    await page.context().close();
  });
