// Explanations for people: golden texts of worked cases (EXPLAIN_WRITE=1 writes them anew),
// no Chinese name left in the English, every name of every policy in labels.csv; and minzheng dmn run.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const DIBAO = join(ROOT, 'packs/assistance/matters/dibao/cases');
const GOLDEN = ['own-001', 'own-003', 'own-006', 'own-015', 'own-017', 'own-022', 'own-033', 'own-037', 'own-042', 'own-050', 'own-058'];
const HAN = /[\u3400-\u9fff]+/g;
let files = 0;
function file(text, name = `file-${(files += 1)}`) {
  const path = join(folder, name);
  writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  return path;
}
const fromChain = (text) => text.slice(Math.max(0, text.search(/^(判断过程：|How it was decided:)$/m)));

describe('golden texts', () => {
  for (const id of GOLDEN) {
    for (const lang of ['zh', 'en']) {
      test(`${id} ${lang}`, async () => {
        const { input } = JSON.parse(readFileSync(join(DIBAO, `${id}.json`), 'utf8'));
        const { stdout, stderr } = await minzheng(['decide', 'dibao', '--input', file(input), '--explain', lang]);
        const golden = join(ROOT, 'tests/explain', `${id}.${lang}.txt`);
        assert.ok(stdout, stderr);
        if (process.env.EXPLAIN_WRITE) writeFileSync(golden, fromChain(stdout));
        assert.equal(fromChain(stdout), readFileSync(golden, 'utf8'));
      });
    }
    test(`${id}: the English has no Chinese but the names of documents`, async () => {
      const { input } = JSON.parse(readFileSync(join(DIBAO, `${id}.json`), 'utf8'));
      const path = file(input);
      const { stdout } = await minzheng(['decide', 'dibao', '--input', path, '--explain', 'en']);
      const { json } = await minzheng(['decide', 'dibao', '--input', path, '--json', '--trace']);
      const articles = new Set();
      for (const d of json.explanation.why?.decisions ?? []) {
        for (const table of d.tables) for (const rule of [...table.fired, ...table.nearest]) articles.add(rule.annotations.条款 ?? '');
      }
      for (const p of json.parameters) articles.add(p.citation);
      for (const r of json.reasons) articles.add(r.article);
      let rest = stdout;
      for (const a of [...articles].sort((x, y) => y.length - x.length)) if (a) rest = rest.replaceAll(a, '');
      assert.deepEqual(rest.match(HAN) ?? [], []);
    });
  }
});

describe('the explanation as JSON', () => {
  test('a refusal: nearest rules, changes, advisory; without --trace nothing is looked for', async () => {
    const { input } = JSON.parse(readFileSync(join(DIBAO, 'own-022.json'), 'utf8'));
    const { json } = await minzheng(['decide', 'dibao', '--input', file(input), '--json', '--trace']);
    const x = json.explanation;
    assert.ok(x.nearest.some((r) => r.rule_id === 'r_income_below' && r.conditions[0].zh.includes('1,450.00')));
    assert.equal(x.changes[0].moves[0].fact, '户.成员[0].收入[0].月金额');
    assert.equal(x.changes[0].moves[0].to, 2609.99);
    assert.equal(x.complete, true);
    assert.ok(x.tried > 0 && x.tried <= x.budget);
    assert.deepEqual(x.why.chain, ['结果', '家庭认定', '收入条件']);
    const income = x.why.decisions.find((d) => d.name === '收入条件').tables[0].nearest[0].conditions[0];
    assert.deepEqual([income.name, income.operator, income.limit_name, income.actual, income.limit, income.distance],
      ['家庭月人均收入', 'lt', '低保标准', 1450, 1450, 0]);
    assert.equal((await minzheng(['decide', 'dibao', '--input', file(input), '--json'])).json.explanation, undefined);
  });
});

// Names of a policy that a sentence can show: elements, columns, entries of contexts.
function namesOf(dmn) {
  const names = new Set();
  for (const m of dmn.matchAll(/<(?:\w+:)?(?:decision|businessKnowledgeModel|inputData)\b[^>]*?\bname="([^"]+)"/g)) names.add(m[1]);
  for (const m of dmn.matchAll(/<(?:\w+:)?input\b[^>]*?\blabel="([^"]+)"/g)) names.add(m[1]);
  for (const m of dmn.matchAll(/<(?:\w+:)?formalParameter\b[^>]*?\bname="([^"]+)"/g)) names.add(m[1]);
  for (const t of dmn.matchAll(/<(?:\w+:)?text>([^<]*)/g)) for (const m of t[1].replace(/"[^"]*"/g, '').matchAll(/([\u3400-\u9fff][^\s:,{}()[\]]*)\s*:/g)) names.add(m[1]);
  return [...names].filter((n) => n.match(HAN));
}
const csvNames = (path) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(1).filter(Boolean) : []).map((row) => row.split(','));

