// minzheng dmn run|check: which file an import takes, and what is said when it can take none.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';

import { minzheng, temporaryFolder } from '../support/cli.mjs';

const XMLNS = 'xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"';
const base = (plus, { uri = 'urn:base', imports = '' } = {}) =>
  `<definitions ${XMLNS} name="base" namespace="${uri}">${imports}<businessKnowledgeModel id="f" name="f"><variable name="f"/><encapsulatedLogic>` +
  `<formalParameter name="n" typeRef="number"/><literalExpression><text>n + ${plus}</text></literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>`;
const importing = (location, uri = 'urn:base') => `<import namespace="${uri}" name="b" importType="x"${location === undefined ? '' : ` locationURI="${location}"`}/>`;
const main = (location) =>
  `<definitions ${XMLNS} name="m" namespace="urn:main">${importing(location)}<decision id="d" name="d"><variable name="d"/>` +
  '<knowledgeRequirement><requiredKnowledge href="urn:base#f"/></knowledgeRequirement><literalExpression><text>b.f(1)</text></literalExpression></decision></definitions>';

// Files in a new folder; "in/main.dmn" is run.  The value, or what is said.
async function run(files, command = 'run') {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    if (typeof text !== 'string') symlinkSync(text.link, join(folder, name));
    else writeFileSync(join(folder, name), text);
  }
  writeFileSync(join(folder, 'input.json'), '{}');
  const model = join(folder, 'in/main.dmn');
  const { code, stdout, stderr } = await minzheng(command === 'run' ? ['dmn', 'run', model, '--input', join(folder, 'input.json'), '--decision', 'd', '--lang', 'en'] : ['dmn', 'check', model, '--lang', 'en']);
  if (command === 'run') assert.equal(code, stderr ? 3 : 0, stderr);
  return command === 'check' || stderr ? stdout + stderr : JSON.parse(stdout);
}

describe('locationURI', () => {
  const others = { 'in/a.dmn': base(1000), 'in/z.dmn': base(2000) };
  test('chooses among files of one namespace', async () => {
    assert.equal(await run({ ...others, 'in/main.dmn': main('base.dmn'), 'in/base.dmn': base(1) }), 2);
    assert.equal(await run({ ...others, 'in/main.dmn': main('z.dmn'), 'in/base.dmn': base(1) }), 2001);
  });
  test('is relative to the file that imports, in folders below', async () => {
    const deep = '<import namespace="urn:deep" name="c" importType="x" locationURI="deep.dmn"/>';
    const files = { 'in/lib/base.dmn': base(1, { imports: deep }), 'in/lib/deep.dmn': base(5, { uri: 'urn:deep' }) };
    assert.equal(await run({ ...others, ...files, 'in/main.dmn': main('lib/base.dmn') }), 2);
    assert.equal(await run({ ...others, ...files, 'in/main.dmn': main('./lib/../lib/base.dmn') }), 2);
  });
  test('may be escaped', async () => assert.equal(await run({ ...others, 'in/main.dmn': main('%E5%BA%93/b%20%.dmn'), 'in/库/b %.dmn': base(1) }), 2));
  test('never leads out of the folder, is no URL, and names no file: then the namespace decides', async () => {
    const files = { 'out.dmn': base(5), 'in/link.dmn': { link: '../other.dmn' }, 'other.dmn': base(5, { uri: 'urn:other' }), 'in/lib/base.dmn': base(6) };
    for (const location of ['../out.dmn', '%2e%2e/out.dmn', 'link.dmn', '/a.dmn', 'http://a.invalid/a.dmn', 'file:///a.dmn', 'none.dmn', 'lib', '.', 'x.dmn%00', '\\a.dmn'])
      assert.equal(await run({ ...files, 'in/a.dmn': base(1), 'in/main.dmn': main(location) }), 2, location);
    assert.match(await run({ ...files, 'in/main.dmn': main('../out.dmn') }), /“..\/out.dmn” is not there.*locationURI is a relative path/);
    assert.match(await run({ ...files, ...others, 'in/main.dmn': main('none.dmn') }), /“a.dmn” and “z.dmn” both have the namespace/);
  });
  test('a file of another namespace, a circle and a broken file are told', async () => {
    assert.match(await run({ 'in/main.dmn': main('o.dmn'), 'in/o.dmn': base(1, { uri: 'urn:o' }) }), /The namespace of “o.dmn” is not urn:base/);
    const back = base(1, { imports: importing('main.dmn', 'urn:main') });
    assert.match(await run({ 'in/main.dmn': main('base.dmn').replace('urn:main', 'urn:base') }), /base.dmn” is not there/);
    assert.match(await run({ 'in/main.dmn': main('base.dmn'), 'in/base.dmn': back }), /base.dmn.*main\.dmn → base\.dmn → main\.dmn/);
    assert.match(await run({ 'in/main.dmn': main('base.dmn'), 'in/base.dmn': '<definitions>\n<a></b>' }), /“base.dmn” cannot be used: line 2: The XML/);
    assert.match(await run({ 'in/main.dmn': main('base.dmn'), 'in/base.dmn': base('') }), /base\.dmn\.f, line 1: The expression/);
  });
});

