// The bank's statements beside the books, over the command and the API: the simulated bank's statement goes in by the same
// door as any other, what is left is settled, and a month is closed on it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { must, signIn } from '../support/api.mjs';
import { minzheng, minzhengOk } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let db;
let folder;
let server;
const LATER = '2026-12-03T10:00:00+08:00';
const on = (args, now = NOW) => minzheng(args, { env: { MINZHENG_DB: db, MINZHENG_NOW: now } });
const bank = async (login, args, now = NOW) => {
  const run = await on(['bank', ...args, '--as', login], now);
  assert.equal(run.code, 0, run.stderr);
  return run.stdout ? JSON.parse(run.stdout) : null;
};
const agrees = ({ position: p }) => {
  assert.equal(p.difference_fen, p.bank_fen - p.books_fen);
  assert.equal(p.explained_fen, p.only_bank_fen - p.only_books_fen + p.days_fen + p.gaps_fen);
  assert.equal(p.explained_fen, p.difference_fen);
};
before(async () => {
  ({ db, folder } = await demoStore());
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
});
after(() => server?.stop());

test('the demonstration has statements of the simulated bank, chained, and something left to settle', async () => {
  const list = await bank('auditor', ['statements']);
  agrees(list);
  assert.ok(list.items.length > 3, `${list.items.length} statements`);
  assert.ok(list.items.every((one) => one.simulated && !one.gap && !one.apart_fen));
  assert.ok(list.items.some((one) => one.returned > 0), 'something came back');
  const open = await bank('finance', ['differences']);
  agrees(open);
  assert.deepEqual(open.entries.map((one) => one.text).sort(), ['代发手续费', '结息', '转账存入，未注明事由']);
  assert.equal(open.transfers.length, 0);
  assert.equal((await on(['check-store'])).code, 0);
});

test('what is refused leaves nothing', async () => {
  for (const args of [[], ['nothing', '--as', 'finance'], ['statements'], ['import', '--as', 'cashier'], ['settle', '1', '--as', 'finance'], ['settle', '1', '--kind', 'fee', '--as', 'finance'],
    ['accept', '--month', '2026-10', '--as', 'finance'], ['statements', '--month', '2026-10', '--as', 'finance'], ['simulate', 'x', '--as', 'cashier']])
    assert.equal((await on(['bank', ...args])).code, 2, args.join(' '));
  const file = join(folder, 'bad.xml');
  writeFileSync(file, '<!DOCTYPE a [<!ENTITY b "c">]><Document/>');
  const bad = await on(['bank', 'import', file, '--as', 'cashier', '--lang', 'en']);
  assert.notEqual(bad.code, 0);
  assert.match(bad.stderr, /DOCTYPE|DTD|document type/i);
  assert.equal((await on(['bank', 'import', file, '--as', 'finance'])).code, 1);
  const finance = await signIn(server.url, 'finance');
  for (const path of ['/api/bank/entries/77/settle', '/api/bank/transfers/77/counter'])
    assert.equal((await finance.post(path, { kind: 'fee', reason: '原因' })).status, path.includes('settle') ? 404 : 422, path);
  assert.equal((await finance.post('/api/bank/transfers/77/counter', { reason: '原因' })).status, 404);
  assert.equal((await finance.post('/api/bank/months/2026-13/accept', { reason: '原因' })).status, 422);
  for (const login of ['clerk', 'district', 'resident']) assert.equal((await (await signIn(server.url, login)).get('/api/bank/statements')).status, 403, login);
});

test('a month: imported, settled by another, accepted, closed', async () => {
  const [cashier, finance] = await Promise.all(['cashier', 'finance'].map((login) => signIn(server.url, login)));
  const october = await must(finance.get('/api/bank/differences?month=2026-10'));
  assert.equal(october.items, 3);
  const fee = october.entries.find((one) => one.fen < 0);
  assert.equal((await cashier.post(`/api/bank/entries/${fee.id}/settle`, { kind: 'fee', reason: '代发手续费' })).status, 403);
  assert.equal((await finance.post(`/api/bank/entries/${fee.id}/settle`, { kind: 'funding', reason: '代发手续费' })).status, 422);
  await must(finance.post(`/api/bank/entries/${fee.id}/settle`, { kind: 'fee', reason: '代发手续费' }));
  assert.equal((await finance.post(`/api/bank/entries/${fee.id}/settle`, { kind: 'fee', reason: '代发手续费' })).status, 409);
  const now = await must(finance.get('/api/bank/differences?month=2026-10'));
  agrees(now);
  assert.equal(now.items, 2);
  // Months before it have nothing open: they close in order.
  for (const month of ['2026-02', '2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09']) {
    await must(cashier.post(`/api/ledger/months/${month}/ask`, {}));
    await must(finance.post(`/api/ledger/months/${month}/close`, {}));
  }
  const refused = await cashier.post('/api/ledger/months/2026-10/ask', {});
  assert.deepEqual([refused.status, refused.body.code], [409, 'bank.unreconciled']);
  await must(finance.post('/api/bank/months/2026-10/accept', { reason: '金额小，下月处理' }));
  assert.equal((await must(finance.get('/api/bank/differences?month=2026-10'))).accepted_reason, '金额小，下月处理');
  await must(cashier.post('/api/ledger/months/2026-10/ask', {}));
  await must(finance.post('/api/ledger/months/2026-10/close', {}));
  assert.equal((await on(['check-store'])).code, 0);
});

test('the simulated bank writes the next statement; it is imported once', async () => {
  const file = join(folder, 'november.xml');
  await bank('cashier', ['simulate', file, '--month', '2026-11']);
  assert.match(readFileSync(file, 'utf8'), /camt\.053\.001\.08.*SIMULATED/s);
  assert.equal((await on(['bank', 'simulate', file, '--month', '2026-11', '--as', 'cashier'])).code, 4, 'never over another file');
  assert.equal((await on(['bank', 'import', file, '--as', 'cashier'])).code, 3, 'November is not over');
  const done = await bank('cashier', ['import', file], LATER);
  assert.equal(done.statements, 1);
  assert.ok(done.matched > 0);
  const again = await on(['bank', 'import', file, '--as', 'cashier', '--lang', 'en'], LATER);
  assert.match(again.stderr, /imported already/);
  let open = await bank('finance', ['differences'], LATER);
  agrees(open);
  assert.equal(open.transfers.length, 0);
  for (const one of open.entries) open = await bank('finance', ['settle', one.id, '--kind', one.text.includes('拨款') ? 'funding' : one.text === '结息' ? 'interest' : 'unclear', '--reason', '已核对'], LATER);
  agrees(open);
  assert.deepEqual([open.entries.length, open.transfers.length], [0, 0]);
  assert.equal(open.position.days_fen, open.position.difference_fen, 'what is left was posted after the statement ends');
  assert.equal((await on(['check-store'], LATER)).code, 0);
  assert.ok(existsSync(file));
});
