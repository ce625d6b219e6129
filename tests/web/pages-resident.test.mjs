// Every page of the resident's portal, in each way it is used; it is light, and
// the keyboard alone is enough.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { PASSWORD } from '../support/api.mjs';
import { expectQuiet } from '../support/browser.mjs';
import { residentsOf, startStage, walk } from '../support/pages.mjs';

const RESIDENT_BYTES_MAX = 200_000;
const WAYS = [
  ['phone, Chinese', { phone: true }], ['phone, English', { phone: true, en: true }],
  ['phone, elder mode', { phone: true, elder: true }], ['phone, dark', { phone: true, colorScheme: 'dark' }], ['desktop, Chinese', {}],
];

let stage;
let granted;
let refused;
before(async () => {
  stage = await startStage();
  ({ granted, refused } = await residentsOf(stage));
});
after(() => stage?.stop());

const grantedPages = (id) => ({
  home: '/', life: `/#/life/${encodeURIComponent('没有这件事')}`, matter: '/#/matter/dibao', parameters: '/#/parameters', none: '/#/nothing',
  start: '/#/apply/dibao', question: '/#/apply/dibao/applicant', list: '/#/apply/dibao/income', family: '/#/apply/dibao/family', papers: '/#/apply/dibao/papers', check: '/#/apply/dibao/check',
  cases: '/#/cases', case: `/#/case/${id}`, authorise: `/#/case/${id}/authorise`, casepapers: `/#/case/${id}/papers`, notices: `/#/case/${id}/notices`,
  proof: `/#/case/${id}/proof`, history: `/#/case/${id}/history`, withdraw: `/#/case/${id}/withdraw`, appeal: `/#/case/${id}/appeal`,
  explain: `/#/case/${id}/explain`, decision: `/#/case/${id}/decision`, access: '/#/access', benefits: '/#/benefits',
});
const refusedPages = (id) => ({ case: `/#/case/${id}`, decision: `/#/case/${id}/decision`, appeal: `/#/case/${id}/appeal` });

for (const [way, options] of WAYS)
  test(`the resident's pages: ${way}`, { timeout: 420_000 }, async (t) => {
    await walk(t, stage, { login: granted.login, pages: grantedPages(granted.id), name: `resident-${way}`, options });
    await walk(t, stage, { login: refused.login, pages: refusedPages(refused.id), name: `refused-${way}`, options });
  });

for (const [way, options] of [['phone', { phone: true }], ['phone en dark', { phone: true, en: true, colorScheme: 'dark' }], ['desktop', {}]])
  test(`the door before signing in: ${way}`, { timeout: 60_000 }, async (t) => {
    await walk(t, stage, { login: null, pages: { home: '/', signin: '/#/signin' }, name: `door-${way}`, options });
  });

test('the resident\'s portal is small', async () => {
  const page = await stage.page(null, { phone: true });
  const wire = await page.context().newCDPSession(page);
  await wire.send('Network.enable');
  let bytes = 0;
  wire.on('Network.loadingFinished', (event) => (bytes += event.encodedDataLength));
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  assert.ok(bytes > 10_000, `only ${bytes} bytes: not measured`);
  assert.ok(bytes < RESIDENT_BYTES_MAX, `${bytes} bytes over the wire`);
});

test('the keyboard signs in and goes on as a resident', async () => {
  const page = await stage.page(null, {});
  await page.goto('/#/cases');
  await page.locator('#login').waitFor();
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.className);
  assert.match(first, /skip/, 'the first stop skips to the content');
  await page.locator('#login').focus();
  await page.keyboard.type(granted.login);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('.cards li').first().waitFor();
  expectQuiet(page);
});
