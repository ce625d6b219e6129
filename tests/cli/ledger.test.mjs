// The books of the demonstration: the journal as hledger reads it, a month closed by two
// people, statements; over the command and the API.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng, minzhengOk } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let db;
let folder;
let server;
const on = (args) => minzheng(args, { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });
const onOk = (args) => minzhengOk(args, { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW } });
before(async () => {
  ({ db, folder } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
});
after(() => server?.stop());

const fen = (text) => Number(text.replace(' CNY', '').replace('.', ''));
const hledger = (file, ...args) => {
  const run = spawnSync('hledger', ['-f', file, ...args], { encoding: 'utf8' });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trim().split('\n').slice(1).map((line) => line.replaceAll('"', '').split(','));
};

test('hledger comes to our balances, now and at the end of each month', async () => {
  for (const month of [null, '2026-09', '2026-10']) {
    const file = join(folder, `books-${month ?? 'now'}.journal`);
    const until = month ? ['--month', month] : [];
    await onOk(['ledger', 'export', file, ...until]);
    const ours = JSON.parse((await onOk(['ledger', 'balances', '--as', 'finance', ...until])).stdout);
    assert.ok(ours.transfers > 10, 'the demonstration has paid');
    const theirs = new Map(hledger(file, 'balance', '--flat', '--no-total', '--empty', '-O', 'csv').map(([path, sum]) => [path.split(':').at(-1), fen(sum)]));
    for (const one of ours.balances) assert.equal(theirs.get(one.account), one.debit_fen - one.credit_fen, one.account);
    assert.equal((await on(['ledger', 'export', file])).code, 4, 'never over another file');
  }
  assert.equal((await onOk(['ledger', 'export', '-'])).stdout, readFileSync(join(folder, 'books-now.journal'), 'utf8'));
});

test('what is refused leaves nothing', async () => {
  for (const args of [[], ['nothing'], ['export'], ['balances'], ['months'], ['close', '--as', 'finance'], ['ask-close', '--as', 'cashier'], ['months', '--month', '2026-10', '--as', 'finance']])
    assert.equal((await on(['ledger', ...args])).code, 2, args.join(' '));
  const bad = join(folder, 'bad.journal');
  for (const month of ['2026-13', 'x', '2026', '', '99999-01', '2026-1']) assert.notEqual((await on(['ledger', 'export', bad, '--month', month])).code, 0, month);
  assert.ok(!existsSync(bad));
  assert.equal((await on(['ledger', 'ask-close', '--month', '2026-11', '--as', 'cashier'])).code, 1, 'it is running');
});

test('a month is closed by two people over the API, and stays', async () => {
  const [cashier, finance, clerk, auditor] = await Promise.all(['cashier', 'finance', 'clerk', 'auditor'].map((login) => signIn(server.url, login)));
  const first = (await must(finance.get('/api/ledger/balances?month=2026-03'))).transfers ? '2026-02' : '2026-03';
  assert.equal((await finance.post(`/api/ledger/months/${first}/ask`, {})).status, 403);
  assert.equal((await clerk.post(`/api/ledger/months/${first}/ask`, {})).status, 403);
  assert.equal((await clerk.get('/api/ledger/months')).status, 403);
  assert.equal((await cashier.post('/api/ledger/months/2026-13/ask', {})).status, 422);
  assert.equal((await finance.post(`/api/ledger/months/${first}/close`, {})).status, 409);
  await must(cashier.post(`/api/ledger/months/${first}/ask`, {}));
  await must(finance.post(`/api/ledger/months/${first}/close`, {}));
  assert.equal((await cashier.post(`/api/ledger/months/${first}/ask`, {})).status, 409);
  const { items } = await must(auditor.get('/api/ledger/months'));
  assert.deepEqual([items.length, items[0].month, items[0].state], [1, first, 'closed']);
  assert.equal((await on(['check-store'])).code, 0);
});

test('statements add up to what was paid', async () => {
  const finance = await signIn(server.url, 'finance');
  const range = 'from=2026-01&to=2026-12';
  const scheme = await must(finance.get(`/api/ledger/statement?by=scheme&${range}`));
  const division = await must(finance.get(`/api/ledger/statement?by=division&${range}`));
  const { balances } = await must(finance.get('/api/ledger/balances'));
  const bank = balances.find((one) => one.account === '1002');
  assert.ok(scheme.paid_fen > 0);
  assert.equal(scheme.paid_fen, division.paid_fen);
  assert.equal(scheme.approved_fen, division.approved_fen);
  assert.equal(scheme.paid_fen, bank.credit_fen, 'what left the bank');
  for (const bad of ['by=scheme', 'by=x&from=2026-01&to=2026-02', 'by=scheme&from=2026-02&to=2026-01', 'by=scheme&from=1900-01&to=2026-01', 'from=x&to=2026-01'])
    assert.equal((await finance.get(`/api/ledger/statement?${bad}`)).status, 422, bad);
});
