// Chromium for the tests of the portals.
//
//   const browser = await startBrowser();
//   const page = await browser.page({ phone: true, locale: 'zh-CN', baseURL: server.url });
//   await page.goto('/');
//   await expectAccessible(page);            // no axe-core violation
//   await expectNoSidewaysScroll(page);      // fits the 360-pixel phone
//   await screenshot(page, 'resident-start');  // build/screenshots/resident-start.png
//   expectQuiet(page);                       // no error in the console, no failed request
//   await browser.close();
//
// Debian's chromium, or the one CHROMIUM names.  The profile is empty and
// nothing leaves the machine: requests to other hosts are refused and counted
// as errors.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';

import { ROOT } from './cli.mjs';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
const DESKTOP = { viewport: { width: 1280, height: 860 } };
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const troubles = new WeakMap(); // page → what went wrong in it

function watch(page, { allowStatus = [] }) {
  const list = [];
  troubles.set(page, list);
  page.on('pageerror', (error) => list.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    // Chromium repeats a refused request here; 'response' below judges it
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      list.push(`console: ${message.text()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !allowStatus.includes(response.status()))
      list.push(`${response.status()} ${response.request().method()} ${response.url()}`);
  });
}

async function refuseOtherHosts(context, list) {
  await context.route(
    (url) => !['127.0.0.1', 'localhost'].includes(url.hostname) && url.protocol.startsWith('http'),
    (route) => {
      list.push(`request to another host: ${route.request().url()}`);
      return route.abort();
    },
  );
}

export async function startBrowser() {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  assert.ok(existsSync(executablePath), `there is no ${executablePath}: ./run test installs it`);
  const browser = await chromium.launch({ executablePath, args: FLAGS, headless: true });
  return {
    // options: phone, locale, baseURL, allowStatus, and playwright's own
    async page({ phone = false, locale = 'zh-CN', allowStatus = [], ...options } = {}) {
      const context = await browser.newContext({
        ...(phone ? PHONE : DESKTOP),
        locale,
        timezoneId: 'Asia/Shanghai',
        reducedMotion: 'reduce',
        ...options,
      });
      const page = await context.newPage();
      page.setDefaultTimeout(20_000);
      watch(page, { allowStatus });
      await refuseOtherHosts(context, troubles.get(page));
      return page;
    },
    close: () => browser.close(),
  };
}

export async function expectAccessible(page, { exclude = [] } = {}) {
  // the newer mode opens a page of its own for each analysis, for frames of other hosts: there are none
  let axe = new AxeBuilder({ page }).setLegacyMode(true).withTags(AXE_TAGS);
  for (const selector of exclude) axe = axe.exclude(selector);
  const { violations } = await axe.analyze();
  const found = violations.map(({ id, help, nodes }) =>
    [`${id}: ${help}`, ...nodes.slice(0, 5).map((node) => `    ${node.target.join(' ')}  ${node.html.slice(0, 160)}`)].join('\n'),
  );
  assert.equal(found.length, 0, `axe-core on ${page.url()}:\n${found.join('\n')}`);
}

export async function expectNoSidewaysScroll(page) {
  // Not clientWidth: without a viewport line a phone lays out 980 pixels.
  const { width } = page.viewportSize();
  const content = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(content <= width, `${page.url()} is ${content} pixels wide in a window of ${width}`);
}

export function expectQuiet(page) {
  assert.deepEqual(troubles.get(page), [], `troubles on ${page.url()}`);
}

export async function screenshot(page, name, options = {}) {
  const folder = join(ROOT, 'build/screenshots');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path, fullPage: true, ...options });
  return path;
}
