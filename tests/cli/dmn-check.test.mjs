// minzheng dmn check: every policy of the packs passes; each fault of a small
// model is found, with its example, and nothing else is.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
let files = 0;

const head = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="试" namespace="urn:t">';
const input = (id, name, type) => `<inputData id="${id}" name="${name}"><variable id="v_${id}" name="${name}" typeRef="${type}"/></inputData>`;
const needs = (...ids) => ids.map((id) => `<informationRequirement id="n_${id}"><requiredInput href="#${id}"/></informationRequirement>`).join('');
const literal = (text) => `<literalExpression id="l"><text>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text></literalExpression>`;
const decision = (needed, logic, type = 'Any') =>
  `<decision id="x" name="结论"><variable id="v_x" name="结论" typeRef="${type}"/>${needed}${logic}</decision>`;
const cell = (tag, text) => `<${tag}><text>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text></${tag}>`;
function table(hit, columns, rules) {
  const inputs = columns.map((c, i) => `<input id="i${i}"><inputExpression id="e${i}"><text>${c}</text></inputExpression></input>`);
  const rows = rules.map((r, k) => `<rule id="r${k + 1}">${r.map((t, i) => cell(i < columns.length ? 'inputEntry' : 'outputEntry', t)).join('')}</rule>`);
  return `<decisionTable id="t" hitPolicy="${hit}">${inputs.join('')}<output id="o"/>${rows.join('')}</decisionTable>`;
}

async function check(...parts) {
  const file = join(folder, `model-${(files += 1)}.dmn`);
  writeFileSync(file, `${head}${parts.join('')}</definitions>`);
  const run = await minzheng(['dmn', 'check', '--json', file]);
  const [{ report }] = JSON.parse(run.stdout).files;
  const findings = report.findings.filter((f) => f.severity !== 'info');
  assert.equal(run.code, findings.length ? 1 : 0);
  return findings;
}
const codes = (findings) => findings.map((f) => f.code.replace('dmn_check.', '')).sort();
const age = input('a', '年龄', 'number');
const one = (hit, ...rules) => check(age, decision(needs('a'), table(hit, ['年龄'], rules)));

test('every model of every pack passes', async () => {
  const models = readdirSync(join(ROOT, 'packs'), { recursive: true }).filter((f) => f.endsWith('.dmn')).map((f) => join(ROOT, 'packs', f));
  assert.ok(models.length >= 10);
  const run = await minzheng(['dmn', 'check', '--json', ...models]);
  const report = JSON.parse(run.stdout);
  assert.equal(report.files.length, models.length);
  for (const f of report.files) assert.deepEqual(f.report.findings.filter((x) => x.severity !== 'info'), [], f.file);
  assert.equal(run.code, 0);
});

describe('tables', () => {
  for (const [low, high] of [['年龄 < 60', '年龄 > 60'], ['60 > 年龄', '年龄 > 60 and 年龄 < 1000, 年龄 >= 1000'], ['? < 60', 'not(年龄 <= 60)']])
    test(`a gap is found where a cell repeats its column: ${low}; ${high}`, async () => {
      const [gap, ...rest] = await one('UNIQUE', [low, '1'], [high, '2']);
      assert.deepEqual(rest, []);
      assert.deepEqual([gap.code, gap.example], ['dmn_check.gap', [{ name: '年龄', value: '60' }]]);
      assert.deepEqual(await one('UNIQUE', [low, '1'], [high, '2'], ['60', '3']), []);
    });
  test('a condition with a syntax error: the error alone, and that gaps were not looked for', async () => {
    const file = join(folder, 'unread.dmn');
    writeFileSync(file, `${head}${age}${decision(needs('a'), table('UNIQUE', ['年龄'], [['< 18', '1'], ['>= >= 18', '2']]))}</definitions>`);
    const [{ report }] = JSON.parse((await minzheng(['dmn', 'check', '--json', file])).stdout).files;
    assert.deepEqual(report.findings.map((f) => f.code).sort(), ['dmn_check.unread', 'feel.syntax']);
  });
  test('a whole table has no finding', async () => assert.deepEqual(await one('UNIQUE', ['< 60', '1'], ['>= 60', '2']), []));
  test('a gap between two bounds, with the value that falls into it', async () => {
    const [gap, ...rest] = await one('UNIQUE', ['< 60', '1'], ['> 60', '2']);
    assert.deepEqual(rest, []);
    assert.equal(gap.code, 'dmn_check.gap');
    assert.deepEqual(gap.example, [{ name: '年龄', value: '60' }]);
  });
  test('an overlap of two rules, with a value that both accept', async () => {
    const [overlap, ...rest] = await one('UNIQUE', ['<= 60', '1'], ['>= 60', '2']);
    assert.deepEqual(rest, []);
    assert.deepEqual([overlap.code, overlap.rule, overlap.other_rule], ['dmn_check.overlap', 1, 2]);
    assert.deepEqual(overlap.example, [{ name: '年龄', value: '60' }]);
  });
  test('FIRST: a rule that earlier ones cover together', async () => {
    const [masked, ...rest] = await one('FIRST', ['< 60', '1'], ['>= 50', '2'], ['[55..65]', '3']);
    assert.deepEqual(rest, []);
    assert.deepEqual([masked.code, masked.rule], ['dmn_check.masked', 3]);
  });
  test('a condition no number satisfies', async () =>
    assert.deepEqual(codes(await one('FIRST', ['? > 5 and ? < 3', '1'], ['-', '2'])), ['contradiction']));
  test('ANY: one point, two results', async () => assert.deepEqual(codes(await one('ANY', ['<= 1', '1'], ['>= 1', '2'])), ['any_differs']));
  test('whole days have no gap between two days', async () => {
    const day = input('a', '日', 'date');
    const rules = [['<= date("2020-01-01")', '1'], ['>= date("2020-01-02")', '2']];
    assert.deepEqual(await check(day, decision(needs('a'), table('UNIQUE', ['日'], rules))), []);
  });
  test('a threshold by name: the gap is where both are the same', async () => {
    const found = await check(age, input('s', '标准', 'number'), decision(needs('a', 's'), table('UNIQUE', ['年龄'], [['< 标准', '1'], ['> 标准', '2']])));
    assert.deepEqual(codes(found), ['gap']);
    const [year, standard] = found[0].example;
    assert.deepEqual([year.name, standard.name], ['年龄', '标准']);
    assert.equal(year.value, standard.value);
  });
});

