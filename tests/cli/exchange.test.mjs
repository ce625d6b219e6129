// What other departments send and fetch, over the command and the API.  The other sides are simulated and say so.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { ask, must, signIn } from '../support/api.mjs';
import { minzheng } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { startServer } from '../support/server.mjs';

let db, folder, drop, server, other, otherUrl, pages;
const on = (args, env = {}) => minzheng(args, { env: { MINZHENG_DB: db, MINZHENG_NOW: NOW, ...env } });
const run = async (source, from, more = [], env) => {
  const r = await on(['exchange', 'run', source, '--from', from, '--as', 'district', ...more], env);
  assert.equal(r.code, 0, r.stderr);
  return r.json.items;
};
// The clock of the stores stands still; files have the machine's, so an old one is of a day before that.
const put = (name, text, secondsAgo = 3600) => {
  const path = join(drop, name), at = secondsAgo < 3600 ? Date.now() / 1000 - secondsAgo : Date.parse('2026-11-22T01:00:00Z') / 1000;
  writeFileSync(path, text);
  utimesSync(path, at, at);
};
const HEAD = '设施名称,设施类别,所在区划,地址,床位数,状态\n';
const sourceOf = async (login, id) => (await must((await signIn(server.url, login)).get('/api/exchanges'))).sources.find((one) => one.id === id);
let kind, state, division;

before(async () => {
  ({ db, folder } = await demoStore());
  drop = join(folder, 'drop');
  mkdirSync(drop);
  server = await startServer({ db, env: { MINZHENG_NOW: NOW } });
  const clerk = await signIn(server.url, 'district');
  const facility = await must(clerk.get('/api/registers/facility'));
  kind = facility.fields.find((f) => f.column === 'kind').codes[0].name.zh;
  state = facility.fields.find((f) => f.column === 'state').codes[0].name.zh;
  division = execFileSync('python3', ['-c', "import sqlite3,sys\nprint(sqlite3.connect(sys.argv[1]).execute('SELECT min(code) FROM division WHERE length(code) = 12 AND code LIKE ?', ('110102%',)).fetchone()[0])", db], { encoding: 'utf8' }).trim();
  other = createServer((request, response) => { pages(new URL(request.url, 'http://x'), response, request); });
  await new Promise((resolve) => { other.listen(0, '127.0.0.1', resolve); });
  otherUrl = `http://127.0.0.1:${other.address().port}/list?system=1`;
});
after(() => { other?.close(); return server?.stop(); });

test('what is refused leaves nothing', async () => {
  for (const args of [[], ['nothing', '--as', 'leader'], ['list'], ['run', 'care_facilities', '--as', 'district'], ['list', '--from', drop, '--as', 'leader'], ['token', 'facilities', '--as', 'leader']])
    assert.equal((await on(['exchange', ...args])).code, 2, args.join(' '));
  for (const [args, say] of [[['run', 'nobody', '--from', drop, '--as', 'district'], /没有这个来源/], [['run', 'care_facilities', '--from', drop, '--as', 'leader'], /由区级经办/],
    [['run', 'care_facilities', '--from', join(folder, 'nowhere'), '--as', 'district'], /打不开/], [['run', 'care_facilities', '--from', `sqlite:${db}`, '--as', 'district'], /没有为这个来源声明/]]) {
    const r = await on(['exchange', ...args]);
    assert.notEqual(r.code, 0);
    assert.match(r.stderr, say);
  }
  assert.deepEqual((await on(['exchange', 'runs', '--as', 'auditor'])).json.items, []);
});

test('nothing received is a state of its own', async () => {
  const one = await sourceOf('decider', 'care_facilities');
  assert.equal(one.state, 'never');
  assert.match(one.missing.zh, /没有收到不表示没有/);
  assert.equal(one.as_of, null);
});

