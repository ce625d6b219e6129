// Every page of the four portals: no axe-core violation, nothing in the
// console, nothing against the content security policy, no sideways scroll on
// a phone of 360 pixels; the resident's portal is light, and the keyboard
// alone is enough.  With SCREENSHOTS=1 every page is kept in build/screenshots.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { must, PASSWORD, signIn } from '../support/api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const RESIDENT_BYTES_MAX = 200_000;

let server;
let browser;
let resident; // the login
let caseId; // and the own case
let decided; // one with a decision, on the desk
let refused; // { login, id }: a resident and the case that was refused
let batch;
let organisation; // a record of the register
let drafts; // of a policy: one being written, one submitted

before(async () => {
  const { db } = await demoStore();
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  const clerk = await signIn(server.url, 'clerk');
  // A resident whose case is decided, so that every page has something on it.
  const { demo_accounts: accounts } = await must(clerk.get('/api/meta'));
  // And one who was refused: reasons, what was near, what would change it.
  for (const { login } of accounts.filter((account) => account.role === 'resident')) {
    const { items: mine } = await must((await signIn(server.url, login)).get('/api/me/cases'));
    const [granted, not] = ['approved', 'refused'].map((state) => mine.find((item) => item.state === state)?.id);
    if (granted && !caseId) [resident, caseId] = [login, granted];
    if (not) refused = { login, id: not };
  }
  assert.ok(caseId, 'a resident with a granted case');
  assert.ok(refused, 'a resident with a refused case');
  const { items } = await must(clerk.get('/api/cases?limit=100'));
  decided = items.find((item) => item.state === 'approved')?.id ?? items.find((item) => item.outcome)?.id;
  assert.ok(decided, 'the demonstration has a decided case');
  const cashier = await signIn(server.url, 'cashier');
  for (const { id } of (await must(cashier.get('/api/payments/batches'))).items) {
    const { lines } = await must(cashier.get(`/api/payments/batches/${id}?state=returned`));
    if (lines.some((line) => line.may_reissue)) batch = id;
  }
  assert.ok(batch, 'a month with a payment that came back');
  drafts = await policyDrafts();
  organisation = (await must(clerk.get('/api/registers/organisation/records?limit=1'))).items[0].id;
});

// The author's desk: one draft as it was begun, one on its way to the second person.
async function policyDrafts() {
  const officer = await signIn(server.url, 'policy');
  const start = () => must(officer.post('/api/studio/drafts', { matter: 'dibao', file: 'decision.dmn' }), 201);
  const [own, sent] = [await start(), await start()];
  const text = sent.text.replace('<text>&lt; 低保标准</text>', '<text>&lt; 低保标准 - 1000</text>');
  const body = { text, note: '收入标准降低，试验用。', article: '试验文件 第一条', valid_from: '2027-01-01', differences: '标准降低，结果应当不同。' };
  await must(officer.put(`/api/studio/drafts/${sent.id}`, body, { 'If-Match': '"1"' }));
  await must(officer.post(`/api/studio/drafts/${sent.id}/submit`, undefined, { 'If-Match': '"2"' }));
  return { own: own.id, sent: sent.id };
}

after(async () => {
  await browser?.close();
  await server?.stop();
});

// A page signed in as `login`: the session's cookie comes from the API.
async function pageOf(login, { en = false, elder = false, ...options } = {}) {
  const page = await browser.page({ baseURL: server.url, locale: en ? 'en-GB' : 'zh-CN', allowStatus: [401, 404], ...options });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  if (login) {
    const { cookie } = await signIn(server.url, login);
    const [name, value] = cookie.split('=');
    await page.context().addCookies([{ name, value, url: server.url }]);
  }
  if (elder) {
    await page.goto('/');
    await page.getByRole('button', { name: en ? /elder|large|senior/i : '长辈版' }).click();
  }
  return page;
}

async function look(page, path, name) {
  await page.goto('about:blank');
  await page.goto(path);
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, `page-${name}`);
}