describe('names and types', () => {
  const text = async (t, ...more) => codes(await check(age, ...more, decision(needs('a'), literal(t))));
  test('number and string', async () => assert.deepEqual(await text('年龄 + "岁"'), ['type_arith']));
  test('always null', async () => assert.deepEqual(await text('年龄 = "60"'), ['type_compare']));
  test('a condition that is none', async () => assert.deepEqual(await text('if 年龄 then 1 else 2'), ['type_condition']));
  test('arguments', async () => {
    assert.deepEqual(await text('abs(年龄, 1)'), ['argument_count']);
    assert.deepEqual(await text('upper case(年龄)'), ['builtin_argument']);
  });
  test('a name one character off', async () => {
    const found = await check(age, decision(needs('a'), literal('年龄 + 年令')));
    assert.equal(found[0].code, 'dmn_check.unknown_name_near');
    assert.equal(found[0].arguments.near, '年龄');
  });
  test('a name of two words, one misspelt', async () => {
    const found = await check(input('h', 'household income', 'number'), decision(needs('h'), literal('houshold income + 1')));
    const near = found.find((f) => f.code === 'feel.syntax_name');
    assert.equal(near?.arguments.name, 'household income');
  });
  test('a name that is not required', async () => assert.deepEqual(await text('年龄 + 人数', input('b', '人数', 'number')), ['missing_requirement']));
  test('a requirement that is not used', async () => assert.deepEqual(await text('1'), ['requirement_unused']));
  test('a property that a context does not have', async () => assert.deepEqual(await text('{a: 年龄}.b'), ['no_property']));
});

describe('facts of the vocabulary', () => {
  const people = '<inputData id="h" name="户"><variable id="v_h" name="户"/></inputData>';
  const about = (t) => `${head}${people}${decision(needs('h'), literal(t))}</definitions>`;
  const inPack = async (text, ...options) => {
    const models = join(folder, 'packs', 'p', 'models');
    mkdirSync(models, { recursive: true });
    writeFileSync(join(folder, 'packs', 'p', 'pack.json'), '{}');
    copyFileSync(join(ROOT, 'packs', 'vocabulary.csv'), join(folder, 'packs', 'vocabulary.csv'));
    const file = join(models, 'm.dmn');
    writeFileSync(file, text);
    const run = await minzheng(['dmn', 'check', '--json', ...options, file]);
    return JSON.parse(run.stdout).files[0].report.findings;
  };
  test('a code that the fact does not have', async () => {
    const [f, ...rest] = await inPack(about('some m in 户.成员 satisfies m.户籍 = "外地"'));
    assert.deepEqual(rest, []);
    assert.deepEqual([f.code, f.arguments.value, f.arguments.near], ['dmn_check.not_a_value_near', '"外地"', '"外埠"']);
  });
  test('a property that a member does not have', async () => {
    const [f, ...rest] = await inPack(about('for m in 户.成员 return m.出生日'));
    assert.deepEqual(rest, []);
    assert.deepEqual([f.code, f.arguments.type, f.arguments.near], ['dmn_check.no_property_near', '成员', '出生日期']);
  });
  test('what is right', async () => assert.deepEqual(await inPack(about('some m in 户.成员 satisfies m.户籍 = "外埠"')), []));
  test('a policy outside the packs has the facts of the packs in use', async () => {
    const file = join(folder, 'alone.dmn');
    writeFileSync(file, about('户.房组'));
    const policy = await minzheng(['--packs', join(ROOT, 'packs'), 'dmn', 'check', '--json', '--policy', file]);
    assert.deepEqual(codes(JSON.parse(policy.stdout).files[0].report.findings), ['no_property_near']);
    assert.equal((await minzheng(['dmn', 'check', file])).code, 0);
  });
  test('a vocabulary that cannot be read ends with 3', async () => {
    await inPack(about('户.房租'));
    writeFileSync(join(folder, 'packs', 'vocabulary.csv'), 'entity,name\n');
    assert.equal((await minzheng(['dmn', 'check', join(folder, 'packs', 'p', 'models', 'm.dmn')])).code, 3);
  });
});

