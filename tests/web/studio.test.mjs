// A policy is changed: one officer edits, checks, tries and submits; another
// publishes; cases are decided by it from its day on, and the log proves it.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, PASSWORD, signIn, until } from '../support/api.mjs';
import { expectAccessible, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { minzheng, ROOT, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const words = JSON.parse(readFileSync(join(ROOT, 'web/src/locale/zh.json'), 'utf8'));
const say = (key, values = {}) => (words[key] ?? assert.fail(`no ${key} in zh.json`)).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '').trim();
const PACK = readFileSync(join(ROOT, 'packs/assistance/matters/dibao/decision.dmn'), 'utf8');

let db;
let server;
let browser;
let officer; // the author's page
let leader; // the second person's
let draft; // its id

before(async () => {
  ({ db } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  await must((await signIn(server.url, 'policy')).post('/api/studio/reforms', { name: '收紧一千元', figures: { 低保标准: 450 } }), 201);
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

let broken = null;
function step(name, work) {
  test(name, async () => {
    assert.equal(broken, null, 'an earlier step failed');
    try {
      await work();
    } catch (error) {
      broken = name;
      throw error;
    }
  });
}

async function studio(login) {
  const page = await browser.page({ baseURL: server.url, allowStatus: [401, 422] });
  await page.goto('/studio/');
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(PASSWORD);
  await page.getByRole('button', { name: say('signIn.do') }).click();
  await page.getByRole('heading', { level: 1, name: say('studio.title') }).waitFor();
  return page;
}

const side = (page) => page.locator('.studio-side');
const tab = async (page, name) => side(page).getByRole('button', { name: new RegExp(`^${say(`studio.tab.${name}`)}`) }).first().click();
const part = (page, id) => page.locator('.studio-tools select').selectOption(id);
const cell = (page, rule, column) => page.getByRole('textbox', { name: say('studio.cellOf', { table: '收入条件', n: rule, column }), exact: true });
const verdict = async (page, text) => side(page).locator('.mark', { hasText: text }).first().waitFor();
const save = async (page) => {
  await page.getByRole('button', { name: say('studio.save'), exact: true }).click();
  await page.locator('.studio-save [role=status]', { hasText: say('studio.saved', { at: '' }) }).waitFor();
};

step('the officer starts from the pack\'s text; nothing is found and no case differs', async () => {
  officer = await studio('policy');
  await officer.getByRole('button', { name: say('studio.startDraft') }).first().click();
  await officer.waitForURL((url) => url.hash.startsWith('#/draft/'));
  draft = new URL(officer.url()).hash.split('/').at(-1);
  await verdict(officer, say('studio.findings.none'));
  await tab(officer, 'cases');
  await side(officer).locator('.mark.is-good').first().waitFor();
  assert.match(await side(officer).locator('.mark').first().textContent(), /^\d+ 个通过，0 个不同/);
});

step('it opens on the table that decides; the graph is one click away, and readable there', async () => {
  assert.equal(await officer.locator('.studio-tools select').inputValue(), 'd_household');
  await officer.locator('.model [data-row-id="r_household_yes"]').first().waitFor();
  if (process.env.SCREENSHOTS) await screenshot(officer, 'studio-opens');
  await officer.getByRole('button', { name: say('rules.graph'), exact: true }).click();
  const box = officer.locator('.model [data-element-id="d_household"] .djs-visual');
  await box.waitFor();
  const { width } = await box.boundingBox();
  assert.ok(width > 80, `a decision of the graph is ${width} px wide`);
  if (process.env.SCREENSHOTS) await screenshot(officer, 'studio-graph');
  await officer.getByRole('button', { name: say('studio.graphic'), exact: true }).click();
  await officer.locator('.model [data-row-id="r_household_yes"]').first().waitFor();
});

step('dmn-js edits a cell, and what it saves means the same everywhere else', async () => {
  await part(officer, 'd_income_ok');
  const line = officer.locator('.model [data-row-id="r_income_below"]').filter({ hasText: '低保标准' }).first();
  await line.waitFor();
  await line.click();
  await officer.keyboard.press('End');
  await officer.keyboard.type(' - 1000');
  await officer.locator('.studio-save [role=status]', { hasText: say('studio.dirty') }).waitFor();
  await tab(officer, 'changes');
  const changes = side(officer).locator('.studio-changes tbody tr');
  await changes.first().waitFor();
  assert.equal(await changes.count(), 1, await side(officer).textContent());
  assert.match(await changes.first().textContent(), /< 低保标准 - 1000/);
});

step('a fault is found, pointed at, and mended', async () => {
  await part(officer, 'd_head');
  await officer.getByRole('button', { name: say('studio.plain'), exact: true }).click();
  const expression = officer.getByRole('textbox', { name: say('studio.expressionOf', { name: '家庭月人均收入' }) });
  const whole = await expression.inputValue();
  await expression.fill('');
  await tab(officer, 'findings');
  await side(officer).locator('.mark.is-bad', { hasText: say('studio.findings.count', { n: '' }) }).waitFor();
  await part(officer, 'd_income_ok');
  await side(officer).locator('.studio-findings button', { hasText: '家庭月人均收入' }).first().click();
  assert.equal(await officer.locator('.studio-tools select').inputValue(), 'd_head', 'a click shows the place');
  await expectAccessible(officer);
  await expression.fill(whole);
  await verdict(officer, say('studio.findings.none'));
  await part(officer, 'd_income_ok');
});

step('a gap is found with an example, pointed at, and mended', async () => {
  await cell(officer, 4, '家庭月人均收入').fill('> 低保标准');
  const gap = side(officer).locator('.studio-findings button', { hasText: '收入条件' }).first();
  await gap.waitFor();
  await gap.locator('code').waitFor(); // the household's values that no rule covers
  await part(officer, 'd_head');
  await gap.click();
  assert.equal(await officer.locator('.studio-tools select').inputValue(), 'd_income_ok');
  await cell(officer, 4, '家庭月人均收入').fill('-');
  await verdict(officer, say('studio.findings.none'));
});

step('worked cases turn red and say what they expected', async () => {
  await tab(officer, 'cases');
  await side(officer).locator('.mark.is-bad').first().waitFor();
  const first = side(officer).locator('.studio-cases details').first();
  await first.locator('summary').click();
  await first.getByText(say('studio.expected'), { exact: true }).waitFor();
  await first.getByText(say('studio.actual'), { exact: true }).waitFor();
  await expectAccessible(officer);
  /* green again with the cell as it was, and red with the change */
  await cell(officer, 3, '家庭月人均收入').fill('< 低保标准');
  await side(officer).locator('.mark', { hasText: '，0 个不同' }).waitFor();
  await cell(officer, 3, '家庭月人均收入').fill('< 低保标准 - 1000');
  await side(officer).locator('.mark.is-bad').first().waitFor();
});

step('a household is tried, and the rule that fired is lit', async () => {
  await tab(officer, 'household');
  const form = side(officer).locator('.studio-facts').first();
  await form.waitFor();
  await form.getByLabel(/^货币财产/).fill('123456');
  await side(officer).getByRole('button', { name: say('studio.as.json'), exact: true }).click();
  const facts = side(officer).locator('#studio-facts');
  assert.equal(JSON.parse(await facts.inputValue()).户.货币财产, 123456, 'the form and the text are one');
  const before = JSON.parse(await facts.inputValue());
  await facts.fill(JSON.stringify({ ...before, 户: { ...before.户, 货币财产: 3000 } }));
  await side(officer).getByRole('button', { name: say('studio.as.form'), exact: true }).click();
  assert.equal(await form.getByLabel(/^货币财产/).inputValue(), '3000');
  await form.getByLabel(/^货币财产/).fill('');
  await side(officer).getByRole('button', { name: say('studio.try'), exact: true }).click();
  await side(officer).locator('.studio-answer').waitFor();
  await officer.locator('.studio-table tr.is-fired').first().waitFor();
  await expectAccessible(officer);
  if (process.env.SCREENSHOTS) await screenshot(officer, 'studio-household');
  await side(officer).getByRole('button', { name: say('studio.as.json'), exact: true }).click();
  assert.ok(!('货币财产' in JSON.parse(await facts.inputValue()).户), 'an empty field is not known');
  await facts.fill('{"日期": ');
  await side(officer).getByRole('button', { name: say('studio.try'), exact: true }).click();
  await side(officer).locator('#studio-facts-wrong', { hasText: say('studio.badJson') }).waitFor();
});

step('a household that was tried becomes a case of the draft', async () => {
  const facts = side(officer).locator('#studio-facts');
  await facts.fill(household());
  await side(officer).getByRole('button', { name: say('studio.try'), exact: true }).click();
  await side(officer).locator('.studio-answer').waitFor();
  await side(officer).locator('.studio-keep summary').click();
  await side(officer).locator('#keep-title').fill('失业一人，收入在新标准以上');
  await side(officer).locator('#keep-why').fill('试验文件 第一条');
  await side(officer).getByRole('button', { name: say('studio.keep.do'), exact: true }).click();
  await tab(officer, 'cases');
  await side(officer).getByText(say('studio.ownCases', { n: 1 })).waitFor();
  await save(officer);
  await expectAccessible(officer);
  const kept = await must((await signIn(server.url, 'policy')).get(`/api/studio/drafts/${draft}`));
  assert.deepEqual(kept.cases.map((one) => [one.id, one.expected.outcome]), [['dibao-draft-01', 'not_eligible']]);
});

step('what is unfinished cannot be submitted; the reason is said', async () => {
  await tab(officer, 'publish');
  await officer.getByRole('button', { name: say('studio.submit'), exact: true }).click();
  await officer.locator('[role=alert]').filter({ hasText: /\S/ }).first().waitFor();
  await officer.locator('#draft-note').fill('收入标准降低1000元，试验用。');
  await officer.locator('#draft-article').fill('试验文件 第一条');
  await officer.locator('#draft-valid_from').fill('2026-11-30');
  await officer.getByRole('button', { name: say('studio.submit'), exact: true }).click();
  await officer.locator('[role=alert]', { hasText: '案例的结果与原来不同' }).waitFor();
  await officer.locator('#draft-differences').fill('标准降低，结果应当不同。');
  // computed with the draft as it stands, kept with it
  await officer.getByRole('button', { name: say('studio.computeReform') }).click();
  await until('the computation is the draft\'s', async () => (await officer.locator('#draft-reform option:checked').textContent()).includes('草稿'));
  const api = await signIn(server.url, 'policy');
  const { reform } = (await api.get(`/api/studio/drafts/${draft}`)).body;
  assert.equal(reform.with_this_text, true);
  const computed = (await api.get(`/api/studio/reforms/${reform.id}`)).body;
  assert.deepEqual(computed.texts.map((text) => [text.matter, text.draft]), [['dibao', draft]]);
  await officer.locator('#draft-reform').selectOption({ label: (await officer.locator('#draft-reform option', { hasText: '收紧一千元' }).textContent()) });
  await officer.getByRole('button', { name: say('studio.submit'), exact: true }).click();
  await officer.locator('.note', { hasText: say('studio.submitted') }).waitFor();
  expectQuiet(officer);
});

step('the author cannot publish, on the page or around it', async () => {
  await tab(officer, 'publish');
  await officer.locator('.note', { hasText: say('studio.notYourself') }).waitFor();
  assert.equal(await side(officer).locator('button.button', { hasText: say('studio.publish') }).count(), 0);
  const api = await signIn(server.url, 'policy');
  const seen = await api.get(`/api/studio/drafts/${draft}`);
  const tried = await api.post(`/api/studio/drafts/${draft}/publish`, undefined, { 'If-Match': seen.headers.get('etag') });
  assert.equal(tried.status, 403);
  assert.equal(tried.body.code, 'policy.two_people');
});

step('the second person sees what changed, and publishes', async () => {
  leader = await studio('leader');
  await leader.getByText(say('studio.waitsForYou')).waitFor();
  await leader.goto(`/studio/#/draft/${draft}`);
  const rows = side(leader).locator('.studio-changes tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), 1);
  await expectAccessible(leader);
  if (process.env.SCREENSHOTS) await screenshot(leader, 'studio-review');
  await tab(leader, 'publish');
  await side(leader).getByRole('link', { name: '收紧一千元' }).waitFor();
  if (process.env.SCREENSHOTS) await screenshot(leader, 'studio-publish');
  await side(leader).locator('button.button', { hasText: say('studio.publish') }).click();
  await leader.locator('.note', { hasText: say('studio.isPublished') }).waitFor();
  expectQuiet(leader);
});

const household = () => JSON.stringify({
  日期: '2026-11-30',
  户: {
    成员: [{ 编号: '1', 与申请人关系: '本人', 性别: '男', 出生日期: '1979-03-02', 户籍: '本市', 就学迁入集体户: false, 婚姻状况: '未婚', 就业状态: '失业',
      收入: [{ 类别: '失业金', 月金额: 900 }], 残疾: [], 重大疾病: false, 劳动能力: '有', 在读: '无', 单独抚养: false, 依靠兄弟姐妹或老人扶养: false, 特殊身份: [], 不计入事由: '无' }],
    货币财产: 3000, 机动车: [], 住房: [], 工商登记: [], 赡养人家庭: [],
  },
  在享: [], 申请: {},
});

step('from its day on it decides; the day before, and for who looks back, it does not', async () => {
  const file = join(temporaryFolder(), 'household.json');
  writeFileSync(file, household());
  const decide = async (...options) => (await minzheng(['decide', 'dibao', '--input', file, '--json', ...options], { env: { MINZHENG_NOW: NOW } })).json;
  const after_ = await decide('--db', db, '--as-of', '2026-11-30');
  assert.deepEqual([after_.outcome, after_.policy.version, after_.policy.file], ['not_eligible', 2, 'decision-v2.dmn']);
  const { items } = await must((await signIn(server.url, 'auditor')).get('/api/studio/policies/dibao/cases'));
  assert.equal(items.at(-1).id, 'dibao-draft-01', 'the case stays with the policy');
  const day = await decide('--db', db, '--as-of', '2026-11-29');
  assert.deepEqual([day.outcome, day.policy.version], ['eligible', 1]);
  const before_ = await decide('--db', db, '--as-of', '2026-11-30', '--known-at', '2026-11-23');
  assert.deepEqual([before_.outcome, before_.policy.version], ['eligible', 1]);
  assert.equal((await decide('--as-of', '2026-11-30')).policy.version, 1, 'without a store: the packs');
  /* the running server has noticed too */
  const api = await signIn(server.url, 'auditor');
  const tried = await must(api.post('/api/studio/policies/dibao/try', { facts: JSON.parse(household()), as_of: '2026-12-01' }));
  assert.deepEqual([tried.outcome, tried.policy.version], ['not_eligible', 2]);
  const text = await api.get('/api/policies/dibao/decision-v2.dmn');
  assert.equal(text.status, 200);
  assert.notEqual(text.text, PACK);
});

step('the log proves the publication', async () => {
  const api = await signIn(server.url, 'auditor');
  const { items } = await must(api.get('/api/studio/policies'));
  const version = items.find((item) => item.matter === 'dibao').versions.at(-1);
  assert.equal(version.version, 2);
  assert.ok(version.author && version.published_by && version.author !== version.published_by);
  const receipt = await until('the receipt', async () => {
    const answer = await api.get(`/api/studio/receipts/${version.entry}`);
    return answer.status === 200 && answer.body;
  });
  const opened = receipt.text.split(/\s+/).find((one) => Buffer.from(one, 'base64').toString('utf8').includes(version.sha256));
  assert.ok(opened, 'the receipt opens the digest of the text');
  const file = join(temporaryFolder(), 'publication.receipt');
  writeFileSync(file, receipt.text);
  const verified = await minzheng(['log', 'verify', file]);
  assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  writeFileSync(file, receipt.text.replace(opened, Buffer.from(Buffer.from(opened, 'base64').toString('utf8').replace(version.sha256, 'a'.repeat(64))).toString('base64')));
  assert.notEqual((await minzheng(['log', 'verify', file])).code, 0);
  const whole = await minzheng(['check-store', '--json', '--db', db], { env: { MINZHENG_NOW: NOW } });
  assert.equal(whole.code, 0, whole.stdout + whole.stderr);
});
