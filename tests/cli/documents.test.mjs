// The regulations that articles belong to, and their texts where the bureau keeps them.

import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ask } from '../support/api.mjs';
import { minzheng, temporaryFolder } from '../support/cli.mjs';
import { demoStore } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

const folder = temporaryFolder();
const TEXTS = join(folder, 'texts');
let server;
before(async () => {
  mkdirSync(TEXTS);
  writeFileSync(join(TEXTS, 'bj-2018-445.txt'), '一、城乡低保标准\n<script>alert(1)</script>\n');
  writeFileSync(join(folder, 'secret'), 'secret');
  symlinkSync(join(folder, 'secret'), join(TEXTS, 'bj-2017-24.txt'));
  server = await startServer({ args: ['--texts', TEXTS] });
});
after(() => server?.stop());

test('the list says of which the text is kept', async () => {
  const { status, body } = await ask(`${server.url}/api/documents`);
  assert.equal(status, 200);
  const kept = body.items.filter((one) => one.text);
  assert.deepEqual(kept.map((one) => [one.short, one.text]), [['445号', '/api/documents/bj-2018-445/text']]);
  assert.ok(body.items.every((one) => one.title.zh && one.title.en && one.number && one.issuer.zh));
});

test('a text is text, whatever is in it; what is not kept is named', async () => {
  const { status, text, bytes, headers } = await ask(`${server.url}/api/documents/bj-2018-445/text`);
  assert.equal(status, 200);
  assert.match(headers.get('content-type'), /^text\/plain/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.match(text ?? Buffer.from(bytes).toString(), /^一、城乡低保标准/);
  const none = await ask(`${server.url}/api/documents/bj-2019-160/text`);
  assert.equal(none.status, 404);
  assert.match(none.body.detail, /bj-2019-160\.txt/);
  const unlisted = await ask(`${server.url}/api/documents/nothing/text`);
  assert.equal(unlisted.body.code, 'api.document_none');
  for (const [path, method, allow] of [['/api/documents/nothing/text', 'DELETE', 'GET, HEAD'], ['/api/cases', 'PUT', 'GET, HEAD, POST'], ['/api/cases/1/withdraw', 'GET', 'POST']]) {
    const wrong = await ask(server.url + path, { method });
    assert.equal(wrong.status, 405, path);
    assert.equal(wrong.headers.get('allow'), allow, path);
  }
  for (const name of ['bj-2017-24', 'nothing', '..%2Fsecret', '%2e%2e', 'bj-2018-445.txt', '%00'])
    assert.ok([400, 404].includes((await ask(`${server.url}/api/documents/${name}/text`)).status), name);
});

test('a folder that is not there is told before anybody is served', async () => {
  const { db } = await demoStore();
  const run = await minzheng(['serve', '--listen', '127.0.0.1:0', '--texts', join(folder, 'none')], { env: { MINZHENG_DB: db } });
  assert.equal(run.code, 3);
  assert.match(run.stderr, /documents\.csv/);
});
