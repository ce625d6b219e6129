// `minzheng feel` and `minzheng dmn test`: what they print, the file of results,
// what they refuse.

import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';

const KIT = join(ROOT, 'tests/dmn');
const last = (text) => text.trimEnd().split('\n').pop();

function copyOfKit() {
  const place = temporaryFolder();
  cpSync(join(KIT, 'versions'), join(place, 'versions'), { recursive: true });
  return place;
}

test('the kit: a line a result node, the sum last', async () => {
  const file = join(temporaryFolder(), 'results.csv');
  const run = await minzhengOk(['dmn', 'test', KIT, '--results', file]);
  const counted = /^(\d+) passed, 0 failed$/.exec(last(run.stdout));
  assert.ok(counted, run.stdout);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.equal(lines[0], 'folder,file,case,node,outcome,expected,actual');
  assert.equal(lines.length - 1, Number(counted[1])); // every case of ours has one node
  assert.ok(lines.includes('services,services-test.xml,001,positional,passed,6,6'));
  assert.ok(lines.includes('constraints,constraints-test.xml,001,echo,passed,"""B""","""B"""'));
});

test('what is wrong with a kit is counted as failed', async () => {
  const place = copyOfKit();
  const folder = join(place, 'versions');
  const file = join(place, 'results.csv');
  const test15 = readFileSync(join(folder, 'v1_5-test.xml'), 'utf8');
  writeFileSync(join(folder, 'a-broken.xml'), test15.slice(0, 200));
  writeFileSync(join(folder, 'b-nodes.xml'), test15.replaceAll(/<resultNode.*?<\/resultNode>/gs, ''));
  writeFileSync(join(folder, 'c-model.xml'), test15.replace('v1_5.dmn', 'nowhere.dmn'));
  writeFileSync(join(folder, 'd-wrong.xml'), test15.replace('>true<', '>false<'));
  writeFileSync(join(folder, 'e-other.xml'), '<project/>'); // no file of the kit
  const run = await minzheng(['dmn', 'test', place, '--results', file]);
  assert.equal(run.code, 1);
  assert.equal(last(run.stdout), '17 passed, 8 failed'); // 1 + 3 + 3 + 1
  const failed = readFileSync(file, 'utf8').split('\n').filter((line) => line.includes(',failed,'));
  // what could not be compared says why, in the file and on the screen
  assert.match(failed[0], /,failed,,.*XML/);
  assert.match(failed[1], /,failed,,测试用例里没有结果节点$/);
  assert.match(failed[4], /,failed,,测试要的模型文件“nowhere\.dmn”不在这里$/);
  const said = await minzheng(['dmn', 'test', place, '--lang', 'en']);
  assert.match(said.stdout, /^c-model\.xml 001: The model file “nowhere\.dmn” that the test wants is not here$/m);
  assert.deepEqual(failed.map((line) => line.split(',').slice(0, 3).join()), [
    'versions,a-broken.xml,',
    ...['001', '002', '003'].map((n) => `versions,b-nodes.xml,${n}`),
    ...['001', '002', '003'].map((n) => `versions,c-model.xml,${n}`),
    'versions,d-wrong.xml,001',
  ]);
});

test('a model that cannot be read fails its cases, not the others', async () => {
  const place = copyOfKit();
  writeFileSync(join(place, 'versions/v1_3.dmn'), '<definitions');
  const run = await minzheng(['dmn', 'test', place]);
  assert.equal(run.code, 1);
  assert.equal(last(run.stdout), '12 passed, 3 failed');
  assert.match(run.stdout, /^v1_3-test\.xml 001: .*v1_3\.dmn.*XML/m);
  mkdirSync(join(place, 'versions/folder.xml'));
  symlinkSync('nowhere', join(place, 'versions/link.xml'));
  assert.match((await minzheng(['dmn', 'test', place])).stdout, /^link\.xml : 不能读取“link\.xml”：\S/m);
  if (process.getuid?.() !== 0) {
    chmodSync(join(place, 'versions/v1_4.dmn'), 0);
    assert.equal(last((await minzheng(['dmn', 'test', place])).stdout), '9 passed, 6 failed');
  }
});

test('an expression and its value', async () => {
  for (const [text, value] of [['1/3', '0.3333333333333333333333333333333333'], ['@"2024-02-29" + @"P1Y"', '2025-02-28'],
    ['{家庭人数: 3, 人均: 900 / 家庭人数}.人均', '300'], ['1 / 0', 'null'], ['-5', '-5'], ['"a\\"b"', '"a\\"b"']])
    assert.equal((await minzhengOk(['feel', text])).stdout.trimEnd(), value, text);
  const context = join(temporaryFolder(), 'names.json');
  writeFileSync(context, '{"月收入": 1650.5, "同住": ["甲", "乙"]}');
  assert.equal((await minzhengOk(['feel', 'count(同住) * 月收入', '--context', context])).stdout.trim(), '3301.0');
  const run = await minzhengOk(['feel', '1 + "a"']);
  assert.match(run.stderr, /\S/); // why it is null
});