const residentPages = () => ({
  home: '/', life: `/#/life/${encodeURIComponent('没有这件事')}`, matter: '/#/matter/dibao', parameters: '/#/parameters', none: '/#/nothing',
  start: '/#/apply/dibao', question: '/#/apply/dibao/applicant', list: '/#/apply/dibao/income', family: '/#/apply/dibao/family', papers: '/#/apply/dibao/papers', check: '/#/apply/dibao/check',
  cases: '/#/cases', case: `/#/case/${caseId}`, authorise: `/#/case/${caseId}/authorise`, casepapers: `/#/case/${caseId}/papers`, notices: `/#/case/${caseId}/notices`,
  proof: `/#/case/${caseId}/proof`, history: `/#/case/${caseId}/history`, withdraw: `/#/case/${caseId}/withdraw`, appeal: `/#/case/${caseId}/appeal`,
  explain: `/#/case/${caseId}/explain`, decision: `/#/case/${caseId}/decision`, access: '/#/access', benefits: '/#/benefits',
});
const refusedPages = () => ({ case: `/#/case/${refused.id}`, decision: `/#/case/${refused.id}/decision`, appeal: `/#/case/${refused.id}/appeal` });
const deskPages = () => ({
  clerk: {
    tasks: '/desk/#/tasks', cases: '/desk/#/cases', new: '/desk/#/new', parameters: '/desk/#/parameters', none: '/desk/#/nothing',
    ...Object.fromEntries(['', '/facts', '/verification', '/decision', '/process', '/papers', '/notices', '/history'].map((tab) => [`case${tab.replace('/', '-')}`, `/desk/#/case/${decided}${tab}`])),
    fresh: `/desk/#/case/${caseId}`,
  },
  community: { leads: '/desk/#/leads' },
  district: { registers: '/desk/#/registers', register: '/desk/#/registers/facility', record: `/desk/#/registers/organisation/${organisation}`, 'record-new': '/desk/#/registers/facility/new', refused: `/desk/#/case/${refused.id}`, 'refused-decision': `/desk/#/case/${refused.id}/decision` },
  cashier: { payments: '/desk/#/payments', batch: `/desk/#/payments/${batch}` },
  finance: { payments: '/desk/#/payments' },
  policy: { parameters: '/desk/#/parameters' },
});

const RESIDENT_WAYS = [
  ['phone, Chinese', { phone: true }], ['phone, English', { phone: true, en: true }],
  ['phone, elder mode', { phone: true, elder: true }], ['phone, dark', { phone: true, colorScheme: 'dark' }], ['desktop, Chinese', {}],
];
for (const [way, options] of RESIDENT_WAYS)
  test(`the resident's pages: ${way}`, { timeout: 240_000 }, async (t) => {
    const page = await pageOf(resident, options);
    for (const [name, path] of Object.entries(residentPages()))
      await t.test(name, () => look(page, path, `resident-${way.replace(/\W+/g, '-')}-${name}`));
    await page.context().close();
    const other = await pageOf(refused.login, options);
    for (const [name, path] of Object.entries(refusedPages()))
      await t.test(`refused: ${name}`, () => look(other, path, `resident-${way.replace(/\W+/g, '-')}-refused-${name}`));
    await other.context().close();
  });

test('the doors before signing in, resident and staff', { timeout: 120_000 }, async (t) => {
  for (const [way, options] of [['phone', { phone: true }], ['phone en dark', { phone: true, en: true, colorScheme: 'dark' }], ['desktop', {}]]) {
    const page = await pageOf(null, options);
    for (const [name, path] of Object.entries({ home: '/', signin: '/#/signin', desk: '/desk/', board: '/board/', studio: '/studio/' }))
      await t.test(`${name}, ${way}`, () => look(page, path, `door-${way.replace(/\W+/g, '-')}-${name}`));
    await page.context().close();
  }
});

