// simulate: a reform over a register, and the cliff along the earnings of typical households.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const DAY = '2026-11-01';
const SNAPSHOT = join(folder, 'city');
const SHARED = join(ROOT, 'packs/elderly-benefits/models/three-allowances.dmn');
const DIBAO = join(ROOT, 'packs/assistance/matters/dibao/decision.dmn');

// what households have of a scheme: what they qualify for, and where that is open what is paid today
const inHand = (side) => side.entitled_fen + side.open_drawing_fen;
const table = (file) => {
  const [header, ...rows] = readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i]])));
};

describe('the cliff', () => {
  let cliffs;
  before(async () => {
    const { code, json } = await minzheng(['simulate', '--cliff', '--as-of', DAY, '--set', '低保标准=1600', '--json']);
    assert.equal(code, 0);
    cliffs = json.cliffs;
  });

  test('what is in hand is earned, other income and the benefits that decide --all proposes', async () => {
    const typical = JSON.parse(readFileSync(join(ROOT, 'packs/common/typical.json'), 'utf8'));
    for (const { id, earner, facts } of typical) {
      const points = cliffs.find((c) => c.id === id).before;
      const at = points.find((p) => p.earned_fen === 220000);
      const members = facts.户.成员.map((m) => (m.编号 === earner ? { ...m, 就业状态: '在职职工', 收入: [{ 类别: '工资性', 月金额: at.earned_fen / 100 }] } : m));
      const file = join(folder, `${id}.json`);
      writeFileSync(file, JSON.stringify({ ...facts, 日期: DAY, 户: { ...facts.户, 成员: members } }));
      const { json } = await minzheng(['decide', '--all', '--input', file, '--json']);
      assert.equal(at.benefit_fen, json.proposal.monthly_fen, id);
      const other = members.filter((m) => m.编号 !== earner).flatMap((m) => m.收入).reduce((sum, i) => sum + i.月金额 * 100, 0);
      assert.equal(at.in_hand_fen, at.earned_fen + other + at.benefit_fen, id);
    }
  });

  test('somebody who lives alone: 445号 by hand, before and with a standard of 1,600 yuan', () => {
    const { before: now, after: then } = cliffs.find((c) => c.id === 'alone');
    const hand = (points, yuan) => points.find((p) => p.earned_fen === yuan * 100).in_hand_fen / 100;
    assert.equal(hand(now, 0), 1450); // 九(一): 1450 - 0
    assert.equal(hand(now, 1000), 2450); // 十一: wages up to 80 % of the standard are kept
    assert.equal(hand(then, 0), 1600);
    assert.equal(hand(now, 8000), 8000);
  });

  test('on a day of another year the households are as old as they are called', async () => {
    const of = async (day) => (await minzheng(['simulate', '--cliff', '--as-of', day, '--json'])).json.cliffs;
    for (const day of ['2016-08-01', '2019-05-01']) assert.deepEqual((await of(day)).map((c) => [c.id, c.before.length]), cliffs.map((c) => [c.id, c.before.length]));
  });

  test('where it falls is marked, and the deepest fall is told', () => {
    for (const { id, before: points, worst_before_fen: worst } of cliffs) {
      let deepest = 0;
      points.forEach((p, i) => {
        const fall = i === 0 ? 0 : points[i - 1].in_hand_fen - p.in_hand_fen;
        assert.equal(p.falls, fall > 0, `${id} ${p.earned_fen}`);
        if (fall > 0) assert.ok(p.marginal_permille > 1000, id);
        deepest = Math.max(deepest, fall);
      });
      assert.equal(worst, deepest, id);
    }
    assert.ok(cliffs.some((c) => c.worst_before_fen > 0));
  });
});

