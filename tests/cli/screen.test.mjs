// screen: everybody in a register against every scheme.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { COMMAND, ROOT, cleanEnvironment, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const CITY = join(folder, 'city');
const OUT = join(folder, 'all.csv');
const CLASSES = ['lead', 'possible', 'review', 'receiving'];

const rows = (file) =>
  readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => {
    const [scheme, household, member, cls, fen, missing, exact] = line.split(',');
    return { scheme, household, member, class: cls, monthly_fen: Number(fen), missing: missing ? missing.split(' ') : [], missing_exact: exact };
  });

let report;
let found;
before(async () => {
  const built = await minzheng(['snapshot', 'build', CITY, '--synthetic', '6000', '--seed', '11']);
  assert.equal(built.code, 0, built.stderr);
  const { code, stderr, json } = await minzheng(['screen', '--snapshot', CITY, '--out', OUT, '--json']);
  assert.equal(code, 0, stderr);
  report = json;
  found = rows(OUT);
});

describe('screen', () => {
  test('every scheme that registers can find is screened, and the sums are those of the rows', () => {
    const names = report.schemes.map((s) => s.scheme);
    assert.ok(['dibao', 'low_income', 'tekun', 'disability_care', 'disability_living', 'elderly_age', 'elderly_care', 'elderly_living', 'children'].every((s) => names.includes(s)));
    assert.ok(!names.includes('temporary'));
    for (const scheme of report.schemes) {
      for (const cls of CLASSES) {
        const here = found.filter((r) => r.scheme === scheme.scheme && r.class === cls).length;
        assert.equal(here, scheme[cls], `${scheme.scheme} ${cls}`);
        assert.equal(scheme.divisions.reduce((sum, d) => sum + d[cls], 0), here, `${scheme.scheme} ${cls} by division`);
      }
      assert.equal(scheme.error, 0, scheme.scheme);
    }
    assert.match(report.snapshot.sha256, /^[0-9a-f]{64}$/);
    assert.equal(report.snapshot.synthetic, true);
  });

  test('some are leads, some receive, some may qualify; only those who may have something missing', () => {
    for (const cls of CLASSES) assert.ok(found.some((r) => r.class === cls), cls);
    for (const row of found) {
      if (row.class === 'possible') assert.ok(row.missing.length > 0, JSON.stringify(row));
      else if (row.class !== 'receiving') assert.deepEqual(row.missing, [], JSON.stringify(row));
      if (row.class === 'possible' || row.class === 'review') assert.equal(row.monthly_fen, 0);
    }
  });

  test('columns and the engine of single cases say the same of every row', async () => {
    const small = join(folder, 'small');
    await minzheng(['snapshot', 'build', small, '--synthetic', '800', '--seed', '3']);
    const [a, b] = [join(folder, 'columns.csv'), join(folder, 'scalar.csv')];
    for (const [out, ...flag] of [[a], [b, '--scalar']]) {
      const { code, stderr } = await minzheng(['screen', '--snapshot', small, '--out', out, ...flag]);
      assert.equal(code, 0, stderr);
    }
    assert.ok(readFileSync(a, 'utf8').split('\n').length > 20);
    const [columns, scalar] = [rows(a), rows(b)];
    const said = ({ scheme, household, member, class: cls, monthly_fen }) => `${scheme} ${household} ${member} ${cls} ${monthly_fen}`;
    assert.deepEqual(columns.map(said).sort(), scalar.map(said).sort());
    // what is missing is the same where both prove it; a set that is not proven names at least that
    const other = new Map(scalar.map((row) => [said(row), row]));
    let proven = 0;
    for (const row of columns) {
      const { missing, missing_exact: exact } = other.get(said(row));
      if (row.missing_exact === '1') assert.ok(row.missing.every((name) => missing.includes(name)), said(row));
      if (exact === '1') assert.ok(missing.every((name) => row.missing.includes(name)), said(row));
      proven += row.missing_exact === '1' && exact === '1';
      assert.equal(row.missing_exact !== '', row.missing.length > 0, said(row));
    }
    assert.ok(proven > 5);
  });

  test('a row that the policy cannot decide for an error is told, so that it can be looked at', async () => {
    const packs = join(folder, 'packs');
    cpSync(join(ROOT, 'packs'), packs, { recursive: true });
    const file = join(packs, 'elderly-benefits/models/three-allowances.dmn');
    const text = readFileSync(file, 'utf8');
    const wrong = text.replace('id="t_d_age" hitPolicy="FIRST"', 'id="t_d_age" hitPolicy="UNIQUE"'); // rules that overlap
    assert.notEqual(wrong, text);
    writeFileSync(file, wrong);
    const out = join(folder, 'error.csv');
    const with_ = { env: { MINZHENG_PACKS: packs } };
    const { code, stderr, json } = await minzheng(['screen', '--snapshot', CITY, '--scheme', 'elderly_age', '--out', out, '--json'], with_);
    assert.equal(code, 0, stderr);
    const errors = rows(out).filter((row) => row.class === 'error');
    assert.ok(errors.length > 0);
    assert.equal(errors.length, json.schemes[0].error);
    const why = await minzheng(['screen', '--snapshot', CITY, '--scheme', 'elderly_age', '--explain', `${errors[0].household}:${errors[0].member}`], with_);
    assert.notEqual(why.code, 0);
    assert.match(why.stderr, /高龄津贴标准：规则“结果”计算出错.*只有一条规则成立/);
  });

  test('possible ones come last, those that lack the fewest and easiest facts first', () => {
    const [head, ...facts] = readFileSync(join(ROOT, 'packs/vocabulary.csv'), 'utf8').trim().split('\n');
    assert.ok(head.endsWith(',obtained'));
    const order = ['register', 'ask', 'document', 'authorise', 'visit', 'assess'];
    const effort = new Map(facts.map((line) => [line.split(',').slice(0, 2).join('.'), order.indexOf(line.slice(line.lastIndexOf(',') + 1)) + 1]));
    for (const scheme of new Set(found.map((r) => r.scheme))) {
      const mine = found.filter((r) => r.scheme === scheme);
      const first = mine.findIndex((r) => r.class === 'possible');
      if (first < 0) continue;
      const last = mine.slice(first);
      assert.ok(last.every((r) => r.class === 'possible'), scheme);
      const sums = last.filter((r) => r.missing.length < 40).map((r) => r.missing.reduce((sum, name) => sum + effort.get(name), 0));
      assert.ok(sums.every((s) => s > 0), scheme);
      assert.deepEqual(sums, [...sums].sort((x, y) => x - y), scheme);
    }
  });

  test('--fast finds the same leads and reviews, and no fewer possible ones, without naming what is missing', async () => {
    const out = join(folder, 'fast.csv');
    const { code, stderr } = await minzheng(['screen', '--snapshot', CITY, '--fast', '--out', out]);
    assert.equal(code, 0, stderr);
    const fast = rows(out);
    const key = (r) => `${r.scheme} ${r.household} ${r.member} ${r.class}`;
    const of = (list, cls) => list.filter((r) => r.class === cls).map(key);
    const open = new Set(of(fast, 'possible'));
    for (const name of of(found, 'possible')) assert.ok(open.has(name), name);
    const certain = new Set([...of(found, 'lead'), ...of(found, 'review')]);
    for (const name of [...of(fast, 'lead'), ...of(fast, 'review')]) assert.ok(certain.has(name), name);
    assert.ok(fast.every((r) => r.missing.length === 0));
  });

  test('one thread or four, the file is the same', async () => {
    const [one, four] = [join(folder, 'one.csv'), join(folder, 'four.csv')];
    await minzheng(['screen', '--snapshot', CITY, '--scheme', 'dibao', '--threads', '1', '--out', one]);
    await minzheng(['screen', '--snapshot', CITY, '--scheme', 'dibao', '--threads', '4', '--out', four]);
    assert.equal(readFileSync(one, 'utf8'), readFileSync(four, 'utf8'));
  });

  test('the reason of a row on demand', async () => {
    const lead = found.find((r) => r.class === 'lead' && !r.member);
    const { code, json } = await minzheng(['screen', '--snapshot', CITY, '--scheme', lead.scheme, '--explain', lead.household, '--json']);
    assert.equal(code, 0);
    assert.equal(json.outcome, 'eligible');
    assert.equal(json.monthly_fen, lead.monthly_fen);
    assert.ok(json.reasons.length > 0);
    const person = found.find((r) => r.class === 'lead' && r.member);
    const of = await minzheng(['screen', '--snapshot', CITY, '--scheme', person.scheme, '--explain', `${person.household}:${person.member}`, '--json']);
    assert.equal(of.json.monthly_fen, person.monthly_fen);
  });

  test('the plan says that nothing falls back to single cases', async () => {
    const { code, stdout } = await minzheng(['screen', '--snapshot', CITY, '--explain-plan']);
    assert.equal(code, 0);
    assert.match(stdout, /== dibao/);
  });

  test('said to people in both languages', async () => {
    for (const lang of ['zh', 'en']) {
      const { code, stdout, stderr } = await minzheng(['screen', '--snapshot', CITY, '--lang', lang]);
      assert.equal(code, 0);
      assert.doesNotMatch(stdout + stderr, /[{}]|screen\./);
    }
  });
});