test('what is printed can be read again; a file from an editor that marks its bytes too', async () => {
  assert.equal((await minzhengOk(['feel', '"a\\u0000b"'])).stdout, '"a\\u0000b"\n');
  const context = join(temporaryFolder(), 'names.json');
  writeFileSync(context, '\ufeff{"月收入": 3}');
  assert.equal((await minzhengOk(['feel', '月收入 + 1', '--context', context])).stdout.trim(), '4');
});

test('a note names what it is about', async () => {
  for (const [text, note] of [['substring(string: "a", strt position: 1)', /“strt position”/], ['date(year: 1, month: 2, dy: 3)', /“dy”/],
    ['{f: function(a) a, r: f(1, 2)}.r', /“f”/], ['{f: function(a: number) a, r: f("x")}.r', /：a$/m], ['sort([1, 2], function(x) true)', /“function”/]]) {
    const run = await minzhengOk(['feel', text]);
    assert.equal(run.stdout.trim(), 'null', text);
    assert.match(run.stderr, note, text);
  }
});

const MODEL = `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="试" namespace="urn:t">
<inputData id="a" name="年龄"><variable name="年龄" typeRef="number"/></inputData>
<businessKnowledgeModel id="k" name="加一"><variable name="加一"/><encapsulatedLogic><formalParameter name="n"/><literalExpression><text>n + 1</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decision id="x" name="结论"><variable name="结论" typeRef="string"/><informationRequirement><requiredInput href="#a"/></informationRequirement>
<decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="e"><text>年龄</text></inputExpression></input><output id="o"><outputValues><text>"老", "少"</text></outputValues></output>
<rule id="r1"><inputEntry><text>&gt;= 60</text></inputEntry><outputEntry><text>"老" + ""</text></outputEntry></rule>
<rule id="r2"><inputEntry><text>-</text></inputEntry><outputEntry><text>"中" + ""</text></outputEntry></rule></decisionTable></decision>
<decision id="y" name="调用"><variable name="调用"/><knowledgeRequirement><requiredKnowledge href="#k"/></knowledgeRequirement><literalExpression><text>加一(1, 2)</text></literalExpression></decision></definitions>`;

test('dmn run says what it did not use, take or expect', async () => {
  const place = temporaryFolder();
  const model = join(place, 'm.dmn');
  writeFileSync(model, MODEL);
  const run = (input, decision, ...more) => {
    writeFileSync(join(place, 'i.json'), input);
    return minzheng(['dmn', 'run', model, '--input', join(place, 'i.json'), '--decision', decision, ...more]);
  };
  const good = await run('\ufeff{"年龄": 61}', '结论');
  assert.deepEqual([good.code, good.stdout.trim(), good.stderr], [0, '"老"', '']);
  const cases = [['{"年齢": 61}', ['dmn_run.unknown_input_near', 'feel.type_mismatch', 'dmn.output_value'], /“年齢”.*“年龄”/], ['{"年龄": 61, "zzz": 1}', ['dmn_run.unknown_input'], /“zzz”/],
    ['{"年龄": "x"}', ['dmn.input_type', 'feel.type_mismatch', 'dmn.output_value'], /“年龄”/], ['{"年龄": 5}', ['dmn.output_value'], /“结论”/]];
  for (const [input, codes, said] of cases) {
    const answer = await run(input, '结论', '--json');
    assert.equal(answer.code, 1, input);
    assert.deepEqual(answer.json.notes.map((note) => note.code), codes, input);
    assert.match(answer.stderr, said);
  }
  const count = await run('{}', '调用');
  assert.equal(count.code, 1);
  assert.match(count.stderr, /函数“加一”的参数个数不对/);
});

test('of a model with a fault the rest runs, and the fault is told with its place', async () => {
  const place = temporaryFolder();
  const literal = (name, text, need = '') => `<decision id="${name}" name="${name}"><variable name="${name}"/>${need}<literalExpression><text>${text}</text></literalExpression></decision>`;
  const needed = '<informationRequirement><requiredDecision href="#坏"/></informationRequirement>';
  writeFileSync(join(place, 'm.dmn'), `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="试" namespace="urn:t">
${literal('好', '1 + 1')}\n${literal('坏', '1 +')}\n${literal('下游', '坏 + 1', needed)}\n${literal('全角', '收入＞100')}</definitions>`);
  writeFileSync(join(place, 'i.json'), '{}');
  const run = (...more) => minzheng(['dmn', 'run', join(place, 'm.dmn'), '--input', join(place, 'i.json'), ...more]);
  const all = await run('--json');
  assert.equal(all.code, 3);
  assert.deepEqual(all.json.value, { 好: 2, 坏: null, 下游: null, 全角: null });
  assert.match(all.stderr, /坏 第 3 行：表达式没有写完/);
  assert.match(all.stderr, /收入＞100.*半角/);
  assert.equal((await run('--decision', '好')).code, 0);
  const bad = await run('--decision', '下游');
  assert.deepEqual([bad.code, bad.stdout], [3, '']);
});

