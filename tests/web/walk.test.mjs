// One 低保 application from the resident's phone to the bank's answer, in
// Chromium: each person with an account, a page and a cookie jar of their own.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { answerAll, answerShown } from '../support/answers.mjs';
import { must, PASSWORD, signIn, until } from '../support/api.mjs';
import { applicants } from '../support/application.mjs';
import { expectAccessible, expectNoSidewaysScroll, expectQuiet, screenshot, startBrowser } from '../support/browser.mjs';
import { minzheng, ROOT, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';
import { stepData } from '../support/steps.mjs';

const words = JSON.parse(readFileSync(join(ROOT, 'web/src/locale/zh.json'), 'utf8'));
const say = (key, values = {}) => (words[key] ?? assert.fail(`no ${key} in zh.json`)).replace(/\{(\w+)\}/g, (_, name) => values[name]).trim();
const PDF = readFileSync(join(ROOT, 'tests/fuzz/corpus/fuzz_doc_media/page.pdf'));

let server;
let browser;
let phone; // the resident's page
let resident; // the same person through the API, to know ids
let answers;
let caseId;
let receiptFile;
const desks = new Map(); // login → page

before(async () => {
  const { db } = await demoStore();
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  browser = await startBrowser();
  const [applicant] = await applicants(server.url);
  assert.ok(applicant?.poor && applicant.household.members.length > 1, 'the demonstration has a poor family to sign in as');
  ({ session: resident, data: answers } = applicant);
  // 401 and 404 are answers: who am I (nobody yet), my draft (none yet)
  phone = await browser.page({ phone: true, baseURL: server.url, allowStatus: [401, 404], acceptDownloads: true });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

// Each step stands on the one before: after a failure the rest says so at once.
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

// ---- helpers ------------------------------------------------------------------

async function fits(page) {
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  expectQuiet(page);
}

async function desk(login) {
  if (!desks.has(login)) {
    const page = await browser.page({ baseURL: server.url, allowStatus: [401, 404], acceptDownloads: true });
    await page.goto('/desk/');
    await page.locator('#login').fill(login);
    await page.locator('#password').fill(PASSWORD);
    await page.getByRole('button', { name: say('signIn.do') }).click();
    await page.locator('.side').waitFor();
    desks.set(login, page);
  }
  return desks.get(login);
}

// Where the case is, as the clerk sees it.
const clerkSees = async () => must((await clerkApi()).get(`/api/cases/${caseId}`));
let clerk;
async function clerkApi() {
  clerk ??= await signIn(server.url, 'clerk');
  return clerk;
}
const openTask = async (element) => (await clerkSees()).tasks.find((task) => task.state === 'open' && task.element === element);

// Opens the task on the desk, as its link in the list does, chooses and finishes.
async function finish(login, element, outcome, note = '') {
  const task = await until(`task ${element}`, () => openTask(element));
  const page = await desk(login);
  await page.goto(`/desk/#/case/${caseId}?task=${task.id}`);
  const box = page.locator('.task-box', { hasText: task.name.zh });
  await box.waitFor();
  const choice = box.locator('.outcomes').getByRole('radio', { name: new RegExp(`^${outcome}`) });
  await choice.check();
  if (task.has_form) await answerShown(page, stepData(element, NOW) ?? {});
  if (note) await box.locator(`#note-${task.id}`).fill(note);
  await box.getByRole('button', { name: say('acts.do', { outcome }) }).click();
  await page.waitForURL((url) => !url.hash.includes(caseId)); // the desk goes on to the next task
  assert.equal(await openTask(element), undefined);
  expectQuiet(page);
}

const next = async () => phone.getByRole('button', { name: say('apply.continue'), exact: true }).click();

// The answers that the page on the screen asks for.
async function answersHere(page) {
  const asked = await page.locator('[id^="q-"], [id^="list-"]').evaluateAll((list) => list.map((element) => element.id.replace(/^(q|list)-/, '')));
  return Object.fromEntries(Object.entries(answers).filter(([name]) => asked.includes(name)));
}

async function answerPage() {
  const before = phone.url();
  const done = new Set();
  for (;;) {
    const open = Object.entries(await answersHere(phone)).filter(([name]) => !done.has(name));
    if (open.length === 0) break;
    const [name, value] = open[0];
    await answerAll(phone, { [name]: value });
    done.add(name);
  }
  assert.ok(done.size > 0, `nothing is asked at ${before}`);
  await next();
  await phone.waitForURL((url) => url.href !== before);
}

// ---- the resident asks -----------------------------------------------------------

step('a resident finds the matter by what happened at home', async () => {
  await phone.goto('/');
  await phone.getByRole('heading', { name: say('home.events') }).waitFor();
  await fits(phone);
  const events = phone.locator('.events a');
  assert.ok((await events.count()) > 0);
  await events.first().click();
  await events.first().waitFor({ state: 'detached' });
  const start = phone.getByRole('link', { name: say('matter.start') });
  const listed = phone.getByRole('link', { name: '最低生活保障' });
  await start.or(listed).first().waitFor();
  if (!(await start.isVisible())) await listed.first().click();
  await start.waitFor();
  await fits(phone);
  await start.click();
  await phone.locator('#login').fill(resident.login);
  await phone.locator('#password').fill(PASSWORD);
  await phone.getByRole('button', { name: say('signIn.do') }).click();
  await phone.getByRole('link', { name: say('apply.begin') }).waitFor();
  await phone.getByText(answers.applicant_name).first().waitFor(); // what is known of the household
  await fits(phone);
});

step('a mistake is said in words and beside its question', async () => {
  await phone.getByRole('link', { name: say('apply.begin') }).click();
  // who signed in is known: the name is there, of the number the ends
  await phone.getByText(say('form.known'), { exact: true }).first().waitFor();
  assert.equal(await phone.locator('[id="q-applicant_name"]').inputValue(), answers.applicant_name);
  const masked = await phone.locator('[id="q-applicant_idnum"]').inputValue();
  assert.equal(masked, `${answers.applicant_idnum.slice(0, 6)}********${answers.applicant_idnum.slice(-4)}`);
  await fits(phone);
  await screenshot(phone, 'walk-known');
  await phone.getByRole('button', { name: say('form.correct') }).click();
  await phone.locator('[id="q-applicant_idnum"]').fill(`${answers.applicant_idnum.slice(0, 17)}${answers.applicant_idnum.endsWith('1') ? '2' : '1'}`);
  await next();
  await phone.locator('.form-error').first().waitFor();
  await expectAccessible(phone);
});

step('the form is filled page by page, kept, and found again', async () => {
  await answerPage();
  for (let i = 0; i < 3; i++) await answerPage();
  await until('the draft on the server', async () => (await resident.get('/api/me/drafts/dibao')).status === 200);
  const kept = (await must(resident.get('/api/me/drafts/dibao'))).page;
  await phone.goto('/');
  await phone.reload();
  await phone.goto('/#/apply/dibao');
  const again = phone.getByRole('link', { name: say('apply.continueDraft') });
  await again.waitFor();
  await fits(phone);
  await again.click();
  await phone.waitForURL((url) => url.hash === `#/apply/dibao/${kept}`);
  for (let pages = 0; !phone.url().endsWith('/apply/dibao/papers'); pages++) {
    assert.ok(pages < 30, `still at ${phone.url()}`);
    await phone.locator('main form').waitFor();
    await answerPage();
    if (!phone.url().endsWith('/papers')) await expectNoSidewaysScroll(phone);
  }
});

step('a paper is added, the answers checked, the application sent', async () => {
  await phone.locator('.paper-kinds').waitFor();
  // what is no paper is said at once, and the right one beside it is taken
  await phone.locator('#pick-0').setInputFiles([{ name: '说明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('text') }, { name: '空.png', mimeType: 'image/png', buffer: Buffer.alloc(0) }]);
  for (const [code, name] of [['papers.type', '说明.pdf'], ['papers.empty', '空.png']]) await phone.getByText(say(code, { name })).waitFor();
  await phone.locator('#pick-0').setInputFiles({ name: '户口簿.pdf', mimeType: 'application/pdf', buffer: PDF });
  await phone.getByText('户口簿.pdf').first().waitFor();
  // it is kept through a reload, where the browser keeps anything
  await until('the paper on the device', () => phone.evaluate(async () => {
    const db = await new Promise((done) => { const open = indexedDB.open('minzheng', 2); open.onsuccess = () => done(open.result); });
    const lists = await new Promise((done) => { const all = db.transaction('papers').objectStore('papers').getAll(); all.onsuccess = () => done(all.result); });
    db.close();
    return lists.flat().length === 1;
  }));
  await phone.reload();
  await phone.getByText('户口簿.pdf').first().waitFor();
  await fits(phone);
  await next();
  await phone.getByRole('heading', { name: say('check.title') }).waitFor();
  await phone.getByText(answers.bank_account).waitFor();
  await phone.getByText('户口簿.pdf').waitFor();
  await fits(phone);
  await screenshot(phone, 'walk-check');
  await phone.getByRole('button', { name: say('check.send') }).click();
  await phone.getByRole('heading', { name: say('receipt.title') }).waitFor();
  await fits(phone);
  await screenshot(phone, 'walk-receipt');
  const number = (await phone.locator('.receipt-number').textContent()).trim();
  const mine = await must(resident.get('/api/me/cases'));
  const found = mine.items.find((item) => item.number === number);
  assert.ok(found, number);
  caseId = found.id;
  assert.equal(found.state, 'applied');
  assert.equal((await resident.get('/api/me/drafts/dibao')).status, 404, 'the draft went with it');
  const papers = (await must(resident.get(`/api/cases/${caseId}`))).papers;
  assert.deepEqual(papers.map((paper) => paper.name), ['户口簿.pdf']);
  const paper = await resident.get(`/api/cases/${caseId}/papers/${papers[0].id}`);
  assert.deepEqual(paper.bytes, PDF);
});

// ---- the desk carries it -----------------------------------------------------------

step('the clerk finds it in her tasks, and accepts', async () => {
  const page = await desk('clerk');
  await page.goto('/desk/#/tasks');
  const row = page.locator(`a.task-link[href*="${caseId}"]`);
  await row.waitFor();
  await fits(page);
  await row.click();
  await page.locator('.task-box').waitFor();
  await fits(page);
  await screenshot(page, 'walk-desk-case');
  await finish('clerk', 'accept', '受理');
});

step('who entered a step may not confirm it', async () => {
  const task = await until('the next task', async () => (await clerkSees()).tasks.find((one) => one.state === 'open'));
  const colleague = await signIn(server.url, 'clerk3'); // of another subdistrict
  const refused = await colleague.post(`/api/tasks/${task.id}/complete`, { outcome: '全部授权' });
  assert.ok([403, 404].includes(refused.status), refused.text);
});

step('each member authorises: the applicant on the phone, the others on paper', async () => {
  const { parties } = await clerkSees();
  const waiting = parties.filter((party) => party.consent_needed && !party.authorised_at);
  if (waiting.some((party) => party.person === resident.session.person)) {
    await phone.goto(`/#/case/${caseId}/authorise`);
    await phone.getByRole('button', { name: say('authorise.do') }).click();
    await until('my consent', async () => (await clerkSees()).parties.find((party) => party.person === resident.session.person).authorised_at);
  }
  await phone.goto(`/#/case/${caseId}`);
  await phone.locator('main h1').waitFor();
  await fits(phone);
  const page = await desk('clerk');
  for (const party of waiting.filter((one) => one.person !== resident.session.person)) {
    await page.goto(`/desk/#/case/${caseId}`);
    await page.reload();
    await page.getByRole('button', { name: new RegExp(`^${say('authorise.record')}\\s*${party.name}`) }).click();
    await page.locator('.ant-modal').getByRole('button', { name: say('authorise.record') }).click();
    await until(`the consent of ${party.name}`, async () => (await clerkSees()).parties.find((one) => one.person === party.person).authorised_at);
  }
  await finish('clerk', 'authorise', '全部授权');
});

step('two people investigate; one alone cannot', async () => {
  await finish('clerk', 'visit', '已调查', '两人入户，家中情况与申请相符。');
  const second = await until('the second signature', () => openTask('visit_second'));
  const alone = await (await clerkApi()).post(`/api/tasks/${second.id}/complete`, { outcome: '属实', data: stepData('visit_second', NOW) });
  assert.equal(alone.status, 403);
  assert.equal(alone.body.code, 'case.four_eyes');
  await finish('clerk2', 'visit_second', '属实');
});

step('the verification report arrives, and is read', async () => {
  const report = await until('the report', async () => {
    const answer = await must((await clerkApi()).get(`/api/cases/${caseId}/verification`));
    return answer.state === 'complete' && answer;
  }, 60);
  assert.ok(report.simulated);
  const page = await desk('clerk');
  await page.goto(`/desk/#/case/${caseId}/verification`);
  await page.getByText(say('verify.simulated')).waitFor();
  await fits(page);
  await screenshot(page, 'walk-desk-verification');
});

step('findings, opinion, review and decision, each by somebody else', async () => {
  await finish('clerk', 'findings', '符合');
  await finish('reviewer', 'opinion', '拟同意', '符合条件，拟同意。');
  await until('the draw', async () => (await openTask('spotcheck_visit')) || (await openTask('review')));
  if (await openTask('spotcheck_visit')) await finish('district', 'spotcheck_visit', '属实', '入户核实，情况属实。');
  await finish('reviewer2', 'review', '同意');
  const page = await desk('decider');
  await page.goto(`/desk/#/case/${caseId}/decision`);
  await page.locator('.panel').first().waitFor();
  await page.locator('.skeleton').waitFor({ state: 'detached' });
  await fits(page);
  await screenshot(page, 'walk-desk-decision');
  await page.goto(`/desk/#/case/${caseId}/process`);
  await page.locator('.djs-container, .bjs-container, svg').first().waitFor();
  expectQuiet(page);
  await screenshot(page, 'walk-desk-process');
  await finish('decider', 'decide', '批准', '经审查，符合规定，予以批准。');
});

step('the decision is served, and the case is approved', async () => {
  await until('the letter to serve', () => openTask('serve_approval'));
  const page = await desk('clerk');
  for (const notice of (await clerkSees()).notices.filter((one) => !one.served_at)) {
    await page.goto(`/desk/#/case/${caseId}/notices`);
    await page.reload();
    await page.getByRole('button', { name: new RegExp(`^${say('notices.serve')}\\s*${notice.name.zh}`) }).click();
    await page.locator('.ant-modal').getByRole('button', { name: say('notices.serve'), exact: true }).click();
    await until(`service of ${notice.kind}`, async () => (await clerkSees()).notices.find((one) => one.id === notice.id).served_at);
    const pdf = await (await clerkApi()).get(notice.pdf);
    assert.equal(pdf.status, 200);
    assert.equal(pdf.bytes.subarray(0, 5).toString(), '%PDF-');
  }
  await finish('clerk', 'serve_approval', '已送达');
  await until('approval', async () => (await clerkSees()).summary.state === 'approved');
});

// ---- the resident reads -----------------------------------------------------------------

step('the resident reads the decision, its reasons and articles', async () => {
  await phone.goto(`/#/case/${caseId}`);
  await phone.reload();
  await phone.getByRole('link', { name: say('case.seeReasons') }).click();
  await phone.getByRole('heading', { name: say('decision.title') }).waitFor();
  const decision = await must(resident.get(`/api/cases/${caseId}/decision`));
  assert.equal(decision.outcome, 'eligible');
  assert.ok(decision.monthly_fen > 0 && decision.reasons.length > 0);
  assert.equal(decision.lines.reduce((sum, line) => sum + line.monthly_fen, 0), decision.monthly_fen);
  for (const reason of decision.reasons) {
    assert.ok(reason.article && reason.zh && reason.en, JSON.stringify(reason));
    await phone.getByText(reason.zh).first().waitFor();
    await phone.getByText(reason.article).first().waitFor();
  }
  await phone.getByText((decision.monthly_fen / 100).toFixed(2).replace(/\B(?=(\d{3})+(?!\d))/g, ',')).first().waitFor();
  await fits(phone);
  await screenshot(phone, 'walk-decision');
});

step('the resident sees who looked at the record', async () => {
  await phone.goto('/#/access');
  await phone.getByRole('heading', { name: say('access.title') }).waitFor();
  await phone.locator('.cards li').first().waitFor();
  const { items } = await must(resident.get('/api/me/access'));
  assert.ok(items.some((entry) => entry.kind === 'staff' && entry.purpose.zh && entry.office), JSON.stringify(items.slice(0, 3)));
  await fits(phone);
  await screenshot(phone, 'walk-access');
});

step('the receipt checks without us; a changed one does not', async () => {
  await phone.goto(`/#/case/${caseId}/proof`);
  const save = phone.getByRole('button', { name: new RegExp(`^${say('proof.save')}`) });
  await save.first().waitFor();
  await fits(phone);
  const [download] = await Promise.all([phone.waitForEvent('download'), save.first().click()]);
  receiptFile = join(temporaryFolder(), 'receipt');
  await download.saveAs(receiptFile);
  const good = await minzheng(['log', 'verify', receiptFile, '--json']);
  assert.equal(good.code, 0, good.stderr);
  assert.equal(good.json.valid, true);
  // Somebody says that it happened another day; and somebody swaps a hash of the path.
  const lines = readFileSync(receiptFile, 'utf8').split('\n');
  const extra = JSON.parse(Buffer.from(lines[1].replace(/^extra /, ''), 'base64'));
  const entry = JSON.parse(Buffer.from(extra.entry, 'base64'));
  entry.time = entry.time.replace(/^2026/, '2025');
  const otherDay = { ...extra, entry: Buffer.from(JSON.stringify(entry)).toString('base64') };
  const forged = [[...lines], [...lines]];
  forged[0][1] = `extra ${Buffer.from(JSON.stringify(otherDay)).toString('base64')}`;
  forged[1][3] = Buffer.from(Buffer.from(lines[3], 'base64').map((byte, i) => (i === 7 ? byte ^ 1 : byte))).toString('base64');
  for (const changed of forged) {
    const bad = join(temporaryFolder(), 'tampered');
    writeFileSync(bad, changed.join('\n'));
    const refused = await minzheng(['log', 'verify', bad, '--json']);
    assert.equal(refused.code, 1, refused.stdout + refused.stderr);
    assert.equal(refused.json.valid, false);
  }
});

// ---- the money -----------------------------------------------------------------------------

step('next month is prepared by one, approved by another, exported, and the bank answers', async () => {
  const cashier = await desk('cashier');
  await cashier.goto('/desk/#/payments');
  await cashier.locator('#batch-month').fill('2026-12'); // pasted: it counts without leaving the field
  await cashier.getByRole('button', { name: say('batch.prepare') }).click();
  await cashier.waitForURL((url) => /#\/payments\/\d+/.test(url.hash));
  const batch = cashier.url().split('/').pop();
  assert.match(await cashier.locator('h1').first().textContent(), /2026年12月/);
  await cashier.getByText(answers.applicant_name).first().waitFor();
  await fits(cashier);
  assert.equal(await cashier.getByRole('button', { name: say('batch.approve') }).count(), 0, 'the cashier may not approve');

  const finance = await desk('finance');
  await finance.goto(`/desk/#/payments/${batch}`);
  await finance.getByRole('button', { name: say('batch.approve') }).click();
  await finance.locator('.ant-modal-confirm').getByRole('button', { name: say('batch.approve') }).click();
  const api = await signIn(server.url, 'cashier');
  const state = async () => (await must(api.get(`/api/payments/batches/${batch}`))).batch;
  await until('approval', async () => (await state()).state === 'approved');
  await fits(finance);

  await cashier.reload();
  const [download] = await Promise.all([cashier.waitForEvent('download'), cashier.getByRole('button', { name: say('batch.export') }).click()]);
  const file = join(temporaryFolder(), 'bank.csv');
  await download.saveAs(file);
  const lines = readFileSync(file, 'utf8').replace(/^\uFEFF/, '').split(/\r?\n/).filter((line) => /^\d/.test(line));
  assert.ok(lines.some((line) => line.includes(answers.applicant_name)));
  await until('sent', async () => (await state()).state === 'sent');

  // The bank pays all but the last.
  const returns = lines.map((line, i) => {
    const [id, , , , amount] = line.split(',');
    return i < lines.length - 1 ? `${id},${amount},成功,` : `${id},${amount},失败,账号不存在`;
  });
  const answerFile = `付款编号,金额,状态,原因\n${returns.join('\n')}\n`;
  await cashier.locator('input[type=file]').setInputFiles({ name: 'returns.csv', mimeType: 'text/csv', buffer: Buffer.from(answerFile) });
  await cashier.getByRole('status').filter({ hasText: say('returns.title', { n: String(lines.length) }) }).waitFor();
  const end = await state();
  assert.ok(end.paid_fen > 0 && end.returned_fen > 0, JSON.stringify(end));
  assert.equal(end.paid_fen + end.returned_fen, end.total_fen);
  await fits(cashier);
  await screenshot(cashier, 'walk-batch');
});

step('the resident sees the payment', async () => {
  const { items } = await must(resident.get('/api/me/entitlements'));
  const payment = items.flatMap((item) => item.payments).find((one) => one.month === '2026-12');
  assert.ok(payment && ['paid', 'returned'].includes(payment.state), JSON.stringify(items));
  await phone.goto('/#/benefits');
  await phone.locator('main h1').waitFor();
  await fits(phone);
  await screenshot(phone, 'walk-benefits');
});

step('the store is whole after all that', async () => {
  const check = await minzheng(['check-store', '--json'], { env: { MINZHENG_DB: server.db, MINZHENG_NOW: NOW } });
  assert.equal(check.code, 0, check.stdout + check.stderr);
  const log = await minzheng(['log', 'verify', '--json'], { env: { MINZHENG_DB: server.db, MINZHENG_NOW: NOW } });
  assert.equal(log.code, 0, log.stdout + log.stderr);
});
