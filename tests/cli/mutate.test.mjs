// minzheng dmn mutate: a scheme whose every rule and figure is held by a worked case, or by a reason.

import assert from 'node:assert/strict';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const mutate = (...options) => minzheng(['dmn', 'mutate', ...options, '--json']);

describe('dmn mutate', () => {
  test('the age allowance: every mutation is noticed, or has its reason', async () => {
    const { code, json } = await mutate('elderly_age');
    assert.deepEqual(json.results.filter((r) => r.fate === 'survived').map((r) => `${r.file}: ${r.mutation}`), []);
    assert.equal(json.stale, 0);
    assert.equal(code, 0);
    assert.equal(json.tried, json.mutants);
    assert.equal(json.killed + json.justified + json.broken, json.tried);
    assert.ok(json.killed > 10 * json.justified);
    // Rules, cells, thresholds in expressions, imported models and dated figures are all among them.
    for (const kind of [/ delete$/, /: true → -$/, /: \d+ → \d+$/, /and .*→ or/, /<=|>=/]) {
      assert.ok(json.results.some((r) => kind.test(r.mutation)), String(kind));
    }
    for (const file of ['elderly-benefits/matters/elderly_age/decision.dmn', 'elderly-benefits/models/three-allowances.dmn', 'common/models/person.dmn', 'elderly-benefits/parameters.csv']) {
      assert.ok(json.results.some((r) => r.file === file), file);
    }
    for (const r of json.results) assert.equal(Boolean(r.case), r.fate === 'killed', r.mutation);
  });

  test('every scheme: no mutation is left unnoticed without a reason', { timeout: 300_000 }, async () => {
    const { code, json } = await mutate('--all');
    assert.deepEqual(json.results.filter((r) => r.fate === 'survived').map((r) => `${r.file}: ${r.mutation}`), []);
    assert.equal(json.stale, 0);
    assert.equal(code, 0);
    assert.ok(json.killed > 10 * json.justified && json.killed > 2000);
  });

  test('without its cases nothing is noticed; a reason for what is noticed is stale', async () => {
    const packs = join(temporaryFolder(), 'packs');
    cpSync(join(ROOT, 'packs'), packs, { recursive: true });
    const reasons = join(packs, 'elderly-benefits/mutants.csv');
    const kept = readFileSync(reasons, 'utf8');
    writeFileSync(reasons, `${kept}models/three-allowances.dmn,r_age_eighty delete,wrongly\n`);
    const stale = await mutate('elderly_age', '--packs', packs);
    assert.equal(stale.json.stale, 1);
    assert.equal(stale.code, 1);
    for (const matter of ['elderly_age', 'elderly_living', 'elderly_care']) rmSync(join(packs, 'elderly-benefits/matters', matter, 'cases'), { recursive: true });
    for (const matter of ['disability_living', 'disability_care']) rmSync(join(packs, 'disability/matters', matter, 'cases'), { recursive: true });
    const { code, json } = await mutate('elderly_age', '--packs', packs, '--limit', '20');
    // What other schemes share is still noticed by theirs.
    assert.deepEqual(json.results.filter((r) => r.fate === 'killed' && r.file.startsWith('elderly-benefits/')), []);
    assert.ok(json.tried <= 20 && json.survived > 0);
    assert.equal(code, 1);
    // The same with the cases in a folder beside the packs.
    const with_cases = await mutate('elderly_age', '--packs', packs, '--limit', '20', '--cases', join(ROOT, 'packs/elderly-benefits/matters/elderly_age/cases'));
    assert.ok(with_cases.json.killed > json.killed);
  });

  test('a case that is wrong already judges nothing', async () => {
    const folder = temporaryFolder();
    const file = join(ROOT, 'packs/elderly-benefits/matters/elderly_age/cases/own-001.json');
    const wrong = JSON.parse(readFileSync(file, 'utf8'));
    wrong.expected.monthly_fen += 1;
    writeFileSync(join(folder, 'wrong.json'), JSON.stringify({ ...wrong, id: 'wrong-case' }));
    const { code, stderr } = await mutate('elderly_age', '--cases', folder);
    assert.equal(code, 3);
    assert.match(stderr, /wrong-case/);
  });

  test('refused: no scheme, an unknown one, a folder that is not there, a limit that is no number', async () => {
    assert.equal((await mutate()).code, 2);
    assert.equal((await mutate('dibaoo')).code, 3);
    assert.equal((await mutate('--all', 'dibao')).code, 2);
    assert.equal((await mutate('elderly_age', '--cases', '/nowhere')).code, 3);
    assert.equal((await mutate('elderly_age', '--limit', 'x')).code, 2);
  });
});
