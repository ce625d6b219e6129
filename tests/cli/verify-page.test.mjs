// The static page that checks a receipt without a server (web/public/verify): the
// same answers as the program, in another language.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import vm from 'node:vm';

import { ROOT, minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { storeEntries } from '../support/store.mjs';

const source = (name) => readFileSync(join(ROOT, 'web/public/verify', name), 'utf8');
vm.runInThisContext(source('verify.js'));
vm.runInThisContext(source('words.js'));
const check = globalThis.minzhengVerify;
const words = globalThis.minzhengWords;
const text = readFileSync(join(ROOT, 'tests/fuzz/corpus/fuzz_tlog_doors/receipt'), 'utf8');
const folder = temporaryFolder();

test('a receipt holds, with its own keys and with given ones', () => {
  const own = check(text);
  assert.deepEqual([own.origin, own.index, own.size, own.ownKeys, own.entry.kind], ['minzheng.example/110102', 121, 4245, true, 'access']);
  const { vkeys } = JSON.parse(Buffer.from(text.split('\n')[1].slice(6), 'base64').toString());
  assert.equal(check(text, vkeys).ownKeys, false);
  assert.deepEqual([own.cosignatures, own.closed], [['audit.example/w1'], ['subject.1']]);
  assert.deepEqual(check(text, [...vkeys, vkeys[2]]).cosignatures, ['audit.example/w1']); // named twice, it is one
  assert.deepEqual(check(text, vkeys.slice(0, 2)).cosignatures, []); // nobody that was asked for
  assert.throws(() => check(text, [vkeys[0]]), { message: 'unsigned' });
  assert.equal(check(JSON.stringify([{ text }])).index, 121); // as the API gives it
});

test('no byte of it is free, and every refusal has its sentence', () => {
  for (let at = 0; at < text.length; at += 211) {
    const bytes = Buffer.from(text);
    bytes[at] ^= 1;
    assert.throws(() => check(bytes.toString('utf8')), (error) => error.message in words, `byte ${at}`);
  }
  for (const bad of ['', 'x', '{}', '[]', '{"text":""}', text.slice(0, 500), text + text, text.replaceAll('\n', '\r\n')]) assert.throws(() => check(bad), { message: /^(format|checkpoint|signature)$/ });
});

test('spelled otherwise, with a line more, with an opening less: page and program refuse it alike', async () => {
  const extra = JSON.parse(Buffer.from(text.split('\n')[1].slice(6), 'base64').toString());
  const written = (x, spell = JSON.stringify) => text.replace(/^extra .*$/m, `extra ${Buffer.from(spell(x)).toString('base64')}`);
  assert.equal(check(written(extra)).index, 121);
  const line = extra.sm3.split('\n').at(-2); // the witness's, under the twin
  const { vkeys } = extra;
  const bad = {
    format: [written(extra, (x) => JSON.stringify(x, null, 1)), written({ ...extra, more: 1 }), written({ ...extra, opens: undefined }), written({ ...extra, format: 'minzheng-receipt/1' }),
      written({ ...extra, openings: [{ salt: 'AAAA', value: 1 }], opens: ['payload'] })],
    signature: [written({ ...extra, sm3: extra.sm3.replace(/(.)\n$/, (_, c) => `${c === 'A' ? 'B' : 'A'}\n`).replace(line, line.replace(/..(=*)$/, 'AA$1')) })],
    stranger: [written({ ...extra, vkeys: vkeys.slice(0, 2) }), written({ ...extra, sm3: extra.sm3.replace(line, line.replace('w1', 'w2')) }), `${text}${line.replace('w1', 'w9')}\n`],
    missing: [written({ ...extra, opens: ['payload'] }), written({ ...extra, openings: [{ salt: Buffer.alloc(16).toString('base64'), value: 1 }] })],
    opening: [written({ ...extra, openings: [{ salt: Buffer.alloc(16).toString('base64'), value: 1 }], opens: ['subject.1'] }), written({ ...extra, openings: [{ salt: Buffer.alloc(16).toString('base64'), value: 1 }], opens: ['payload'] })],
  };
  const file = join(folder, 'bad');
  for (const [code, receipts] of Object.entries(bad))
    for (const [i, receipt] of receipts.entries()) {
      assert.throws(() => check(receipt), { message: code === 'signature' ? /^(signature|checkpoint)$/ : code }, `${code} ${i}`);
      writeFileSync(file, receipt);
      assert.notEqual((await minzheng(['log', 'verify', file])).code, 0, `${code} ${i}`);
    }
});

test('fresh receipts with cosignatures and openings: page and program agree', async () => {
  const { db } = await demoStore();
  const env = { MINZHENG_NOW: NOW };
  for (const kind of ['decision', 'notice', 'payment', 'account', 'policy.publish']) {
    const receipt = join(folder, kind);
    await minzhengOk(['log', 'prove', storeEntries(db, kind)[0], '--out', receipt, '--db', db], { env });
    const { code, json } = await minzheng(['log', 'verify', receipt, '--json']);
    const page = check(readFileSync(receipt, 'utf8'));
    assert.equal(code, 0);
    assert.deepEqual([page.index, page.size, page.entry.kind, page.entry.action], [json.index, json.size, json.kind, json.action]);
  }
});

test('page and words fit together', () => {
  const said = [...source('index.html').matchAll(/data-say="(\w+)"/g), ...source('page.js').matchAll(/say\('(\w+)'\)|row\(list, '(\w+)'/g)].map((m) => m[1] ?? m[2]);
  const failures = [...source('verify.js').matchAll(/(?:fail\(|, )'([a-z]+)'\)/g)].map((m) => m[1]);
  for (const word of [...said, ...failures]) assert.ok(words[word]?.length === 2 && words[word].every(Boolean), word);
  assert.doesNotMatch(source('index.html') + source('page.js') + source('verify.js'), /https?:|fetch\(|XMLHttp|import /); // nobody is asked
});