test('a folder: half-written waits, a file is taken once, its rows are rejected with a reason', async () => {
  put('young.csv', `${HEAD}年轻养老院,${kind},${division},一号,10,${state}\n`, 1);
  put('torn.csv', `${HEAD}断了的养老院,${kind},${division},一`, 120);
  put('.hidden.csv', HEAD);
  writeFileSync(join(drop, 'secret'), 'x');
  symlinkSync('/etc/passwd', join(drop, 'link.csv'));
  execFileSync('mkfifo', [join(drop, 'pipe.csv')]);
  assert.deepEqual(await run('care_facilities', drop), []);
  for (const name of ['young.csv', 'torn.csv']) rmSync(join(drop, name));
  put('a.csv', `${HEAD}甲养老院,${kind},${division},一号,30,${state}\n乙养老院,没有这一类,${division},二号,20,${state}\n`);
  const rejected = join(folder, 'rejected.csv');
  const [first, ...none] = await run('care_facilities', drop, ['--rejected', rejected]);
  assert.equal(none.length, 0);
  assert.deepEqual([first.state, first.rows, first.added, first.rejected, first.file, first.way], ['done', 2, 1, 1, 'a.csv', 'file']);
  assert.match(readFileSync(rejected, 'utf8'), /乙养老院.*设施类别/);
  assert.deepEqual(await run('care_facilities', drop), []);
  renameSync(join(drop, 'a.csv'), join(drop, 'b.csv')); // the same bytes
  assert.deepEqual(await run('care_facilities', drop), []);
  const batch = await must((await signIn(server.url, 'district')).get(`/api/imports/${first.batch}`));
  assert.equal(batch.batch?.state ?? batch.state, 'waiting', 'a person confirms it');
  const one = await sourceOf('decider', 'care_facilities');
  assert.deepEqual([one.state, one.rows, one.rejected], ['fresh', 2, 1]);
});

test('a file that is no table fails with its reason, once; an empty one is no answer', async () => {
  put('bad.xlsx', 'PK\u0003\u0004 not a book');
  put('headings.csv', '甲,乙\n1,2\n');
  put('none.csv', HEAD, 3600);
  const items = await run('care_facilities', drop);
  assert.deepEqual(Object.fromEntries(items.map((one) => [one.file, one.state])), { 'bad.xlsx': 'failed', 'headings.csv': 'failed', 'none.csv': 'empty' });
  assert.ok(items.filter((one) => one.state === 'failed').every((one) => one.error && !/^[a-z]+\./.test(one.error)), JSON.stringify(items));
  assert.deepEqual(await run('care_facilities', drop), []);
  assert.equal((await sourceOf('decider', 'care_facilities')).rows, 2, 'what came last stands');
});

test('a list by HTTP: pages, and everything that is not one', async () => {
  const row = (n) => ({ name: `网来养老院${n}`, kind, division, address: '三号', beds: n, state });
  const reply = (response, body, status = 200) => { response.writeHead(status, { 'Content-Type': 'application/json' }); response.end(typeof body === 'string' ? body : JSON.stringify(body)); };
  let heard = '';
  pages = (url, response, request) => {
    heard = request.headers.authorization ?? '';
    assert.equal(url.searchParams.get('system'), '1');
    const cursor = url.searchParams.get('cursor');
    if (!cursor) reply(response, { items: [row(1), row(2)], next: '二 &', as_of: '2026-11-23', simulated: true });
    else if (cursor === '二 &') reply(response, { items: [row(3)], next: null, simulated: true });
    else reply(response, '{}', 500);
  };
  const [one] = await run('care_facilities', otherUrl, [], { MINZHENG_EXCHANGE_TOKEN: 'their-word' });
  assert.equal(heard, 'Bearer their-word');
  assert.deepEqual([one.state, one.rows, one.added, one.as_of, one.simulated, one.way], ['done', 3, 3, '2026-11-23', true, 'http']);
  const [again] = await run('care_facilities', otherUrl);
  assert.deepEqual([again.state, again.rows, again.batch], ['done', 3, one.batch], 'the same answer is an answer');
  for (const [what, answer, want] of [
    ['half of it', (url, response) => (url.searchParams.get('cursor') ? reply(response, '{}', 503) : reply(response, { items: [row(7)], next: 'x' })), 'failed'],
    ['no list', (url, response) => reply(response, { rows: [] }), 'failed'], ['no JSON', (url, response) => reply(response, '<html>'), 'failed'],
    ['nested', (url, response) => reply(response, { items: [{ ...row(8), beds: [1] }] }), 'failed'], ['a row that is none', (url, response) => reply(response, { items: [7] }), 'failed'],
    ['round and round', (url, response) => reply(response, { items: [], next: 'x' }), 'failed'], ['an address as cursor', (url, response) => reply(response, { items: [], next: { href: 'http://evil' } }), 'failed'],
    ['moved', (url, response) => { response.writeHead(302, { Location: 'http://127.0.0.1:1/' }); response.end(); }, 'failed'],
    ['nobody', (url, response) => reply(response, { items: [], next: null }), 'empty'],
  ]) {
    pages = answer;
    const items = await run('care_facilities', otherUrl);
    assert.deepEqual(items.map((x) => [x.state, x.rows, x.batch]), [[want, 0, null]], what);
  }
  const source = await sourceOf('decider', 'care_facilities');
  assert.equal(source.rows, 3, 'what failed is no zero');
  assert.equal(source.last[0].state, 'empty');
  pages = (url, response) => reply(response, { items: [row(9)], as_of: '2026-11-24' }); // 1 to 3 wait for their batch to be confirmed
  assert.equal((await run('care_facilities', otherUrl))[0].short, true, 'a third of the time before');
  const away = await run('care_facilities', 'http://127.0.0.1:1/list');
  assert.equal(away[0].state, 'failed');
});