test('dmn test takes one test file, too', async () => {
  const one = await minzheng(['dmn', 'test', join(ROOT, 'tests', 'dmn', 'versions', 'v1_3-test.xml')]);
  const all = await minzheng(['dmn', 'test', join(ROOT, 'tests', 'dmn', 'versions')]);
  const passed = (run) => Number(/^(\d+) passed, 0 failed/m.exec(run.stdout)[1]);
  assert.deepEqual([one.code, all.code], [0, 0]);
  assert.ok(passed(one) > 0 && passed(one) < passed(all));
  assert.notEqual((await minzheng(['dmn', 'test', join(ROOT, 'tests', 'dmn', 'versions', 'v1_3.dmn')])).code, 0);
});

const decision = (name, body) => `<decision id="${name}" name="${name}"><variable name="${name}"/><informationRequirement><requiredInput href="#a"/></informationRequirement>${body}</decision>`;
const column = (input, cells) => `<decisionTable hitPolicy="FIRST"><input><inputExpression><text>${input}</text></inputExpression></input><output/>
${cells.map((cell) => `<rule><inputEntry><text>${cell}</text></inputEntry><outputEntry><text>"是"</text></outputEntry></rule>`).join('')}<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"否"</text></outputEntry></rule></decisionTable>`;

// An error is null with a note, and a null column or condition merely does not hold, or holds
// inside not(): without the note, the value behind it looks sound.
test('dmn run keeps what went wrong behind a value', async () => {
  const place = temporaryFolder();
  const model = join(place, 'm.dmn');
  writeFileSync(join(place, 'i.json'), '{"a": 5}');
  const cases = [['列', column('nope', ['"W"', 'not("V")']), '"是"', ['feel.unknown_name'], /列：.*“nope”/], ['格', column('a', ['nope', 'not(nope)']), '"是"', ['feel.unknown_name'], /格：.*“nope”/],
    ['除', column('a / 0', ['&gt; 1', '&gt; 2', '&gt; 3']), '"否"', ['feel.division_by_zero', 'feel.type_mismatch'], /除：/],
    ['如', '<literalExpression><text>if a / 0 &gt; 5 then "大" else "小"</text></literalExpression>', '"小"', ['feel.division_by_zero', 'feel.type_mismatch'], /如：/],
    ['空', '<literalExpression><text>nope = null</text></literalExpression>', 'true', ['feel.unknown_name'], /空：.*“nope”/],
    ['好', column('a', ['&gt; 9', '5']), '"是"', [], /^$/],
    ['多', `<literalExpression><text>count([${Array.from({ length: 70 }, (_, i) => `x${i}`)}])</text></literalExpression>`, '70', [...Array(64).fill('feel.unknown_name'), 'dmn_run.lost'], /6/]];
  for (const [name, body, value, codes, said] of cases) {
    writeFileSync(model, `<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="m" namespace="m"><inputData id="a" name="a"><variable name="a" typeRef="number"/></inputData>${decision(name, body)}</definitions>`);
    const run = (...more) => minzheng(['dmn', 'run', model, '--input', join(place, 'i.json'), '--decision', name, ...more]);
    const text = await run();
    assert.deepEqual([text.code, text.stdout.trim()], [codes.length ? 1 : 0, value], name);
    assert.match(text.stderr, said);
    const { code, json } = await run('--json');
    assert.deepEqual([code, JSON.stringify(json.value), json.notes.map((note) => note.code)], [codes.length ? 1 : 0, value, codes], name);
  }
});

test('hostile expressions are refused with a sentence', async () => {
  const hostile = ['count(for i in 1..1000000000000 return i)', '('.repeat(100000), 'for i in 1..99 return if i = 1 then [1] else [partial[-1], partial[-1]]',
    'for i in 1..99 return if i = 1 then "0123456789abcdef" else partial[-1] + partial[-1]', '{f: function(f) f(f), r: f(f)}.r',
    'for i in 1..1000 return matches("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$")'];
  for (const text of hostile) {
    const run = await minzheng(['feel', text]);
    assert.equal(run.code, 3, `${text.slice(0, 60)}: ${run.code}`);
    assert.equal(run.stdout, '');
    assert.match(run.stderr, /\S/);
  }
});