describe('a reform', () => {
  before(async () => {
    const { code, stderr } = await minzheng(['snapshot', 'build', SNAPSHOT, '--synthetic', '3000', '--seed', '5']);
    assert.equal(code, 0, stderr);
  });

  test('a higher standard: more qualify, nobody of them loses by it, and every table adds up', async () => {
    const out = join(folder, 'reform');
    const { code, stderr, json } = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--set', '低保标准=1800', '--margin', '100', '--line', '1450', '--out', out, '--json']);
    assert.equal(code, 0, stderr);
    assert.deepEqual(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')), json);
    const dibao = json.schemes.find((s) => s.scheme === 'dibao');
    assert.ok(dibao.changed);
    assert.ok(dibao.before.entitled > 0);
    assert.ok(dibao.after.entitled > dibao.before.entitled);
    assert.ok(dibao.after.entitled_fen > dibao.before.entitled_fen);
    for (const scheme of json.schemes) {
      for (const side of ['before', 'after'])
        for (const key of ['entitled', 'entitled_fen', 'drawing', 'drawing_fen', 'open', 'open_drawing', 'open_drawing_fen', 'unsure', 'error'])
          for (const parts of ['divisions', 'types'])
            assert.equal(scheme[parts].reduce((sum, part) => sum + part[side][key], 0), scheme[side][key], `${scheme.scheme} ${parts} ${side} ${key}`);
      if (!scheme.changed) assert.deepEqual(scheme.after, scheme.before, scheme.scheme);
    }
    assert.equal(json.bands.reduce((sum, band) => sum + band.households, json.unsettled.households), json.households);
    const change = json.schemes.reduce((sum, s) => sum + inHand(s.after) - inHand(s.before), 0);
    assert.equal(json.bands.reduce((sum, band) => sum + band.sum_fen, json.unsettled.sum_fen), change);
    assert.ok(json.measures.after.fgt1 <= json.measures.before.fgt1 && json.measures.before.fgt1 <= json.measures.without.fgt1);
    assert.ok(json.margin.before.households > 0 && json.margin.before.cliff <= json.margin.before.above_80);
    const schemes = table(join(out, 'schemes.csv'));
    assert.deepEqual(schemes.map((row) => [row.scheme, Number(row.entitled_after)]), json.schemes.map((s) => [s.scheme, s.after.entitled]));
    for (const name of ['divisions', 'types', 'bands', 'measures', 'cliff']) assert.ok(table(join(out, `${name}.csv`)).length > 1, name);
    assert.deepEqual(table(join(out, 'unsettled.csv')).map((row) => Number(row.households)), [json.unsettled.households]);
    // the report says by itself what it is of
    assert.ok(json.snapshot.synthetic && /^[0-9a-f]{64}$/.test(json.snapshot.sha256));
  });

  test('the same policy as another file changes nothing; a changed text does', async () => {
    const same = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--scheme', 'dibao', '--dmn', DIBAO, '--json']);
    assert.equal(same.code, 0, same.stderr);
    assert.deepEqual(same.json.schemes[0].after, same.json.schemes[0].before);
    const text = readFileSync(DIBAO, 'utf8');
    const changed = text.replace('本户收入 &gt;= 低保标准 * 低保人数', '本户收入 &gt;= 低保标准 * 0.5 * 低保人数');
    assert.notEqual(changed, text);
    const file = join(folder, 'changed.dmn');
    writeFileSync(file, changed);
    const other = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--scheme', 'dibao', '--dmn', file, '--json']);
    assert.equal(other.code, 0, other.stderr);
    assert.notDeepEqual(other.json.schemes[0].after, other.json.schemes[0].before);
  });

  test('who is in payment is counted whether or not he can be decided; what is settled on one side alone is nobody\'s gain', async () => {
    const { json } = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--set', '老年人年龄=150', '--json']);
    const found = (await minzheng(['screen', '--snapshot', SNAPSHOT, '--json'])).json;
    for (const { before, scheme } of json.schemes) {
      const { receiving } = found.schemes.find((one) => one.scheme === scheme);
      assert.equal(before.drawing + before.open_drawing, receiving, scheme);
    }
    const opened = json.schemes.filter((one) => one.before.open !== one.after.open);
    assert.ok(opened.length > 0 && json.unsettled.households > 0, 'the reform settles some that were open');
    assert.equal(json.bands.reduce((sum, band) => sum + band.households, json.unsettled.households), json.households);
    const change = json.schemes.reduce((sum, s) => sum + inHand(s.after) - inHand(s.before), 0);
    assert.equal(json.bands.reduce((sum, band) => sum + band.sum_fen, json.unsettled.sum_fen), change);
  });

  test('a text that asks for what is no fact is refused, and two of one policy', async () => {
    const text = readFileSync(DIBAO, 'utf8');
    for (const [from, to] of [['m.婚姻状况 in', 'm.新栏 in'], ['申请.单独申请', '申请.没有这一栏']]) {
      const file = join(folder, 'unknown.dmn');
      assert.notEqual(text.replace(from, to), text);
      writeFileSync(file, text.replace(from, to));
      const { code, json } = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--dmn', file, '--json']);
      assert.deepEqual([code, json.problem.code, json.problem.where], [3, 'decision.text_wrong', file], to);
      const check = await minzheng(['dmn', 'check', '--policy', file]);
      assert.equal(check.code, 1, 'the check that the sentence names finds it, wherever the file lies');
    }
    const same = join(folder, 'same.dmn');
    writeFileSync(same, text);
    const { json } = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--dmn', DIBAO, '--dmn', same, '--json']);
    assert.equal(json.problem.code, 'decision.text_twice');
    const one = (await minzheng(['simulate', '--snapshot', SNAPSHOT, '--scheme', 'dibao', '--dmn', same, '--json'])).json;
    assert.deepEqual(one.only, ['dibao']); // other benefits are nobody's income in it
    assert.deepEqual([one.texts[0].name, one.texts[0].sha256.length], [same, 64]);
  });

  test('a figure has the bounds of its unit', async () => {
    for (const set of ['老年人年龄=151', '就业奖励比例=1001', '女性退休月龄=1801', '低保标准=10000001', '低保标准=-1']) {
      const { code, json } = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--set', set, '--json']);
      assert.deepEqual([code, json.problem.code], [3, 'simulation.range'], set);
    }
  });

  test('a changed shared model is read by every policy that imports it', async () => {
    const of = (file) => minzheng(['simulate', '--snapshot', SNAPSHOT, '--scheme', 'elderly_age', '--scheme', 'elderly_living', '--dmn', file, '--json']);
    const same = await of(SHARED);
    assert.equal(same.code, 0, same.stderr);
    for (const s of same.json.schemes) assert.deepEqual(s.after, s.before);
    const text = readFileSync(SHARED, 'utf8');
    const later = text.replace('date("2019-10-01")', 'date("2099-01-01")');
    assert.notEqual(later, text);
    const file = join(folder, 'later.dmn');
    writeFileSync(file, later);
    const changed = await of(file);
    assert.equal(changed.code, 0, changed.stderr);
    for (const s of changed.json.schemes) assert.equal(s.after.entitled, 0, s.scheme);
    assert.ok(changed.json.schemes.some((s) => s.before.entitled > 0));
  });

  test('what is counted as open is what screening finds possible, whatever the threads', async () => {
    const of = (threads) => minzheng(['simulate', '--snapshot', SNAPSHOT, '--scheme', 'dibao', '--set', '低保标准=1500', '--threads', threads, '--json']);
    const [one, three] = [await of('1'), await of('3')];
    assert.equal(one.code, 0, one.stderr);
    assert.deepEqual(one.json.schemes, three.json.schemes);
    const found = await minzheng(['screen', '--snapshot', SNAPSHOT, '--scheme', 'dibao', '--json']);
    for (const [i, scheme] of found.json.schemes.entries()) {
      const { open, unsure, entitled } = one.json.schemes[i].before;
      const receiving = scheme.receiving; // some of them are open too
      assert.ok(unsure < open, `${open} ${unsure}`);
      assert.ok(scheme.possible <= open && open <= scheme.possible + receiving, `${scheme.scheme} ${open} ${scheme.possible} ${receiving}`);
      assert.ok(scheme.lead <= entitled && entitled <= scheme.lead + receiving);
    }
  });

  test('a scheme that asks for another sees what the reform begins and ends, whatever the threads', async () => {
    const of = async (threads) => (await minzheng(['simulate', '--snapshot', SNAPSHOT, '--set', '低保标准=900', '--threads', threads, '--json'])).json;
    const [one, three] = [await of('1'), await of('3')];
    assert.deepEqual(one.schemes, three.schemes);
    const fed = one.schemes.filter((s) => s.fed > 0).map((s) => s.scheme);
    assert.ok(fed.includes('low_income') && fed.includes('elderly_living') && !fed.includes('dibao') && !fed.includes('elderly_age'), fed.join());
    for (const scheme of one.schemes)
      for (const key of ['entitled', 'entitled_fen', 'drawing', 'drawing_fen', 'open', 'open_drawing', 'open_drawing_fen', 'unsure', 'error'])
        for (const parts of ['divisions', 'types']) assert.equal(scheme[parts].reduce((sum, part) => sum + part.after[key], 0), scheme.after[key], `${scheme.scheme} ${key}`);
    assert.equal(one.bands.reduce((sum, band) => sum + band.sum_fen, one.unsettled.sum_fen), one.schemes.reduce((sum, s) => sum + inHand(s.after) - inHand(s.before), 0));
  });

  test('what it says to people is complete in both languages', async () => {
    for (const lang of ['zh', 'en']) {
      const { code, stdout } = await minzheng(['simulate', '--snapshot', SNAPSHOT, '--scheme', 'dibao', '--set', '低保标准=1500', '--margin', '50', '--lang', lang]);
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /[{}]|simulate\./);
      assert.match(stdout, /1500|1450/);
    }
  });
});