test('pages without an end are given up within the time, and nothing of them is taken', async () => {
  let n = 0;
  pages = (url, response) => { setTimeout(() => { response.writeHead(200); response.end(JSON.stringify({ items: [], next: `c${n++}` })); }, 200); };
  const began = Date.now();
  const [one] = await run('care_facilities', otherUrl, ['--within', '1']);
  assert.equal(one.state, 'failed');
  assert.match(one.error, /1 秒内没有给完/);
  assert.ok(Date.now() - began < 10_000 && n > 2);
});

test('a round of the timer: who is due is asked, one that fails stops nobody, who is late is told', async () => {
  const places = join(folder, 'places.json');
  const round = async (of, now = NOW) => {
    writeFileSync(places, JSON.stringify(of));
    const r = await minzheng(['exchange', 'round', '--places', places, '--as', 'district'], { env: { MINZHENG_DB: db, MINZHENG_NOW: now } });
    assert.ok([0, 1].includes(r.code), r.stderr);
    return { ...r.json, code: r.code };
  };
  const row = { name: '轮询养老院', kind, division, address: '三号', beds: 4, state };
  let asked = 0;
  pages = (url, response) => { asked++; response.writeHead(200); response.end(JSON.stringify({ items: [row], next: null })); };
  const later = '2026-12-24T09:30:00+08:00', next = '2026-12-25T09:30:00+08:00';
  const first = await round({ legal_entities: `sqlite:${folder}/none.db`, care_facilities: otherUrl }, later);
  assert.deepEqual(first.asked.map((x) => [x.source, x.runs[0]?.state]), [['legal_entities', 'failed'], ['care_facilities', 'done']]);
  assert.deepEqual(first.late.map((x) => [x.source, x.state]), [['legal_entities', 'never']]);
  assert.equal(first.code, 1, 'the timer tells somebody');
  assert.match(first.late[0].missing.zh, /没有收到不表示/);
  const again = await round({ legal_entities: `sqlite:${folder}/none.db`, care_facilities: otherUrl }, later);
  assert.deepEqual([again.asked, asked], [[], 1], 'weekly, and after a failure not before an hour');
  assert.equal((await round({ legal_entities: `sqlite:${folder}/none.db`, care_facilities: otherUrl }, next)).asked.length, 1, 'what failed is tried again');
  assert.deepEqual((await round({ care_facilities: 'mistake://x' }, next)).asked[0].runs, [], 'a wrong place is said');
  writeFileSync(places, '{"nobody": "x"}');
  const wrong = await on(['exchange', 'round', '--places', places, '--as', 'district']);
  assert.match(wrong.stderr, /nobody/);
});