describe('labels.csv', () => {
  const known = new Map();
  const add = (rows) => { for (const [name, , en] of rows) { known.set(name, en); known.set(name.split('.').at(-1), en); } };
  const packs = readdirSync(join(ROOT, 'packs'), { withFileTypes: true }).filter((e) => e.isDirectory()).map((e) => e.name);
  add(csvNames(join(ROOT, 'packs/labels.csv')));
  for (const pack of packs) add(csvNames(join(ROOT, 'packs', pack, 'labels.csv')));
  test('every fact and code of the vocabulary has English', () => {
    const rows = readFileSync(join(ROOT, 'packs/vocabulary.csv'), 'utf8').split('\n').slice(1).filter(Boolean).map((row) => row.split(','));
    const missing = [];
    for (const [entity, name, type, codes] of rows) {
      if (!known.get(`${entity}.${name}`)) missing.push(`${entity}.${name}`);
      if (type.includes('string') && codes) for (const code of codes.split('|')) if (!known.get(code)) missing.push(code);
    }
    assert.deepEqual(missing, []);
  });
  const dmnBelow = (home) => (existsSync(home) ? readdirSync(home, { recursive: true }).filter((n) => n.endsWith('.dmn')).map((n) => join(home, n)) : []);
  for (const pack of packs) {
    // What nobody can apply for here yet is examined all the same, and explained in both languages.
    test(`${pack}: every name of its policies, parameters and units has English`, () => {
      const missing = new Set();
      for (const path of dmnBelow(join(ROOT, 'packs', pack))) for (const n of namesOf(readFileSync(path, 'utf8'))) if (!known.get(n)) missing.add(n);
      for (const [name, , unit] of csvNames(join(ROOT, 'packs', pack, 'parameters.csv'))) for (const n of [name, unit]) if (!known.get(n)) missing.add(n);
      assert.deepEqual([...missing], []);
    });
  }
  test('every name that is drawn in a process has English', () => {
    const missing = new Set();
    for (const pack of packs) for (const path of readdirSync(join(ROOT, 'packs', pack), { recursive: true }).filter((n) => n.endsWith('.bpmn')))
      for (const [, n] of readFileSync(join(ROOT, 'packs', pack, path), 'utf8').matchAll(/<[^>]* name="([^"]*)"/g)) if (n.match(HAN) && !known.get(n)) missing.add(n);
    assert.deepEqual([...missing], []);
  });
  test('a name without English is found', () => {
    assert.deepEqual(namesOf('<decision id="d" name="没有英文的判断"><text>{ 新的一项: 1 }</text></decision>').filter((n) => !known.get(n)), ['没有英文的判断', '新的一项']);
  });
});

const MODEL = `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="m">
<inputData id="i1" name="income"><variable name="income" typeRef="number"/></inputData>
<inputData id="i2" name="born"><variable name="born" typeRef="date"/></inputData>
<decision id="d1" name="low"><variable name="low" typeRef="boolean"/><informationRequirement><requiredInput href="#i1"/></informationRequirement>
<literalExpression><text>income &lt; 1395</text></literalExpression></decision>
<decision id="d2" name="old"><variable name="old"/><informationRequirement><requiredInput href="#i2"/></informationRequirement>
<literalExpression><text>born &lt;= date("1966-11-22")</text></literalExpression></decision></definitions>`;
const run = (model, input, ...options) => minzheng(['dmn', 'run', file(model, `m-${(files += 1)}.dmn`), '--input', file(input), ...options]);