const BAD = {
  'nothing asked': [[], 2, '--snapshot'],
  'no change': [['--snapshot', SNAPSHOT], 2, '--set'],
  'a set without a value': [['--cliff', '--set', '低保标准'], 2, '低保标准'],
  'a set without a name': [['--cliff', '--set', '=3'], 2, '=3'],
  'a value that is no number': [['--cliff', '--set', '低保标准=abc'], 2, 'abc'],
  'a value below zero': [['--cliff', '--set', '低保标准=-1'], 3, '低保标准'],
  'a value that is a slip of the pen': [['--cliff', '--set', '低保标准=99999999999'], 3, '低保标准'],
  'a figure that does not exist': [['--cliff', '--set', '低保标淮=1500'], 3, '低保标淮'],
  'a figure set twice': [['--cliff', '--set', '低保标准=1500', '--set', '低保标准=1600'], 2, '低保标准'],
  'a scheme that does not exist': [['--snapshot', SNAPSHOT, '--scheme', 'dibaoo', '--set', '低保标准=1500'], 3, 'dibaoo'],
  'a day that is none': [['--cliff', '--as-of', '2026-02-30'], 2, '--as-of'],
  'no snapshot there': [['--snapshot', join(folder, 'nowhere'), '--set', '低保标准=1500'], 3, 'manifest.json'],
  'a file that is no model, by its path': [['--cliff', '--dmn', join(ROOT, 'package.json')], 3, 'package.json'],
  'a model that no policy has, by its path': [['--cliff', '--dmn', DIBAO, '--dmn', join(folder, 'foreign.dmn')], 3, 'foreign.dmn'],
  'a shared model with a fault, by its path': [['--cliff', '--dmn', join(folder, 'faulty.dmn')], 3, 'faulty.dmn'],
  'a figure before its first day': [['--cliff', '--as-of', '1990-01-01', '--set', '低保标准=1500'], 3, '1990-01-01'],
  'a poverty line along a cliff': [['--cliff', '--line', '1000'], 2, '--line'],
  'a margin along a cliff': [['--cliff', '--margin', '50'], 2, '--margin'],
  'a scheme along a cliff': [['--cliff', '--scheme', 'dibao'], 2, '--scheme'],
  'a model of no policy': [['--cliff', '--dmn', join(folder, 'foreign.dmn')], 3, 'urn:nobody'],
  'a line of nothing': [['--snapshot', SNAPSHOT, '--set', '低保标准=1500', '--line', '0'], 2, '--line'],
  'a day past the review of the figures': [['--cliff', '--as-of', '2035-01-01'], 3, '参数.'],
  'too many threads': [['--snapshot', SNAPSHOT, '--set', '低保标准=1500', '--threads', '1000'], 2, 'threads'],
};