test('a query on another database, which is not written', async () => {
  const file = join(folder, 'other.db');
  execFileSync('python3', ['-c', `import sqlite3,sys
c=sqlite3.connect(sys.argv[1])
c.execute('CREATE TABLE legal_entity (credit_code TEXT, name TEXT, kind TEXT, division TEXT, address TEXT, registered_on TEXT, registrar TEXT, supervisor TEXT, capital INTEGER, state TEXT, representative TEXT)')
c.execute("INSERT INTO legal_entity VALUES ('bad', '一家公司', 'x', '110102001001', '', '2020-01-02', '', '', 12, 'x', '')")
c.commit()`, file]);
  const before = readFileSync(file);
  const [one] = await run('legal_entities', `sqlite:${file}`);
  assert.deepEqual([one.state, one.way, one.rows, one.rejected], ['failed', 'sql', 1, 1]);
  assert.match(one.error, /全部被退回/);
  assert.deepEqual(readFileSync(file), before);
  assert.equal((await run('legal_entities', `sqlite:${join(folder, 'none.db')}`))[0].state, 'failed');
});

test('killed in the middle, the file is taken once', async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `批量养老院${i},${kind},${division},${i}号,${i % 90},${state}\n`).join('');
  put('large.csv', HEAD + rows);
  const { spawn } = await import('node:child_process');
  const { COMMAND, ROOT, cleanEnvironment } = await import('../support/cli.mjs');
  for (const ms of [150, 300, 450]) {
    const child = spawn(COMMAND, ['exchange', 'run', 'care_facilities', '--from', drop, '--as', 'district'], { cwd: ROOT, env: cleanEnvironment({ MINZHENG_DB: db, MINZHENG_NOW: NOW }), stdio: 'ignore' });
    const ended = new Promise((resolve) => { child.on('close', resolve); });
    await new Promise((resolve) => { setTimeout(resolve, ms); });
    child.kill('SIGKILL');
    await ended;
  }
  await run('care_facilities', drop);
  const { items } = (await on(['exchange', 'runs', 'care_facilities', '--as', 'auditor'])).json;
  const large = items.filter((one) => one.file === 'large.csv');
  assert.deepEqual(large.map((one) => [one.state, one.rows, one.added]), [['done', 3000, 3000]]);
});