describe('without locationURI', () => {
  test('the one file of the namespace is taken, two are told apart by nobody', async () => {
    assert.equal(await run({ 'in/main.dmn': main(), 'in/b.dmn': base(1), 'in/c.dmn': base(1, { uri: 'urn:c' }) }), 2);
    const two = { 'in/main.dmn': main(), 'in/b.dmn': base(1), 'in/c.dmn': base(2) };
    assert.match(await run(two), /“b.dmn” and “c.dmn” both have the namespace urn:base/);
    assert.match(await run(two, 'check'), /“b.dmn” and “c.dmn” both have the namespace urn:base/);
  });
  test('a file that cannot be read may have been it', async () =>
    assert.match(await run({ 'in/main.dmn': main(), 'in/b.dmn': '<definitions>' }), /urn:base is there; “b.dmn” beside it cannot be read: .*XML/));
  test('past the limit it is told, and a locationURI helps', async () => {
    const many = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`in/x${i}.dmn`, base(1, { uri: `urn:x${i}` })]));
    assert.match(await run({ ...many, 'in/main.dmn': main(), 'in/b.dmn': base(1) }), /More than 200 models/);
    assert.equal(await run({ ...many, 'in/main.dmn': main('b.dmn'), 'in/b.dmn': base(1) }), 2);
  });
  test('in a pack the last edition counts, whatever its location says', async () => {
    const pack = { 'pack.json': '{}', 'in/main.dmn': main('elsewhere.dmn') };
    assert.equal(await run({ ...pack, 'in/b-2024.dmn': base(2), 'in/b-2025.dmn': base(3), 'in/b.dmn': base(1) }), 4);
  });
});

describe('what a decision does not need', () => {
  const model = (more) => `<definitions ${XMLNS} name="m" namespace="urn:m">${more}<decision id="d" name="d"><variable name="d"/><literalExpression><text>1</text></literalExpression></decision></definitions>`;
  const runs = async (more, ...options) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm.dmn'), model(more));
    writeFileSync(join(folder, 'i.json'), '{}');
    return minzheng(['dmn', 'run', join(folder, 'm.dmn'), '--input', join(folder, 'i.json'), '--lang', 'en', ...options]);
  };
  const bad = '<decision id="e" name="e"><variable name="e"/><literalExpression><text>1 +</text></literalExpression></decision>';
  test('is told beside its value', async () => {
    const one = await runs(bad, '--decision', 'd');
    assert.deepEqual([one.code, one.stdout.trim()], [0, '1']);
    assert.match(one.stderr, /^e, line 1: /);
    assert.equal((await runs(bad, '--decision', 'e')).code, 3);
    assert.equal((await runs(bad)).code, 3);
  });
  test('is an import of another language', async () => {
    const one = await runs('<import name="x" namespace="urn:x" locationURI="x.xsd" importType="http://www.w3.org/2001/XMLSchema"/>');
    assert.deepEqual([one.code, one.stdout.trim(), one.stderr], [0, '{\n  "d": 1\n}', '']);
  });
});