const BAD = {
  'no snapshot named': [[], 2, '--snapshot'],
  'none there': [['--snapshot', join(folder, 'nowhere')], 3, 'manifest.json'],
  'a file in its place': [['--snapshot', join(ROOT, 'package.json')], 3, 'manifest.json'],
  'a scheme that does not exist': [['--snapshot', CITY, '--scheme', 'x'], 3, 'x'],
  'a day before any policy': [['--snapshot', CITY, '--scheme', 'dibao', '--as-of', '1990-01-01'], 3, ''],
  'a day that is none': [['--snapshot', CITY, '--as-of', 'soon'], 2, '--as-of'],
  'to explain without a scheme': [['--snapshot', CITY, '--explain', '1'], 2, '--scheme'],
  'to explain nobody': [['--snapshot', CITY, '--scheme', 'dibao', '--explain', '999999999999'], 3, '999999999999'],
  'to explain what is no number': [['--snapshot', CITY, '--scheme', 'dibao', '--explain', 'x;y'], 3, 'x;y'],
  'kept without each being decided': [['--snapshot', CITY, '--fast', '--keep', '--as', 'policy'], 2, '--fast'],
  'a file without a name': [['--snapshot', CITY, '--out', ''], 2, '--out'],
  'threads that are none': [['--snapshot', CITY, '--threads', '0'], 2, 'threads'],
  'a folder that is not there': [['--snapshot', CITY, '--scheme', 'dibao', '--out', join(folder, 'no/such/file.csv')], 4, 'no/such'],
};

