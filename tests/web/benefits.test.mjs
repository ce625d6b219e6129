// The life of a benefit in the browser: lists, a benefit's page, proposing, serving, deciding; a death and what it left;
// the resident's own pages: what comes each month, the right to be heard, what is to be given back.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { lookAt, STAFF_WAYS, startStage, walk } from '../support/pages.mjs';

const RESIDENT_WAYS = [['phone, Chinese', { phone: true }], ['phone, English', { phone: true, en: true }], ['phone, elder mode', { phone: true, elder: true }], ['desktop, Chinese', {}]];

// Two who receive dibao in the clerk's division and sign in or not: the register learns that they died in August.
const DIED = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
rows = db.execute("SELECT e.district, e.payee, e.id, (SELECT count(*) FROM account a WHERE a.district = e.district AND a.person = e.payee) AS signs, "
  "(SELECT count(*) FROM payment p WHERE p.entitlement = e.id AND p.state = 'paid' AND p.month > 24319) AS paid FROM entitlement e " # 2026-08
  "WHERE e.scheme = 'dibao' AND e.state = 'active' AND e.division LIKE '110102020%' ORDER BY e.id").fetchall()
left = next(r for r in reversed(rows) if r[3] and r[4])
found = next(r for r in rows if not r[3])
for d, p, e, n, m in (left, found):
    db.execute("UPDATE person_record SET died_on = 20680 WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL", (d, p))
    print(e, n)
`;

let stage;
let alive; // { login, benefit } of a resident who answers
let gone; // { id, login } of the recovery
let second; // a death not confirmed yet
let proposal;
before(async () => {
  let dead = [];
  stage = await startStage({ change: (db) => {
    const run = spawnSync('python3', ['-c', DIED, db], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr + run.stdout);
    dead = run.stdout.trim().split('\n').map((line) => line.split(' ')[0]);
  } });
  const [clerk, decider, cashier] = await Promise.all(['clerk', 'decider', 'cashier'].map((login) => stage.as(login)));
  const { demo_accounts: accounts } = await must(clerk.get('/api/meta'));
  const owners = new Map();
  for (const { login, role } of accounts.filter((one) => one.role === 'resident'))
    for (const { id } of (await must((await stage.as(login)).get('/api/me/entitlements'))).items.filter((one) => one.state === 'active'))
      if ((await clerk.get(`/api/benefits/${id}`)).status === 200) owners.set(id, login);
  await must(cashier.post('/api/rechecks', { month: '2026-12', scheme: 'dibao' }));
  await must(decider.post(`/api/benefits/${dead[0]}/death`, { confirm: true, died: '2026-08-15', words: '死亡证明第 12 号' }));
  second = dead[1];
  const { recoveries } = await must(clerk.get(`/api/benefits/${dead[0]}`));
  gone = { id: recoveries[0].id, login: owners.get(dead[0]), benefit: dead[0], fen: recoveries[0].amount_fen };
  const [benefit, login] = [...owners].find(([id]) => !dead.includes(id)) ?? [];
  assert.ok(benefit, `a resident who lives: ${JSON.stringify([...owners])}, dead ${dead}`);
  const life = await must(clerk.get(`/api/benefits/${benefit}`));
  const lines = life.lines.map(({ member, item, monthly_fen }, i) => ({ member, item, monthly_fen: i ? monthly_fen : monthly_fen - 12345 }));
  ({ id: proposal } = await must(clerk.post('/api/proposals', { entitlement: benefit, kind: 'reduce', cause: '收入增加', event: '2026-11-01', lines, words: '十一月起工资增加到每月 2,000 元，依据445号 八(四)，拟从下月起减少。' }), 201));
  alive = { login, benefit };
});
after(() => stage?.stop());

const deskPages = () => ({
  clerk: { benefits: '/desk/#/benefits', benefit: `/desk/#/benefits/${alive.benefit}`, ended: `/desk/#/benefits/${gone.benefit}`, proposals: '/desk/#/proposals', proposal: `/desk/#/proposals/${proposal}`, recoveries: '/desk/#/recoveries', back: '/desk/#/recoveries/back', none: '/desk/#/proposals/77' },
  decider: { death: `/desk/#/benefits/${second}` },
  auditor: { statements: '/desk/#/statements' },
  cashier: { recovery: `/desk/#/recoveries/${gone.id}` },
});
for (const [way, options] of STAFF_WAYS)
  test(`the desk's pages of benefits: ${way}`, { timeout: 300_000 }, async (t) => {
    for (const [login, pages] of Object.entries(deskPages())) await walk(t, stage, { login, pages, name: `benefits-${way}`, options });
  });

for (const [way, options] of RESIDENT_WAYS)
  test(`what is published, before anybody signs in: ${way}`, { timeout: 60_000 }, async (t) => {
    await walk(t, stage, { login: null, pages: { notices: '/#/notices' }, name: `public-${way}`, options });
  });