describe('what is used of an import', () => {
  const lib =
    `<definitions ${XMLNS} name="b" namespace="urn:b"><itemDefinition name="T"><typeRef>number</typeRef></itemDefinition>` +
    '<decision id="d_v" name="v"><variable name="v" typeRef="T"/><literalExpression><text>1</text></literalExpression></decision>' +
    '<businessKnowledgeModel id="b_f" name="f"><variable name="f"/><encapsulatedLogic><formalParameter name="n" typeRef="T"/><literalExpression><text>n*10</text></literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>';
  const needs = { v: '<informationRequirement><requiredDecision href="urn:b#d_v"/></informationRequirement>', f: '<knowledgeRequirement><requiredKnowledge href="urn:b#b_f"/></knowledgeRequirement>' };
  const using = (text, { need = '', name = 'b', more = '' } = {}) =>
    `<definitions ${XMLNS} name="m" namespace="urn:main"><import namespace="urn:b" name="${name}" importType="x" locationURI="b.dmn"/>${more}` +
    `<decision id="d" name="d"><variable name="d"/>${need}<literalExpression><text>${text}</text></literalExpression></decision></definitions>`;
  const files = (...args) => ({ 'in/b.dmn': lib, 'in/main.dmn': using(...args) });

  test('without the requirement is told by the check', async () => {
    assert.match(await run(files('if b.v = 1 then "yes" else "no"'), 'check'), /“d” uses “b\.v” without requiring it\. Add the requirement requiredDecision urn:b#d_v/);
    assert.match(await run(files('b.f(1) + b.v', { need: needs.v }), 'check'), /“d” uses “b\.f” without requiring it\. Add the requirement requiredKnowledge urn:b#b_f/);
    assert.match(await run(files('v', { name: '' }), 'check'), /“d” uses “v” without requiring it\. Add the requirement requiredDecision urn:b#d_v/);
    assert.match(await run(files('b.f(b.v)', { need: needs.v + needs.f }), 'check'), /^Checked, 0 findings/);
  });
  test('without the requirement is told when it runs', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'b.dmn'), lib);
    writeFileSync(join(folder, 'm.dmn'), using('if b.v = 1 then "yes" else "no"'));
    writeFileSync(join(folder, 'i.json'), '{}');
    const { stdout, stderr } = await minzheng(['dmn', 'run', join(folder, 'm.dmn'), '--input', join(folder, 'i.json'), '--lang', 'en']);
    assert.deepEqual(JSON.parse(stdout), { d: 'no' });
    assert.match(stderr, /d: There is no variable or function named “b\.v”/);
  });
  test('a type it does not have and an argument of the wrong type are told', async () => {
    const typed = (type) => `<inputData id="x" name="x"><variable name="x" typeRef="${type}"/></inputData>`;
    assert.match(await run(files('1', { more: typed('b.Tx') }), 'check'), /There is no type “b\.Tx”; do you mean “b\.T”\?/);
    assert.match(await run(files('1', { more: typed('b.T') }), 'check'), /^Checked, 0 findings/);
    assert.match(await run({ 'in/main.dmn': using('1', { more: typed('b.Tx') }) }, 'check'), /^(?!.*no type)/s); // the lost import is the finding
    assert.match(await run(files('b.f("a")', { need: needs.f }), 'check'), /argument 1 of “f” must be a number; this is a string/);
    assert.match(await run(files('b.f(1, 2)', { need: needs.f }), 'check'), /function “f” cannot be called with 2 arguments/);
  });
  test('under a name that something else has is refused', async () => {
    const clash = /The import’s name “b” is used on line 1 already/;
    const input = '<inputData id="b" name="b"><variable name="b"/></inputData>';
    const again = '<import namespace="urn:c" name="b" importType="x" locationURI="c.dmn"/>';
    for (const more of [input, again, '<itemDefinition name="b"><typeRef>number</typeRef></itemDefinition>']) {
      const all = { ...files('b.v', { need: needs.v, more }), 'in/c.dmn': lib.replace('urn:b', 'urn:c') };
      for (const command of ['run', 'check']) assert.match(await run(all, command), clash);
    }
    assert.match(await run(files('d.v', { need: needs.v, name: 'd' })), /The import’s name “d”/);
  });
});

describe('a circle', () => {
  const at = (name, to, where = `locationURI="${to}.dmn"`) => `<definitions ${XMLNS} name="${name}" namespace="urn:${name}"><import namespace="urn:${to}" name="O" importType="x" ${where}/>` + `<decision id="d" name="d"><variable name="d"/><literalExpression><text>1</text></literalExpression></decision></definitions>`;
  test('is told by each of its files, with the way around', async () => {
    for (const where of [undefined, '']) {
      const files = { 'in/main.dmn': at('main', 'x', where), 'in/x.dmn': at('x', 'y', where), 'in/y.dmn': at('y', 'main', where) };
      for (const command of ['run', 'check']) assert.match(await run(files, command), /The imports form a circle: main\.dmn → x\.dmn → y\.dmn → main\.dmn/);
    }
  });
});
