// Takes pictures of pages and lets axe look at them, for those who work on the portals:
//   node tools/look.mjs FOLDER [URL] [FILTER]
// Uses Debian's chromium; URL defaults to the mock server.
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import axe from '@axe-core/playwright';

const [folder = 'look', base = 'http://127.0.0.1:8099', filter = ''] = process.argv.slice(2);
const AxeBuilder = axe.default ?? axe;
mkdirSync(folder, { recursive: true });
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const PHONE = { width: 360, height: 740 };
const LAPTOP = { width: 1280, height: 800 };

const resident = [
  ['home', '/#/'], ['signin', '/#/cases', null], ['home-in', '/#/'], ['matter', '/#/matter/dibao'], ['apply', '/#/apply/dibao'],
  ['question', '/#/apply/dibao/@1'], ['question2', '/#/apply/dibao/@2'], ['list', '/#/apply/dibao/@3'], ['papers', '/#/apply/dibao/papers'], ['check', '/#/apply/dibao/check'],
  ['cases', '/#/cases'], ['case', '/#/case/7000'], ['case-done', '/#/case/7006'], ['decision', '/#/case/7006/decision'], ['appeal', '/#/case/7006/appeal'],
  ['appeal-file', '/#/case/7006/appeal/reconsideration'], ['authorise', '/#/case/7000/authorise'], ['explain', '/#/case/7000/explain'], ['withdraw', '/#/case/7000/withdraw'],
  ['proof', '/#/case/7006/proof'], ['notices', '/#/case/7006/notices'], ['casepapers', '/#/case/7006/papers'], ['history', '/#/case/7006/history'],
  ['access', '/#/access'], ['benefits', '/#/benefits'], ['parameters', '/#/parameters'], ['lost', '/#/nowhere'],
];
const desk = [
  ['tasks', '/desk/#/tasks'], ['task-case', '/desk/#/case/7000'], ['facts', '/desk/#/case/7000/facts'], ['verification', '/desk/#/case/7000/verification'], ['decision', '/desk/#/case/7000/decision'],
  ['process', '/desk/#/case/7000/process'], ['papers', '/desk/#/case/7000/papers'], ['history', '/desk/#/case/7000/history'], ['cases', '/desk/#/cases'], ['new', '/desk/#/new'],
  ['batches', '/desk/#/payments'], ['batch', '/desk/#/payments/50'], ['parameters', '/desk/#/parameters'],
];
const board = [['board', '/board/']];

const jobs = [];
for (const lang of ['zh', 'en']) {
  for (const page of resident) jobs.push({ set: 'resident', lang, page, size: PHONE, login: ['home', 'signin'].includes(page[0]) ? null : 'resident' });
  for (const page of desk) jobs.push({ set: 'desk', lang, page, size: LAPTOP, login: 'all' });
  for (const page of board) jobs.push({ set: 'board', lang, page, size: LAPTOP, login: 'all' });
}
for (const page of resident) jobs.push({ set: 'elder', lang: 'zh', page, size: PHONE, elder: true, login: page[0] === 'home' ? null : 'resident' });
for (const page of resident) jobs.push({ set: 'wide', lang: 'zh', page, size: LAPTOP, login: 'resident' });
for (const page of resident) jobs.push({ set: 'dark', lang: 'zh', page, size: PHONE, dark: true, login: 'resident' });
for (const page of desk) jobs.push({ set: 'deskdark', lang: 'zh', page, size: LAPTOP, dark: true, login: 'all' });
for (const page of desk) jobs.push({ set: 'deskphone', lang: 'zh', page, size: PHONE, login: 'all' });
for (const page of board) { jobs.push({ set: 'boardphone', lang: 'zh', page, size: PHONE, login: 'all' }); jobs.push({ set: 'boarddark', lang: 'zh', page, size: LAPTOP, dark: true, login: 'all' }); }

const profile = mkdtempSync(join(tmpdir(), 'look-'));
const browser = await chromium.launchPersistentContext(profile, { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS, headless: true });
await browser.close();
const launched = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS, headless: true });
let bad = 0;
for (const job of jobs) {
  const name = `${job.set}-${job.lang}-${job.page[0]}`;
  if (filter && !new RegExp(filter).test(name)) continue;
  const context = await launched.newContext({ viewport: job.size, locale: job.lang === 'zh' ? 'zh-CN' : 'en-GB', colorScheme: job.dark ? 'dark' : 'light', reducedMotion: 'reduce' });
  if (job.login) await context.addCookies([{ name: 'mock', value: job.login, url: base }]);
  const page = await context.newPage();
  const noise = [];
  page.on('console', (m) => { if (['error', 'warning'].includes(m.type()) && !/404|401/.test(m.text())) noise.push(m.text()); });
  page.on('pageerror', (e) => noise.push(String(e)));
  await page.addInitScript(([lang, elder]) => { localStorage.setItem('mz.lang', lang); if (elder) localStorage.setItem('mz.elder', 'on'); }, [job.lang, !!job.elder]);
  const [path, nth] = job.page[1].split('@');
  let target = path;
  if (nth) { // the nth page of the form
    await page.goto(`${base}/#/apply/dibao`);
    const first = await page.waitForSelector('main p > a.button');
    await first.click();
    await page.waitForSelector('form');
    const ids = await page.evaluate(() => window.location.hash);
    target = `/${ids}`;
    if (Number(nth) > 1) target = `/#/apply/dibao/${process.env[`PAGE${nth}`] ?? { 2: 'r1', 3: 'm' }[nth]}`;
  }
  await page.goto(`${base}${target}`);
  await page.waitForSelector('h1', { timeout: 15000 }).catch(() => noise.push('no h1'));
  await page.waitForTimeout(job.set.startsWith('desk') || job.set.startsWith('board') ? 1500 : 400);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) noise.push(`wider than the window by ${wide}`);
  const report = await new AxeBuilder({ page }).analyze();
  for (const v of report.violations) noise.push(`axe ${v.id} (${v.impact}): ${v.nodes.slice(0, 3).map((n) => `${n.target} ${n.failureSummary.split('\n').slice(1, 2)}`).join(' | ')}`);
  if (noise.length) { bad += 1; console.log(`${name}\n   ${[...new Set(noise)].join('\n   ')}`); }
  await context.close();
}
await launched.close();
console.log(`${bad} pages with findings`);
