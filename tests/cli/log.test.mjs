// minzheng log: receipts are checked without a store; every bad door answers.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, minzheng, temporaryFolder } from '../support/cli.mjs';

// Made once by a log that is gone: no store anywhere knows it.
const RECEIPT = join(ROOT, 'tests/fuzz/corpus/fuzz_tlog_doors/receipt');
const text = readFileSync(RECEIPT, 'utf8');
const folder = temporaryFolder();
const env = { MINZHENG_DB: join(folder, 'none', 'store.db') };

function file(name, content) {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const extra = JSON.parse(Buffer.from(text.split('\n')[1].slice('extra '.length), 'base64').toString('utf8'));
const trust = file('trust', `# the log\n${extra.vkeys.join('\n')}\n`);

test('a receipt is valid with its own keys, and says that they are its own', async () => {
  const { code, stdout, stderr } = await minzheng(['log', 'verify', RECEIPT, '--lang', 'en'], { env });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /The receipt is valid/);
  assert.match(stderr, /keys inside the receipt/);
});

test('with trusted keys and a quorum nothing is left to note', async () => {
  for (const quorum of ['1', 'none']) {
    const { code, stdout, stderr } = await minzheng(['log', 'verify', RECEIPT, '--trust', trust, '--quorum', quorum], { env });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /回执有效/);
    assert.equal(stderr, '');
  }
  assert.match((await minzheng(['log', 'verify', RECEIPT, '--trust', trust], { env })).stderr, /--quorum/, 'that no witness was asked for is said');
});

test('--json has the facts', async () => {
  const { code, json } = await minzheng(['log', 'verify', RECEIPT, '--trust', trust, '--json'], { env });
  assert.equal(code, 0);
  const { origin, kind, district, own_keys: own, valid } = json;
  assert.deepEqual([valid, origin, kind, district, own], [true, 'minzheng.example/110102', 'access', 110102, false]);
});

test('an answer of no is exit status 1', async () => {
  const other = file('other', `${extra.vkeys[0]}\n`);
  for (const args of [
    ['--trust', trust, '--quorum', '2'],
    ['--trust', other],
  ]) {
    const { code, stderr } = await minzheng(['log', 'verify', RECEIPT, ...args], { env });
    assert.equal(code, 1, args.join(' '));
    assert.notEqual(stderr, '');
  }
  const index = Number(/^index (\d+)$/m.exec(text)[1]);
  const moved = file('moved', text.replace(`index ${index}\n`, `index ${index + 1}\n`));
  const { code, json } = await minzheng(['log', 'verify', moved, '--json'], { env });
  assert.equal(code, 1);
  assert.deepEqual(json, { valid: false, code: 'tlog.receipt_root' });
});

const asGiven = { entry: '7', index: 3, kind: 'decision', at: '2026-11-22T10:30:00+08:00', text };
test('a receipt as the API gives it, alone or as the only one of a list', async () => {
  for (const content of [asGiven, [asGiven]])
    for (const spaces of [0, 1]) {
      const { code, stdout, stderr } = await minzheng(['log', 'verify', file('given.json', JSON.stringify(content, null, spaces)), '--trust', trust], { env });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /回执有效/);
    }
  const { code } = await minzheng(['log', 'verify', file('changed.json', JSON.stringify({ ...asGiven, text: text.replace('index ', 'index 1') })), '--trust', trust], { env });
  assert.ok(code === 1 || code === 3);
});

test('JSON that is no receipt says what to do', async () => {
  for (const [content, word] of [
    [{ ...asGiven, text: '' }, /还没有签名/], [[asGiven, asGiven], /2 份/], [[], /0 份/], [{}, /text/], [[1], /text/], [{ text: 7 }, /text/], [{ text: null }, /text/],
    [{ text: '{"text":"x"}' }, /c2sp/],
  ]) {
    const { code, stderr } = await minzheng(['log', 'verify', file('none.json', JSON.stringify(content))], { env });
    assert.equal(code, 3, JSON.stringify(content).slice(0, 60));
    assert.match(stderr, word);
  }
  const { code, stderr } = await minzheng(['log', 'verify', file('half.json', JSON.stringify(asGiven).slice(0, 900))], { env });
  assert.equal(code, 3);
  assert.match(stderr, /JSON/);
});

test('the entry is told in words', async () => {
  const { stdout } = await minzheng(['log', 'verify', RECEIPT, '--trust', trust], { env });
  assert.doesNotMatch(stdout, /岗位 [a-z_]+/);
});

test('no byte of a receipt is free', async () => {
  const bytes = readFileSync(RECEIPT);
  for (let at = 0; at < bytes.length; at += 157) {
    const copy = Buffer.from(bytes);
    copy[at] ^= 1;
    const { code } = await minzheng(['log', 'verify', file('flipped', copy), '--trust', trust], { env });
    assert.ok(code === 1 || code === 3, `byte ${at}: exit status ${code}`);
  }
});

test('bad input is exit status 3, and says what to do', async () => {
  for (const [name, content] of [
    ['empty', ''],
    ['text', 'this is no receipt\n'],
    ['cut', text.slice(0, 700)],
    ['windows', text.replaceAll('\n', '\r\n')],
    ['doubled', text + text],
    ['binary', Buffer.from([0xff, 0xfe, 0, 1])],
  ]) {
    const { code, stderr } = await minzheng(['log', 'verify', file(name, content)], { env });
    assert.equal(code, 3, name);
    assert.match(stderr, /\p{Script=Han}/u, name);
  }
  const { code } = await minzheng(['log', 'verify', RECEIPT, '--trust', file('nokeys', '# none\n')], { env });
  assert.equal(code, 3);
});

test('bad usage is exit status 2', async () => {
  for (const args of [
    [],
    ['frobnicate'],
    ['verify', RECEIPT, RECEIPT],
    ['verify', RECEIPT, '--quorum', '1'],
    ['verify', RECEIPT, '--trust', trust, '--quorum', 'many'],
    ['verify', RECEIPT, '--nonsense'],
    ['prove'],
    ['prove', 'x'],
    ['export'],
  ]) {
    const { code, stderr } = await minzheng(['log', ...args], { env });
    assert.equal(code, 2, args.join(' '));
    assert.notEqual(stderr, '', args.join(' '));
  }
});

test('without a store the other verbs say so', async () => {
  for (const args of [['verify'], ['prove', '1'], ['export', join(folder, 'out')], ['publish']]) {
    const { code, stderr } = await minzheng(['log', ...args], { env });
    assert.ok(code === 3 || code === 4, `${args.join(' ')}: ${code}`);
    assert.notEqual(stderr, '');
  }
});
