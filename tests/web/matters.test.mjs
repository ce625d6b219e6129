// Every matter that one can apply for, on a phone: found, filled page by page from what the register knows, checked and
// sent.  One in large type, one in English.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { answerAll } from '../support/answers.mjs';
import { must, PASSWORD, until } from '../support/api.mjs';
import { applicants } from '../support/application.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { answers, childOf, open } from '../support/matters.mjs';
import { startServer } from '../support/server.mjs';

const PAGES_MAX = 40;
const AS = { elderly_age: { elder: true }, elderly_living: { lang: 'en' } };
let server;
let browser;
let who;
let applied = 0;
const ONE_APPLIES_FOR = 6; // a person may apply ten times a day (CASE_APPLICATIONS_A_DAY)
let people;
before(async () => {
  const { db } = await demoStore();
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  people = await applicants(server.url);
}, { timeout: 300_000 });
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function fits(page, name) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, name);
}

async function signedIn({ lang = 'zh', elder = false }) {
  const page = await browser.page({ phone: true, baseURL: server.url, locale: lang === 'en' ? 'en-US' : 'zh-CN', allowStatus: [401, 404] });
  if (elder) await page.addInitScript(() => localStorage.setItem('mz.elder', 'on'));
  await page.goto(`/#/matter/${open[0].id}`);
  await page.locator('a.button').first().click();
  await page.locator('#login').fill(who.login);
  await page.locator('#password').fill(PASSWORD);
  await page.locator('form button').first().click();
  await page.locator('#login').waitFor({ state: 'detached' });
  return page;
}

// What the page asks, until it asks nothing more: an answer may bring a question.
async function fill(page, all) {
  const done = new Set();
  for (;;) {
    const asked = await page.locator('[id^="q-"], [id^="list-"], [id^="row-"]').evaluateAll((list) => list.map((element) => element.id.replace(/^(q|list|row)-/, '').replace(/\[.*/, '')));
    const next = asked.find((name) => name in all && !done.has(name));
    if (!next) return;
    await answerAll(page, { [next]: all[next] });
    done.add(next);
  }
}

for (const one of open)
  test(`${one.id} is applied for on a phone`, { timeout: 300_000 }, async () => {
    const way = AS[one.id] ?? {};
    who = people[Math.floor(applied / ONE_APPLIES_FOR)];
    applied += 1;
    const { answers: known } = await must(who.session.get(`/api/me/known/${one.id}`));
    const child = one.id === 'children' ? { members: [childOf()] } : {};
    const { members, ...own } = who.data;
    const all = answers(one.form, { ...own, ...known, ...(known.members?.length ? { members } : {}) }, { ...one.matter.desk?.elements.start?.example, ...child });
    const page = await signedIn(way);
    await page.goto(`/#/matter/${one.id}`);
    await page.locator('a.button').first().waitFor();
    await fits(page, `matter-${one.id}-0`);
    await page.goto(`/#/apply/${one.id}`);
    await page.locator('a.button').first().click();
    const seen = [];
    for (;;) {
      await page.locator('main form, .paper-kinds').first().waitFor();
      const at = page.url();
      seen.push(at.split('/').pop());
      assert.ok(seen.length < PAGES_MAX, seen.join(' '));
      if (at.endsWith('/papers')) break;
      await fill(page, all);
      await fits(page, `matter-${one.id}-${seen.length}`);
      await page.locator('.actions .button').click();
      await page.waitForURL((url) => url.href !== at, { timeout: 5000 }).catch(async () => assert.fail(`${at}: ${await page.locator('main').innerText()}`));
    }
    assert.equal(new Set(seen).size, seen.length, 'no page comes twice');
    await fits(page, `matter-${one.id}-papers`);
    await page.locator('.actions .button').click();
    await page.waitForURL((url) => url.hash.endsWith('/check'));
    await page.locator('main h1').waitFor();
    await fits(page, `matter-${one.id}-check`);
    await page.locator('main .button').last().click();
    await page.locator('.receipt-number').waitFor();
    await fits(page, `matter-${one.id}-receipt`);
    const number = (await page.locator('.receipt-number').textContent()).trim();
    const filed = await until('the case', async () => (await must(who.session.get('/api/me/cases'))).items.find((item) => item.number === number));
    assert.deepEqual([filed.matter, filed.state], [one.id, 'applied']);
    await page.goto(`/#/case/${filed.id}`);
    await page.locator('.steps, .timeline, ol').first().waitFor();
    await fits(page, `matter-${one.id}-case`);
    await page.context().close();
  });