test('a consumer: its token, its rows, its rate, its end', { timeout: 120_000 }, async () => {
  const leader = await signIn(server.url, 'leader');
  const { division: mine } = await must(leader.get('/api/exchanges'));
  const order = { offer: 'assistance_list', consumer: 'ybj', name: '区医疗保障局', division: mine, per_minute: 6, expires_on: '2026-12-31' };
  const bad = { offer: 'none', consumer: 'A B', name: '', division: '99', expires_on: '2026-11-01' };
  for (const [field, value] of Object.entries(bad)) assert.ok([404, 422].includes((await leader.post('/api/exchanges/tokens', { ...order, [field]: value })).status), field);
  assert.equal((await leader.post('/api/exchanges/tokens', { ...order, expires_on: '2029-01-01' })).status, 422);
  assert.equal((await leader.post('/api/exchanges/tokens', { ...order, division: '999999' })).status, 403);
  assert.equal((await (await signIn(server.url, 'district')).post('/api/exchanges/tokens', order)).status, 403);
  const masked = await must(leader.post('/api/exchanges/tokens', order), 201);
  const whole = await must(leader.post('/api/exchanges/tokens', { ...order, consumer: 'zjw', name: '区住房保障局', basis: '区政府数据共享会议纪要〔2026〕5号' }), 201);
  assert.ok(!readFileSync(db).includes(masked.token), 'only its hash is kept');
  const fetchPage = (token, path = '/api/exchange/assistance_list') => ask(`${server.url}${path}`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  for (const token of [null, '', 'x', `${masked.token}0`, masked.token.replace(/.$/, (c) => (c === '0' ? '1' : '0'))]) {
    const no = await fetchPage(token);
    assert.deepEqual([no.status, no.body.code], [401, 'exchange.token']);
  }
  assert.equal((await fetchPage(masked.token, '/api/exchange/facilities')).status, 401, 'another offer');
  assert.equal((await leader.get('/api/exchange/assistance_list')).status, 401, 'a session opens nothing');
  const page = await must(fetchPage(masked.token));
  assert.equal(page.masked, true);
  assert.ok(page.items.length > 0);
  assert.ok(page.items.every((one) => /[*＊]/.test(one.name) && /\*/.test(one.id_number) && one.monthly_fen >= 0 && one.division.startsWith(mine)));
  const open = await must(fetchPage(whole.token));
  assert.equal(open.masked, false);
  assert.ok(open.items.every((one) => /^[0-9]{17}[0-9X]$/.test(one.id_number)));
  // Every page once, no row twice.
  const seen = new Set(page.items.map((one) => one.number));
  let { next } = page, reads = 1;
  while (next && reads < 6) {
    const more = await must(fetchPage(masked.token, `/api/exchange/assistance_list?cursor=${next}`));
    for (const one of more.items) { assert.ok(!seen.has(one.number)); seen.add(one.number); }
    ({ next } = more);
    reads++;
  }
  for (; reads < 6; reads++) await must(fetchPage(masked.token));
  const slow = await fetchPage(masked.token);
  assert.deepEqual([slow.status, slow.body.code], [429, 'exchange.rate']);
  assert.ok(Number(slow.headers.get('retry-after')) >= 1);
  const list = await must(leader.get('/api/exchanges'));
  const mineToken = list.tokens.find((one) => one.id === masked.id);
  assert.deepEqual([mineToken.reads, mineToken.state], [6, 'open']);
  await must(leader.post(`/api/exchanges/tokens/${whole.id}/revoke`));
  assert.equal((await leader.post(`/api/exchanges/tokens/${whole.id}/revoke`)).status, 409);
  assert.equal((await fetchPage(whole.token)).status, 401);
  assert.equal((await must(leader.get('/api/exchanges'))).tokens.find((one) => one.id === whole.id).state, 'revoked');
  const nobody = await must(leader.post('/api/exchanges/tokens', { ...order, consumer: 'none', division: `${mine}099` }), 201);
  assert.deepEqual((await must(fetchPage(nobody.token))).items, []);
  const [[kept]] = JSON.parse(execFileSync('python3', ['-c', "import sqlite3,sys,json\nprint(json.dumps(sqlite3.connect(sys.argv[1]).execute(\"SELECT count(*) FROM evidence_row v JOIN exchange_read r ON r.id = v.id WHERE v.name = 'exchange_read' AND r.rows = 0\").fetchall()))", db], { encoding: 'utf8' }));
  assert.ok(kept >= 1, 'that nobody was found is on record, too');
  const checks = (await must(leader.get('/api/exchanges'))).checks;
  assert.ok(checks.length > 3 && checks.every((one) => one.simulated && /模拟/.test(one.name.zh)) && checks.some((one) => one.asked > 0));
  const places = await must(leader.post('/api/exchanges/tokens', { ...order, offer: 'facilities', consumer: 'sjj', name: '区数据局', per_minute: 60 }), 201);
  const facilities = await must(fetchPage(places.token, '/api/exchange/facilities'));
  assert.ok(facilities.items.every((one) => one.name && !('phone' in one) && !one.name.includes('养老院1')), 'what waits to be confirmed is nowhere');
});

test('all of it is under evidence', { timeout: 120_000 }, async () => {
  const good = await on(['log', 'verify', '--lang', 'en']);
  assert.equal(good.code, 0, good.stdout + good.stderr);
  execFileSync('python3', ['-c', "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1])\nc.execute('UPDATE exchange_token SET per_minute = 600 WHERE id = (SELECT min(id) FROM exchange_token)')\nc.commit()", db]);
  const bad = await on(['log', 'verify', '--lang', 'en']);
  assert.match(bad.stdout + bad.stderr, /Exchange token/);
});
