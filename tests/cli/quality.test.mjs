// How good the registers are, by command: counted twice the same, the rows behind a figure are as many as the figure, work opens and is mended.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { minzheng, minzhengOk, ROOT, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const db = join(folder, 'minzheng.db');
const env = { MINZHENG_NOW: '2026-11-24T09:30:00+08:00', MINZHENG_DB: db };
const run = (...args) => minzheng(args, { env });
const json = async (...args) => JSON.parse((await minzhengOk([...args, '--json'], { env })).stdout);
const change = (sql) => execFileSync('python3', ['-c', 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); c.execute(sys.argv[2])', db, sql]);
const rules = (shown) => new Map(shown.registers.flatMap((one) => one.rules).map((one) => [one.id, one]));
const rowsOf = async (rule, ...more) => {
  const items = [];
  for (let cursor = []; ;) {
    const page = await json('quality', 'rows', rule, '--as', 'district', ...cursor, ...more);
    items.push(...page.items);
    if (!page.next_cursor) return items;
    cursor = ['--cursor', page.next_cursor];
  }
};

before(() => minzhengOk(['demo', '--district', '110102', '--people', '800', '--seed', '5'], { env }));

describe('data quality', () => {
  test('before a check there is nothing, and a figure is no zero', async () => {
    const shown = await json('quality', 'show', '--as', 'leader');
    assert.equal(shown.day, null);
    assert.deepEqual(shown.work, []);
  });

  test('a check counts; what fails is listed, as many as the figure says, masked', async () => {
    const people = 'SELECT person FROM person_record WHERE superseded_at IS NULL AND valid_to IS NULL ORDER BY person';
    change(`UPDATE person SET phone = NULL WHERE id IN (${people} LIMIT 120)`);
    change(`UPDATE person_record SET died_on = birth - 1 WHERE person = (${people} LIMIT 1 OFFSET 200)`);
    change("UPDATE reg_facility SET care_beds = beds + 1 WHERE id = (SELECT min(id) FROM reg_facility WHERE beds IS NOT NULL AND superseded_at IS NULL)");
    const first = await json('quality', 'run', '--as', 'district');
    assert.ok(first.rows > 800 && first.asked > first.rows && first.bad > 100 && first.opened > 0, JSON.stringify(first));
    const again = await json('quality', 'run', '--as', 'district');
    assert.deepEqual([again.rows, again.asked, again.bad, again.opened, again.done], [first.rows, first.asked, first.bad, 0, 0]);
    const shown = await json('quality', 'show', '--as', 'district');
    const by = rules(shown);
    assert.equal(by.get('population.death').bad, 1);
    assert.ok(by.get('facility.beds').bad >= 1);
    assert.equal(by.get('population.phone').trend.length, 1);
    for (const rule of ['population.phone', 'population.death', 'facility.beds', 'population.registered']) {
      const rows = await rowsOf(rule);
      assert.equal(rows.length, by.get(rule).bad, rule);
      assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
      if (rule.startsWith('population')) for (const { title } of rows) assert.match(title, /^.＊+ \d{6}\*{8}/);
    }
    assert.equal(shown.places.reduce((sum, one) => sum + one.bad, 0), [...by.values()].reduce((sum, one) => sum + one.bad, 0));
    assert.ok(shown.work.every((one) => one.bad > 0 && one.due_on > '2026-11-24'));
  });

  test('a place counts its own, and what is not his is refused', async () => {
    const clerk = await json('quality', 'show', '--as', 'clerk');
    assert.equal(clerk.division, '110102020');
    const whole = rules(await json('quality', 'show', '--as', 'district'));
    for (const [id, rule] of rules(clerk)) assert.ok(rule.bad <= whole.get(id).bad, id);
    assert.equal((await rowsOf('population.phone', '--division', '110102020')).length, rules(clerk).get('population.phone').bad);
    assert.equal((await run('quality', 'show', '--division', '110102001', '--as', 'clerk')).code, 1);
    assert.equal((await run('quality', 'run', '--as', 'clerk')).code, 1);
    assert.equal((await run('quality', 'rows', 'population.phone', '--as', 'cashier')).code, 1);
    assert.equal((await run('quality', 'rows', 'no.rule', '--as', 'district')).code, 3);
    assert.equal((await run('quality')).code, 2);
  });

  test('what is mended is done at the next check, and the trend shows it', async () => {
    change('UPDATE person_record SET died_on = NULL WHERE died_on < birth');
    const r = JSON.parse((await minzhengOk(['quality', 'run', '--as', 'district', '--json'], { env: { ...env, MINZHENG_NOW: '2026-11-25T09:30:00+08:00' } })).stdout);
    assert.ok(r.done >= 1);
    const { trend, bad } = rules(await json('quality', 'show', '--as', 'district')).get('population.death');
    assert.deepEqual([bad, trend.map((one) => one.bad)], [0, [0, 1]]);
  });

  test('a rule that says nothing stops with its name', async () => {
    const packs = join(folder, 'packs');
    cpSync(join(ROOT, 'packs'), packs, { recursive: true });
    for (const [rule, part] of [[{ test: '现住址 = = 1' }, 'test'], [{ test: '没有这个 != null' }, null], [{ kind: 'good' }, 'kind'], [{ register: 'nobody' }, 'register'], [{ test: '年龄' }, 'test'], [{ allowed: 2000 }, 'allowed']]) {
      const base = { id: 'x.y', register: 'population', kind: 'complete', zh: '一', en: 'One', test: '现住址 != null', allowed: 0, owner: 'clerk', days: 1 };
      writeFileSync(join(packs, 'base', 'quality.json'), JSON.stringify({ rules: [{ ...base, ...rule }] }));
      const r = await minzheng(['quality', 'run', '--as', 'district'], { env: { ...env, MINZHENG_PACKS: packs } });
      if (part) {
        assert.equal(r.code, 3, JSON.stringify(rule));
        assert.match(r.stderr, new RegExp(`x\\.y.*${part}`));
      }
    }
  });
});