describe('structure', () => {
  test('nothing at all', async () => assert.deepEqual(codes(await check('')), ['empty']));
  test('a cycle says its path', async () => {
    const d = (id, to) => `<decision id="${id}" name="${id}"><variable id="v${id}" name="${id}"/><informationRequirement id="n${id}"><requiredDecision href="#${to}"/></informationRequirement>${literal(to).replace('"l"', `"l${id}"`)}</decision>`;
    const [cycle] = await check(d('a', 'b'), d('b', 'a'));
    assert.equal(cycle.code, 'dmn_check.cycle');
  });
  test('the same id twice, a type nobody defines', async () =>
    assert.deepEqual(codes(await check(age, input('a', '人数', 'numbre'))), ['duplicate_id', 'duplicate_id', 'type_ref_near']));
  test('what cannot be read ends with 3', async () => {
    const file = join(folder, 'broken.dmn');
    writeFileSync(file, '<definitions>');
    assert.equal((await minzheng(['dmn', 'check', file])).code, 3);
  });
});

test('what cannot be read was not checked: no count of findings is given for it', async () => {
  const alone = await minzheng(['dmn', 'check', join(ROOT, 'README.md'), '--lang', 'en']);
  assert.equal(alone.code, 3);
  assert.doesNotMatch(alone.stderr, /findings/);
  const beside = await minzheng(['dmn', 'check', join(ROOT, 'README.md'), join(ROOT, 'packs/plans/status.dmn'), '--lang', 'en']);
  assert.equal(beside.code, 3);
  assert.match(beside.stderr, /Checked, 0 findings/);
});

describe('what is no file, and what takes too long', () => {
  test('a pipe is not waited for', async () => {
    const pipe = join(temporaryFolder(), 'p.dmn');
    execFileSync('mkfifo', [pipe]);
    const { code, stderr } = await minzheng(['dmn', 'check', pipe, '--lang', 'en']);
    assert.deepEqual([code, /no regular file/.test(stderr)], [3, true], stderr);
  });
  test('one decision over the budget leaves the others their values', async () => {
    const folder = temporaryFolder();
    const decision = (name, text) => `<decision id="${name}" name="${name}"><variable name="${name}"/><literalExpression><text>${text}</text></literalExpression></decision>`;
    const model = `<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="m">${decision('good', '1 + 1')}${decision('long', 'count(for i in 1..10000000, j in 1..1000000 return i)')}</definitions>`;
    writeFileSync(join(folder, 'm.dmn'), model);
    writeFileSync(join(folder, 'i.json'), '{}');
    const { code, stdout, stderr } = await minzheng(['dmn', 'run', join(folder, 'm.dmn'), '--input', join(folder, 'i.json'), '--lang', 'en']);
    assert.deepEqual([code, JSON.parse(stdout)], [1, { good: 2, long: null }]);
    assert.match(stderr, /^long: The evaluation exceeded/);
  });
});

describe('a test that is wrong itself', () => {
  const run = async (xml) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm.dmn'), head + input('a', '收入', 'number') + decision(needs('a'), literal('收入 = null')) + '</definitions>');
    writeFileSync(join(folder, 't.xml'), xml);
    return minzheng(['dmn', 'test', join(folder, 't.xml'), '--lang', 'en']);
  };
  const testOf = (name, value) =>
    `<testCases xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>m.dmn</modelName><testCase id="1"><inputNode name="${name}"><value xsi:type="xsd:decimal">${value}</value></inputNode>` +
    '<resultNode name="结论" type="decision"><expected><value xsi:type="xsd:boolean">true</value></expected></resultNode></testCase></testCases>';
  test('does not pass in silence', async () => {
    for (const [xml, said] of [['<x/>', /its root is x, not testCases/], [testOf('收', '1'), /no input “收”/], [testOf('收入', 'many'), /“many” in the test is no value of xsd:decimal/]]) {
      const { code, stdout, stderr } = await run(xml);
      assert.notEqual(code, 0);
      assert.match(stdout + stderr, said);
      assert.match(stdout + stderr, /1 failed/);
    }
  });
  test('types are said in the language', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm.dmn'), head + input('a', '收入', 'number') + decision(needs('a'), literal('收入 + "x"')) + '</definitions>');
    assert.match((await minzheng(['dmn', 'check', join(folder, 'm.dmn')])).stdout, /数字 和 文本 不能用 \+ 计算/);
  });
});