describe('dmn run', () => {
  const input = { income: 1650, born: '1970-01-02' };
  test('gives the values; one decision its value alone', async () => {
    assert.deepEqual(JSON.parse((await run(MODEL, input)).stdout), { low: false, old: false });
    assert.equal(JSON.parse((await run(MODEL, input, '--decision', 'low')).stdout), false);
  });
  test('of two decisions of one name the first is given, and that there is another', async () => {
    const { code, stdout, stderr } = await run(MODEL.replaceAll('"old"', '"low"'), input, '--lang', 'en');
    assert.deepEqual([code, stdout], [1, '{\n  "low": false\n}\n']);
    assert.match(stderr, /Two decisions are named “low”/);
  });
  test('--explain says why, with labels in the language', async () => {
    const labels = file('name,zh,en,unit,change\nincome,月收入,monthly income,元,\nlow,收入低,low income,,\n元,,yuan,,\n');
    const zh = await run(MODEL, input, '--decision', 'low', '--explain', 'zh', '--labels', labels);
    assert.match(zh.stdout, /收入低：否\n.*\n {2}要改变它：月收入 1,650\.00 元，高于 1,395\.00 元，高出 255\.00 元\n/);
    const en = await run(MODEL, input, '--decision', 'old', '--explain', 'en');
    assert.match(en.stdout, /born is 2 January 1970, later than 22 November 1966 by 1137 days/);
    const all = await run(MODEL, input, '--explain', 'en'); // every decision that no other requires
    assert.match(all.stdout, /^low: no$[^]*^old: no$/m);
  });
  test('--trace has the trace and the explanation', async () => {
    const { stdout } = await run(MODEL, input, '--trace');
    const all = JSON.parse(stdout);
    assert.equal(all.trace.decisions.length, 2);
    assert.equal(all.explanation.decisions[0].otherwise[0].distance, 255);
  });
  test('models it imports are found beside it', async () => {
    file(MODEL, 'base.dmn');
    const importing = MODEL.replace('namespace="m">', 'namespace="n"><import name="b" namespace="m" locationURI="base.dmn" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>')
      .replace(/<decision id="d2"[\s\S]*<\/decision>/, '<decision id="d2" name="both"><variable name="both"/><informationRequirement><requiredDecision href="m#d1"/></informationRequirement><literalExpression><text>b.low</text></literalExpression></decision>');
    assert.equal(JSON.parse((await run(importing, { b: { income: 3 } }, '--decision', 'both')).stdout), true);
  });
  test('a decision that fails is null, exit 1, and why on stderr', async () => {
    const { code, stdout, stderr } = await run(MODEL, { income: 'much' }, '--decision', 'low');
    assert.equal(code, 1);
    assert.equal(stdout.trim(), 'null');
    assert.match(stderr, /income/);
  });
  const bad = [
    ['not XML', '<definitions', input, [], 3],
    ['not a model', '<html/>', input, [], 3],
    ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "cc">]><definitions>&b;</definitions>', input, [], 3],
    ['a cycle', MODEL.replace('<requiredInput href="#i1"/>', '<requiredDecision href="#d1"/>'), input, [], 3],
    ['a faulty expression', MODEL.replace('income &lt; 1395', 'income &lt; &lt; 1'), input, [], 3],
    ['an empty model file', '', input, [], 3],
    ['input that is not JSON', MODEL, '{"income":', [], 3],
    ['input that is a list', MODEL, [1], [], 3],
    ['an empty input', MODEL, '', [], 3],
    ['two keys alike', MODEL, '{"income":1,"income":2}', [], 3],
    ['a decision that is not there', MODEL, input, ['--decision', 'rich'], 3],
    ['an unknown language', MODEL, input, ['--explain', 'fr'], 2],
    ['an unknown option', MODEL, input, ['--loud'], 2],
    ['labels that are not there', MODEL, input, ['--labels', join(folder, 'none.csv')], 3],
  ];
  for (const [what, model, value, options, exit] of bad) {
    test(what, async () => {
      const { code, stderr } = await run(model, value, ...options);
      assert.equal(code, exit, stderr);
      assert.ok(stderr.length > 0);
      assert.doesNotMatch(stderr, /(^|\s)(dmn|dmn_run|json|xml|cli)\.[a-z_]+\b/);
    });
  }
  test('labels with a wrong word', async () => {
    assert.equal((await run(MODEL, input, '--labels', file('name,zh,en,unit,change\na,,b,,perhaps\n'))).code, 3);
  });
  test('no input, no file, a folder', async () => {
    assert.equal((await minzheng(['dmn', 'run', file(MODEL)])).code, 2);
    assert.equal((await minzheng(['dmn', 'run', '--input', 'x.json'])).code, 2);
    assert.equal((await minzheng(['dmn', 'run', folder, '--input', file(input)])).code, 3);
    assert.equal((await minzheng(['dmn', 'run', join(folder, 'none.dmn'), '--input', file(input)])).code, 3);
  });
});

// 160号 三3: of two benefits the person picks one; whose pick is the other is told that he can pick this one.
test('the other benefit picked: the pick is what can be changed', async () => {
  const dir = join(ROOT, 'packs/elderly-benefits/matters/elderly_care/cases');
  const refused = readdirSync(dir).map((name) => JSON.parse(readFileSync(join(dir, name), 'utf8'))).filter((c) => c.expected.outcome === 'eligible' && c.input.申请?.选择?.includes('失能老年人护理补贴'));
  assert.ok(refused.length > 0);
  const { input } = refused[0];
  for (const [picked, to] of [[['重度残疾人护理补贴'], ['失能老年人护理补贴']], [['重度残疾人护理补贴', '失能老年人护理补贴'], ['失能老年人护理补贴']]]) {
    const { json } = await minzheng(['decide', 'elderly_care', '--input', file({ ...input, 申请: { ...input.申请, 选择: picked } }), '--json', '--trace']);
    assert.equal(json.outcome, 'not_eligible');
    const move = json.explanation.changes.flatMap((c) => c.moves).find((m) => m.fact === '申请.选择');
    assert.deepEqual([move?.kind, move?.from, move?.to], ['set', picked, to]);
  }
});