test('statements are kept as files, at the desk and at home', { timeout: 120_000 }, async () => {
  const [auditor, clerk, home] = [await stage.page('auditor'), await stage.page('clerk'), await stage.page(alive.login, { phone: true })];
  const kept = async (page, button) => (await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: button }).click()]))[0].suggestedFilename();
  await auditor.goto('/desk/#/statements');
  await auditor.locator('#statement-by').selectOption('fund');
  await auditor.getByRole('rowheader', { name: '区级资金' }).first().waitFor();
  assert.match(await kept(auditor, '存 XLSX'), /^statement-fund-2026-01-2026-11\.xlsx$/);
  await clerk.goto(`/desk/#/benefits/${alive.benefit}`);
  assert.match(await kept(clerk, /本人对账单：存 CSV/), /\.csv$/);
  await home.goto('/#/benefits');
  assert.match(await kept(home, /一年的对账单/), /\.pdf$/);
  await Promise.all([auditor, clerk, home].map((page) => page.context().close()));
});

const field = (dialog, label) => dialog.getByLabel(label);
async function dialogOf(page, button) {
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  return dialog;
}
const say = async (dialog, words, ok) => {
  await dialog.locator('textarea').fill(words);
  await dialog.getByRole('button', { name: ok, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
};

test('a proposal through the browser: served, answered at home, decided, and served', { timeout: 180_000 }, async () => {
  const clerk = await stage.page('clerk');
  await clerk.goto(`/desk/#/proposals/${proposal}`);
  const serving = await dialogOf(clerk, '登记告知书送达');
  await serving.locator('select').selectOption('electronic');
  await lookAt(clerk, 'benefits-serve');
  await serving.getByRole('button', { name: '登记告知书送达' }).click();
  await serving.waitFor({ state: 'detached' });
  for (const [way, options] of RESIDENT_WAYS) {
    const page = await stage.page(alive.login, options);
    await page.goto('/#/benefits');
    await page.locator('#one-card').waitFor();
    await lookAt(page, `my-benefits-${way}`);
    await page.goto(`/#/proposal/${proposal}`);
    await page.locator('#act-text').waitFor();
    await lookAt(page, `my-proposal-${way}`);
    await page.context().close();
  }
  const home = await stage.page(alive.login, { phone: true });
  await home.goto('/#/benefits');
  await home.getByRole('link', { name: '看理由，说明情况' }).click();
  await home.getByRole('button', { name: '提交' }).click();
  await home.getByText('请写下您要说明的情况').first().waitFor();
  await home.locator('#act-text').fill('那笔收入只有一次');
  await home.getByRole('button', { name: '提交' }).click();
  await home.locator('blockquote', { hasText: '那笔收入只有一次' }).waitFor();
  const decider = await stage.page('decider');
  await decider.goto(`/desk/#/proposals/${proposal}`);
  await decider.locator('blockquote', { hasText: '那笔收入只有一次' }).waitFor();
  const deciding = await dialogOf(decider, '同意变更');
  await say(deciding, '工资单证明每月都有', '同意变更');
  await clerk.reload();
  const served = await dialogOf(clerk, '登记决定送达');
  await served.getByRole('button', { name: '登记决定送达' }).click();
  await served.waitFor({ state: 'detached' });
  await clerk.getByText('办理完毕').waitFor();
  await lookAt(clerk, 'benefits-proposal-done');
  await home.reload();
  await home.getByText('行政复议').waitFor();
  await lookAt(home, 'my-proposal-decided');
  await Promise.all([clerk, decider, home].map((page) => page.context().close()));
});

test('corrected by hand: proposed with its month, decided by another at once', { timeout: 120_000 }, async () => {
  const page = await stage.page('clerk');
  await page.goto(`/desk/#/benefits/${alive.benefit}`);
  const dialog = await dialogOf(page, '提出变更');
  const ok = dialog.getByRole('button', { name: '提出变更' });
  await dialog.locator('#propose-kind').selectOption('correct');
  await field(dialog, '事由').fill('标准算错');
  await dialog.locator('#propose-event').fill('2026-11-02');
  await dialog.locator('#propose-event').press('Tab');
  await dialog.locator('textarea').fill('应按新标准计算');
  await dialog.locator('#propose-line-0').fill('1.05');
  await dialog.getByText('合计须高于').waitFor();
  await dialog.locator('#propose-line-0').fill('99999');
  assert.ok(await ok.isDisabled(), 'no month yet');
  await dialog.locator('#propose-month').selectOption({ index: 1 });
  await lookAt(page, 'benefits-correct');
  for (const [way, options] of [['phone', { phone: true }], ['phone-English', { phone: true, en: true }], ['English', { en: true }]]) {
    const other = await stage.page('clerk', options);
    await other.goto(`/desk/#/benefits/${alive.benefit}`);
    const same = await dialogOf(other, options.en ? 'Propose a change' : '提出变更');
    await same.locator('#propose-kind').selectOption('correct');
    await same.locator('#propose-line-0').fill('1.05');
    await same.getByText(options.en ? 'must be above' : '合计须高于').waitFor();
    await lookAt(other, `benefits-correct-${way}`);
    await other.context().close();
  }
  await ok.click();
  await page.getByRole('heading', { name: /更正待遇/ }).waitFor();
  await page.getByText('对本人有利，不必先听取意见').waitFor();
  const decider = await stage.page('decider');
  await decider.goto(page.url().slice(page.url().indexOf('/desk')));
  await lookAt(decider, 'benefits-correct-decide');
  await say(await dialogOf(decider, '同意变更'), '核对无误', '同意变更');
  await decider.getByText('由街道经办把决定送达本人').waitFor();
  await decider.getByText(/民待决字〔\d{4}〕\d{5}号/).waitFor();
  for (const [way, options] of RESIDENT_WAYS) { // he was not heard, and sees it all the same
    const home = await stage.page(alive.login, options);
    await home.goto('/#/benefits');
    await home.getByRole('link', { name: options.en ? /was corrected/ : /已更正/ }).first().click();
    await home.getByText(options.en ? 'to your advantage' : '对您有利').first().waitFor();
    await home.getByText('核对无误').waitFor();
    await lookAt(home, `my-corrected-${way}`);
    await home.context().close();
  }
  await Promise.all([page, decider].map((one) => one.context().close()));
});

test('proposed by hand: only less than now, and it stands in the list', { timeout: 120_000 }, async () => {
  const page = await stage.page('clerk', { phone: true });
  await page.goto(`/desk/#/benefits/${alive.benefit}`);
  const dialog = await dialogOf(page, '提出变更');
  const ok = dialog.getByRole('button', { name: '提出变更' });
  await field(dialog, '事由').fill('家庭人口变化');
  await dialog.locator('#propose-event').fill('2026-11-02');
  await dialog.locator('#propose-event').press('Tab');
  await dialog.locator('textarea').fill('一名成员已不在户内，依据445号 八(四)');
  assert.ok(await ok.isDisabled(), 'nothing is lower yet');
  await dialog.locator('#propose-line-0').fill('100000000');
  await dialog.getByText('合计须低于').waitFor();
  await dialog.locator('#propose-line-0').fill('1.05');
  await dialog.getByText('变更后合计').waitFor();
  await lookAt(page, 'benefits-propose');
  await ok.click();
  await page.getByRole('heading', { name: /减少待遇/ }).waitFor();
  await page.locator('.figures').getByText('¥1.05').waitFor();
  await page.context().close();
});

test('a recovery through the browser: planned, paid in part, waived by another', { timeout: 180_000 }, async () => {
  const [clerk, cashier, finance] = await Promise.all(['clerk', 'cashier', 'finance'].map((login) => stage.page(login)));
  await clerk.goto(`/desk/#/recoveries/${gone.id}`);
  const plan = await dialogOf(clerk, '约定分期');
  await plan.locator('#plan-number').fill('2');
  await plan.locator('#plan-first').fill('2026-12-31');
  await plan.locator('#plan-first').press('Tab');
  await plan.getByText('2027年1月31日').waitFor();
  await lookAt(clerk, 'benefits-plan');
  await plan.getByRole('button', { name: '约定分期' }).click();
  await plan.waitFor({ state: 'detached' });
  await cashier.goto(`/desk/#/recoveries/${gone.id}`);
  const receive = await dialogOf(cashier, '登记还款');
  await field(receive, '金额（元）').fill('999999999');
  await receive.locator('textarea').fill('银行回单第 3 号');
  assert.ok(await receive.getByRole('button', { name: '登记还款' }).isDisabled());
  await field(receive, '金额（元）').fill(((gone.fen - 1000) / 100).toFixed(2));
  await say(receive, '银行回单第 3 号', '登记还款');
  await clerk.reload();
  const ask = await dialogOf(clerk, '申请减免');
  await say(ask, '家属困难，依据财政规定', '申请减免');
  await finance.goto(`/desk/#/recoveries/${gone.id}`);
  for (const [way, options] of STAFF_WAYS) {
    const page = await stage.page('finance', options);
    await page.goto(`/desk/#/recoveries/${gone.id}`);
    await page.locator('.bullets .mark').first().waitFor();
    await lookAt(page, `benefits-recovery-full-${way}`);
    await page.context().close();
  }
  const grant = await dialogOf(finance, '同意减免');
  await say(grant, '同意', '同意减免');
  await finance.locator('.page-head .mark', { hasText: '已结清' }).waitFor();
  if (gone.login)
    for (const [way, options] of RESIDENT_WAYS) {
      const page = await stage.page(gone.login, options);
      await page.goto(`/#/recovery/${gone.id}`);
      await page.locator('.sum-figure').waitFor();
      await lookAt(page, `my-recovery-${way}`);
      await page.context().close();
    }
  await Promise.all([clerk, cashier, finance].map((page) => page.context().close()));
});
