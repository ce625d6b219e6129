// The pages of the portals, looked at one by one: no axe-core violation, nothing
// in the console, nothing against the content security policy, no sideways scroll.
// With SCREENSHOTS=1 every page is kept in build/screenshots.
//
//   const stage = await startStage();            // a district, its server, a browser
//   test('...', async (t) => { await walk(t, stage, { login, pages, name, options }); });
//   await stage.stop();

import assert from 'node:assert/strict';
import { join } from 'node:path';

import { must, signIn } from './api.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from './browser.mjs';
import { minzhengOk } from './cli.mjs';
import { demoStore, NOW } from './demo.mjs';
import { startServer } from './server.mjs';

export const STAFF_WAYS = [['desktop, Chinese', {}], ['desktop, English', { en: true }], ['phone', { phone: true }], ['desktop, dark', { colorScheme: 'dark' }]];

// `screened`: the registers were screened for two schemes, so that there are leads,
// and the server has the snapshot, so that a reform has gainers.  `change(db)`: what happens to the store before it is served.
export async function startStage({ screened = false, change } = {}) {
  const { db, folder } = await demoStore();
  await change?.(db);
  const args = [];
  if (screened) {
    const snapshot = join(folder, 'snapshot');
    const env = { MINZHENG_NOW: NOW, MINZHENG_DB: db };
    await minzhengOk(['snapshot', 'build', snapshot], { env });
    await minzhengOk(['screen', '--snapshot', snapshot, '--scheme', 'elderly_age', '--scheme', 'dibao', '--keep', '--as', 'policy'], { env });
    args.push('--snapshot', snapshot);
  }
  const server = await startServer({ db, env: { MINZHENG_NOW: NOW }, args });
  const browser = await startBrowser();
  const cookies = new Map(); // one session a login: signing in costs an Argon2id each time
  return {
    url: server.url,
    as: (login) => signIn(server.url, login),
    // A page signed in as `login`: the session's cookie comes from the API.
    async page(login, { en = false, elder = false, ...options } = {}) {
      const page = await browser.page({ baseURL: server.url, locale: en ? 'en-GB' : 'zh-CN', allowStatus: [401, 404], ...options });
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
      });
      if (login) {
        if (!cookies.has(login)) cookies.set(login, (await signIn(server.url, login)).cookie);
        const [name, value] = cookies.get(login).split('=');
        await page.context().addCookies([{ name, value, url: server.url }]);
      }
      if (elder) {
        await page.goto('/');
        await page.getByRole('button', { name: en ? /elder|large|senior/i : '长辈版' }).click();
      }
      return page;
    },
    async stop() {
      await browser.close();
      await server.stop();
    },
  };
}

// Of the demonstration's residents: one whose application was granted, one whose was refused.
export async function residentsOf(stage) {
  const { demo_accounts: accounts } = await must((await stage.as('clerk')).get('/api/meta'));
  let granted;
  let refused;
  for (const { login } of accounts.filter((account) => account.role === 'resident')) {
    if (granted && refused) break;
    const { items: mine } = await must((await stage.as(login)).get('/api/me/cases'));
    const [yes, no] = ['approved', 'refused'].map((state) => mine.find((item) => item.state === state)?.id);
    if (yes) granted ??= { login, id: yes };
    if (no) refused = { login, id: no };
  }
  assert.ok(granted, 'a resident with a granted case');
  assert.ok(refused, 'a resident with a refused case');
  return { granted, refused };
}

export async function lookAt(page, name) {
  await page.locator('main h1').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('.skeleton'));
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
  if (process.env.SCREENSHOTS) await screenshot(page, `page-${name.replace(/\W+/g, '-')}`);
}

// `pages`: name → address, or [address, what to do there first]. Every page is a fresh load.
export async function walk(t, stage, { login, pages, name, options }) {
  const page = await stage.page(login, options);
  for (const [what, where] of Object.entries(pages))
    await t.test(`${login ?? 'nobody'}: ${what}`, async () => {
      const [path, act] = [where].flat();
      await page.goto('about:blank');
      await page.goto(path);
      if (act) {
        await page.locator('main h1').first().waitFor();
        await act(page);
      }
      await lookAt(page, `${name}-${login}-${what}`);
    });
  await page.context().close();
}
