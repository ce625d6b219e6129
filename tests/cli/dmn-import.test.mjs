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
    assert.match(await run({ 'in/main.dmn': main('base.dmn'), 'in/base.dmn': back }), /base.dmn.*“main.dmn”/);
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