const DESK_WAYS = [['desktop, Chinese', {}], ['desktop, English', { en: true }], ['phone', { phone: true }], ['desktop, dark', { colorScheme: 'dark' }]];
for (const [way, options] of DESK_WAYS)
  test(`the desk's pages: ${way}`, { timeout: 240_000 }, async (t) => {
    for (const [login, pages] of Object.entries(deskPages())) {
      const page = await pageOf(login, options);
      for (const [name, path] of Object.entries(pages))
        await t.test(`${login}: ${name}`, () => look(page, path, `desk-${way.replace(/\W+/g, '-')}-${login}-${name}`));
      await page.context().close();
    }
  });

for (const [way, options] of DESK_WAYS)
  test(`a payment that came back is ordered again: ${way}`, { timeout: 60_000 }, async () => {
    const page = await pageOf('cashier', options);
    await page.goto(`/desk/#/payments/${batch}`);
    await page.locator('td button').first().click();
    await page.getByRole('dialog').locator('input').first().waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expectQuiet(page);
    if (process.env.SCREENSHOTS) await screenshot(page, `desk-${way.replace(/\W+/g, '-')}-reissue`, { fullPage: false });
    await page.context().close();
  });

for (const [way, options] of DESK_WAYS)
  test(`the board: ${way}`, { timeout: 60_000 }, async () => {
    for (const login of ['leader', 'city']) {
      const page = await pageOf(login, options);
      await look(page, '/board/', `board-${way.replace(/\W+/g, '-')}-${login}`);
      await page.context().close();
    }
  });

const studioPages = () => ({
  policy: { list: '/studio/', version: '/studio/#/version/dibao/decision.dmn', draft: `/studio/#/draft/${drafts.own}`, sent: `/studio/#/draft/${drafts.sent}`, none: '/studio/#/nothing', gone: '/studio/#/draft/1' },
  leader: { list: '/studio/', review: `/studio/#/draft/${drafts.sent}` },
  clerk: { forbidden: '/studio/' },
});
for (const [way, options] of DESK_WAYS)
  test(`the studio: ${way}`, { timeout: 240_000 }, async (t) => {
    for (const [login, pages] of Object.entries(studioPages())) {
      const page = await pageOf(login, options);
      for (const [name, path] of Object.entries(pages))
        await t.test(`${login}: ${name}`, () => look(page, path, `studio-${way.replace(/\W+/g, '-')}-${login}-${name}`));
      await page.context().close();
    }
  });

test('the resident\'s portal is small', async () => {
  const page = await pageOf(null, { phone: true });
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  let bytes = 0;
  wire.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  assert.ok(bytes > 10_000, `only ${bytes} bytes: not measured`);
  assert.ok(bytes < RESIDENT_BYTES_MAX, `${bytes} bytes over the wire`);
});

test('the keyboard signs in at the desk, and opens a task', async () => {
  const page = await pageOf(null);
  await page.goto('/desk/');
  await page.locator('#login').waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.id || document.activeElement?.textContent?.trim() || '');
  for (let i = 0; (await focused()) !== 'login'; i++) {
    assert.ok(i < 10, `the login is ${i} tabs away`);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('clerk');
  await page.keyboard.press('Tab');
  assert.equal(await focused(), 'password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('a.task-link').first().waitFor();
  await page.keyboard.press('j');
  const seen = await page.evaluate(() => {
    const style = getComputedStyle(document.activeElement);
    return [document.activeElement.className, style.outlineStyle !== 'none' || style.boxShadow !== 'none'];
  });
  assert.match(seen[0], /task-link/);
  assert.ok(seen[1], 'the focus is seen');
  await page.keyboard.press('Enter');
  await page.locator('.task-box, .acts').first().waitFor();
  expectQuiet(page);
});

test('the keyboard signs in and goes on as a resident', async () => {
  const page = await pageOf(null, {});
  await page.goto('/#/cases');
  await page.locator('#login').waitFor();
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.className);
  assert.match(first, /skip/, 'the first stop skips to the content');
  await page.locator('#login').focus();
  await page.keyboard.type(resident);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('.cards li').first().waitFor();
  expectQuiet(page);
});