describe('bad input', () => {
  for (const [what, [args, status, said]] of Object.entries(BAD))
    test(what, async () => {
      const { code, stderr } = await minzheng(['screen', ...args]);
      assert.equal(code, status, stderr);
      assert.ok(stderr.includes(said), stderr);
    });

  test('bytes that changed places within their range are found by their checksum', async () => {
    const out = join(folder, 'moved.csv');
    const file = readdirSync(CITY).filter((name) => name.endsWith('.value')).map((name) => join(CITY, name)).find((name) => statSync(name).size > 5000);
    const whole = readFileSync(file);
    const moved = Buffer.concat([whole.subarray(0, 64), whole.subarray(72), whole.subarray(64, 72)]);
    assert.notDeepEqual(moved, whole);
    writeFileSync(file, moved);
    const { code } = await minzheng(['screen', '--snapshot', CITY, '--scheme', 'dibao', '--out', out]);
    writeFileSync(file, whole);
    assert.equal(code, 3);
    assert.ok(!existsSync(out));
  });

  test('a figure past its review: exit 1, and it is named', async () => {
    const { code, stdout } = await minzheng(['screen', '--snapshot', CITY, '--scheme', 'dibao', '--as-of', '2035-01-01']);
    assert.equal(code, 1);
    assert.match(stdout, /参数\./);
  });

  test('a full disk behind standard output is exit 4', () => {
    for (const args of [['screen', '--snapshot', CITY, '--scheme', 'elderly_age', '--json'], ['simulate', '--cliff', '--json']]) {
      const run = spawnSync('/bin/sh', ['-c', '"$0" "$@" > /dev/full', COMMAND, ...args], { encoding: 'utf8', env: cleanEnvironment() });
      assert.equal(run.status, 4, args.join(' '));
    }
  });

  test('a damaged snapshot gives no result', async () => {
    const out = join(folder, 'damaged.csv');
    writeFileSync(join(folder, 'city-manifest'), readFileSync(join(CITY, 'manifest.json')));
    const text = readFileSync(join(CITY, 'manifest.json'), 'utf8');
    writeFileSync(join(CITY, 'manifest.json'), text.slice(0, text.length / 2));
    const { code } = await minzheng(['screen', '--snapshot', CITY, '--out', out]);
    writeFileSync(join(CITY, 'manifest.json'), text);
    assert.equal(code, 3);
    assert.ok(!existsSync(out) && !existsSync(`${out}.unfinished`));
  });
});