describe('bad input', () => {
  before(() => {
    writeFileSync(join(folder, 'foreign.dmn'), '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" namespace="urn:nobody" name="x"/>');
    writeFileSync(join(folder, 'faulty.dmn'), readFileSync(SHARED, 'utf8').replace('<text>', '<text>((('));
  });
  for (const [what, [args, status, said]] of Object.entries(BAD))
    test(what, async () => {
      const { code, stdout, stderr } = await minzheng(['simulate', ...args]);
      assert.equal(code, status, stderr);
      assert.ok(stderr.includes(said), stderr);
      assert.equal(stdout, '');
    });

  test('a folder with something in it is left alone, and a failed run leaves none', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'mine'), '');
    const { code } = await minzheng(['simulate', '--cliff', '--as-of', DAY, '--out', full]);
    assert.notEqual(code, 0);
    assert.deepEqual(readdirSync(full), ['mine']);
    mkdirSync(join(folder, 'begun.unfinished'));
    assert.notEqual((await minzheng(['simulate', '--cliff', '--as-of', DAY, '--out', join(folder, 'begun')])).code, 0);
    assert.ok(!existsSync(join(folder, 'begun')));
    const wrong = join(folder, 'wrong');
    await minzheng(['simulate', '--cliff', '--set', '没有=1', '--out', wrong]);
    assert.ok(!existsSync(wrong));
  });
});
