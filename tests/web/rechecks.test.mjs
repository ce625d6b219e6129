// 发放前复核, filled: registers tell something new of people who receive, the cashier asks again, and the
// officers press what there is to press.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { must } from '../support/api.mjs';
import { lookAt, STAFF_WAYS, startStage } from '../support/pages.mjs';

// What departments told since the decisions: a certificate of the blind, an income of a kind that no rule knows, somebody who left the household.
const NEWS = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
row = db.execute("SELECT max(recorded_at) FROM reg_income").fetchone()[0]
today = 20781
due = db.execute("SELECT e.district, e.payee, e.household FROM entitlement e WHERE e.scheme = 'dibao' AND e.state = 'active' AND e.division LIKE '110102020%' ORDER BY e.id").fetchall()
busy = set()
def free(want):
    for d, p, h in due:
        n = db.execute("SELECT count(*) FROM household_member WHERE district = ? AND household = ? AND superseded_at IS NULL AND valid_to IS NULL", (d, h)).fetchone()[0]
        if h not in busy and want(n):
            busy.add(h)
            return d, p, h
    sys.exit('too few receive')
def learn(table, columns, values, place):
    db.execute('INSERT INTO reg_%s (district, owner, id, recorded_at, valid_from, recorded_by, source, %s) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?)' % (table, columns), (place[0], place[1], place[1] + 5000000, row, today, 'test') + values)
d, p, h = free(lambda n: n > 1)
db.execute("UPDATE household_member SET valid_to = ? WHERE district = ? AND household = ? AND person <> ? AND superseded_at IS NULL", (today, d, h, p))
learn('disability', 'kind, grade', ('视力', 1), free(lambda n: True))
learn('income', 'kind, monthly_fen', ('不明来源', 2000000), free(lambda n: True))
`;

let stage;
before(async () => {
  stage = await startStage({ change: (db) => {
    const run = spawnSync('python3', ['-c', NEWS, db], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr + run.stdout);
  } });
  const run = await must((await stage.as('cashier')).post('/api/rechecks', { month: '2026-12', scheme: 'dibao' }));
  assert.ok(run.complete && run.higher >= 1 && run.lower >= 1 && run.failed >= 1, JSON.stringify(run));
});
after(() => stage?.stop());

const open = async (login, options = {}) => {
  const page = await stage.page(login, options);
  await page.goto('/desk/#/rechecks');
  await page.locator('.findings > li').first().waitFor();
  return page;
};
const of = (page, what) => page.locator('.findings > li').filter({ hasText: what });

for (const [way, options] of STAFF_WAYS)
  test(`the page with findings: ${way}`, { timeout: 120_000 }, async () => {
    const page = await open('clerk', options);
    await lookAt(page, `rechecks-filled-${way}`);
    await page.getByText(options.en ? 'is no longer in the register' : '现在名册里已没有').first().waitFor();
    assert.doesNotMatch(await page.locator('.findings').innerText(), /\b[a-z]+\.[a-z_]+\b/, 'a code where a sentence belongs');
    assert.match(await page.locator('.findings').innerText(), /工资性、经营净、财产净/);
    await page.context().close();
  });

async function press(page, what, button, words) {
  const finding = of(page, what).first();
  const id = await finding.locator('h2').getAttribute('id');
  await finding.getByRole('button', { name: button }).click();
  const dialog = page.getByRole('dialog');
  const { words: bounds } = await must((await stage.as('clerk')).get('/api/rechecks'));
  assert.equal(await dialog.locator('textarea').getAttribute('maxlength'), String(bounds.max));
  await dialog.getByText(`${bounds.min} 到 2,000 个字`).waitFor();
  await dialog.locator('textarea').fill('好'.repeat(bounds.min - 1));
  assert.ok(await dialog.getByRole('button', { name: button }).isDisabled());
  await dialog.locator('textarea').fill(words);
  await dialog.getByRole('button', { name: button }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator(`[id="${id}"]`).waitFor({ state: 'detached' });
  return id.replace('finding-', '');
}

test('granted, proposed, kept: each is closed, and the next run does not ask for it again', { timeout: 180_000 }, async () => {
  const [clerk, decider] = [await open('clerk'), await open('decider')];
  const found = async () => (await must((await stage.as('clerk')).get('/api/rechecks'))).items;
  const before = await found();
  await press(decider, '视力', '批准增发', '残疾人证，视力一级');
  await clerk.reload();
  const proposed = await press(clerk, '现在名册里已没有', '提出变动', '一名成员已不在户内');
  const kept = await press(clerk, '规则算不出来', '维持不变', '已核对，本月照发');
  assert.equal((await found()).length, before.length - 3);
  await must((await stage.as('cashier')).post('/api/rechecks', { month: '2026-12', scheme: 'dibao' }));
  const again = await found();
  for (const id of [proposed, kept]) {
    const { entitlement } = before.find((one) => one.id === id);
    assert.ok(!again.some((one) => one.entitlement === entitlement), `nothing new of ${entitlement}`);
  }
  await Promise.all([clerk, decider].map((page) => page.context().close()));
});
