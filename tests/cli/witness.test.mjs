// Witnesses on machines of their own, the log as others fetch it, and what
// happens when one of them is away or slow, lies, forgets, or an old backup
// comes back.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import vm from 'node:vm';

import { must, signIn, until } from '../support/api.mjs';
import { COMMAND, ROOT, cleanEnvironment, minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';
import { freePort, startServer as start } from '../support/server.mjs';

const env = { MINZHENG_NOW: NOW, MINZHENG_LANG: 'en' };
const folder = temporaryFolder();
const running = [];
const startServer = async (options) => {
  const server = await start(options);
  running.push({ kill: () => server.kill() });
  return server;
};
let db;
let keys;
let logs;

async function startWitness(name, port = null) {
  const at = port ?? (await freePort());
  const child = spawn(COMMAND, ['log', 'witness', 'serve', join(folder, name), '--listen', `127.0.0.1:${at}`], {
    cwd: ROOT, env: cleanEnvironment({}), stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const ended = new Promise((resolve) => child.on('close', resolve));
  const ready = await new Promise((resolve, reject) => {
    child.stdout.on('data', (data) => /^ready/.test(data) && resolve(true));
    child.on('close', () => reject(new Error(`${name} did not start`)));
  });
  assert.ok(ready);
  return { port: at, url: `http://127.0.0.1:${at}/`, child, ended };
}

async function makeWitness(name) {
  const { stdout } = await minzhengOk(['log', 'witness', 'init', join(folder, name), '--name', `${name}.example/w`, '--logs', logs]);
  return stdout.trim();
}

const policy = (name, text) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

before(async () => {
  ({ db } = await demoStore());
  keys = `${db}.keys`;
  logs = join(folder, 'logs');
  await minzhengOk(['log', 'export', join(folder, 'out'), '--db', db], { env });
  writeFileSync(logs, ['out/vkeys', 'out/sm3/vkeys'].map((f) => readFileSync(join(folder, f), 'utf8')).join(''));
});
after(() => running.forEach((child) => child.kill('SIGKILL')));

const witnesses = async (server) => (await fetch(`${server.url}/api/log/witnesses`)).json();

/* Program and page on the same damaged copies, a bit each: neither takes any. */
async function flips(receipt, trust) {
  vm.runInThisContext(readFileSync(join(ROOT, 'web/public/verify/verify.js'), 'utf8'));
  const keys = readFileSync(trust, 'utf8').split('\n').filter((word) => word.includes('+'));
  const page = (text) => { try { return globalThis.minzhengVerify(text, keys); } catch { return null; } };
  assert.equal(page(receipt)?.cosignatures.length, 2);
  const whole = Buffer.from(receipt);
  const inside = Buffer.from(receipt.split('\n')[1].slice('extra '.length), 'base64');
  const damaged = []; // in the file, and behind the base64: the twin's lines, keys, entry
  for (let at = 0; at < whole.length; at += 53) damaged.push([whole, at, (b) => b]);
  for (let at = 0; at < inside.length; at += 17) damaged.push([inside, at, (b) => Buffer.from(receipt.replace(/^extra .*$/m, `extra ${b.toString('base64')}`))]);
  assert.ok(damaged.length > 150, damaged.length);
  const bad = join(folder, 'damaged');
  for (const [i, [bytes, at, file]] of damaged.entries()) {
    const copy = Buffer.from(bytes);
    copy[at] ^= 1 << (at % 8);
    const text = file(copy);
    assert.equal(page(text.toString('utf8')), null, `page, byte ${at}`);
    if (i % 3) continue; // a process each; test_tlog_receipt.c takes every bit
    writeFileSync(bad, text);
    assert.notEqual((await minzheng(['log', 'verify', bad, '--trust', trust, '--quorum', 'none'])).code, 0, `program, byte ${at}`);
  }
}

test('two of three witnesses make a head final, though the third is away; the receipt shows it', async () => {
  const [a, b, c] = [await makeWitness('a'), await makeWitness('b'), await makeWitness('c')];
  const [wa, wb] = [await startWitness('a'), await startWitness('b')];
  const away = await freePort();
  const file = policy('policy', `witness 区纪检 ${a} ${wa.url}\nwitness b ${b} ${wb.url}\nwitness c ${c} http://127.0.0.1:${away}\ngroup g 2 区纪检 b c\nquorum g\n`);
  const server = await startServer({ db, env, args: ['--witnesses', file] });
  const session = await signIn(server.url, 'resident');
  await must(session.get('/api/me/household')); // a look grows the log
  const before_ = await until('final', async () => {
    const w = await witnesses(server);
    return w.trees.every((t) => t.final_size > 0) && w;
  });
  assert.equal(before_.quorum, true);
  const states = new Map(before_.witnesses.map((w) => [`${w.name} ${w.tree}`, w]));
  assert.equal(states.get('区纪检 sha256').state, 'cosigned');
  assert.equal(states.get('区纪检 sm3').state, 'cosigned');
  assert.equal(states.get('c sha256').state, 'away');
  assert.ok(states.get('b sha256').cosigned_at);
  const entry = (await must(session.get('/api/me/access'))).items[0].entry;
  const receipt = await until('receipt', async () => {
    const { stdout } = await minzhengOk(['log', 'prove', entry, '--db', db], { env });
    return ['a', 'b'].every((name) => stdout.includes(`— ${name}.example/w`)) && stdout;
  });
  const path = join(folder, 'receipt');
  writeFileSync(path, receipt);
  const trust = policy('trust', `${readFileSync(logs, 'utf8')}${a}\n${b}\n${c}\n`);
  const verified = await minzheng(['log', 'verify', path, '--trust', trust, '--quorum', '2', '--json']);
  assert.equal(verified.code, 0, verified.stderr);
  assert.equal(verified.json.cosignatures, 2);
  assert.equal((await minzheng(['log', 'verify', path, '--trust', trust, '--quorum', '3'])).code, 1);
  assert.equal((await minzheng(['log', 'verify', path, '--policy', `${file}`])).code, 3); // it names no log
  const whole = policy('whole', readFileSync(logs, 'utf8').replace(/^(?=.)/gm, 'log ') + readFileSync(file, 'utf8'));
  assert.equal((await minzheng(['log', 'verify', path, '--policy', whole])).code, 0);
  assert.equal((await minzheng(['log', 'verify', path, '--policy', policy('all', readFileSync(whole, 'utf8').replace('group g 2', 'group g all'))])).code, 1);
  for (const word of ['0', '-1', '', 'no', '101', '1.0']) assert.equal((await minzheng(['log', 'verify', path, '--trust', trust, '--quorum', word])).code, 2, word);
  assert.equal((await minzheng(['log', 'verify', path, '--quorum', 'none'])).code, 2);
  const nobody = await minzheng(['log', 'verify', path, '--trust', trust, '--quorum', 'none', '--lang', 'en']);
  assert.deepEqual([nobody.code, nobody.stderr], [0, '']);
  assert.match((await minzheng(['log', 'verify', path, '--trust', trust, '--lang', 'en'])).stderr, /no cosignature was asked for/);
  await flips(receipt, trust);
  await server.stop();
  wa.child.kill('SIGTERM');
  await wa.ended;
  wb.child.kill('SIGKILL'); // and it still knows what it cosigned
  await wb.ended;
  const state = await minzheng(['log', 'witness', 'status', join(folder, 'b'), '--json']);
  assert.equal(state.code, 0);
  assert.ok(state.json.logs.every((l) => l.size > 0 && l.evidence === 0));
});

test('what contradicts a log is shown, both notes as they were signed', async () => {
  const one = `${'o'.repeat(3)}.example\n7\nroot\n\n\u2014 o sig\n`;
  await makeWitness('k');
  const { json } = await minzheng(['log', 'witness', 'status', join(folder, 'k'), '--json'], { env });
  const put = `
import sqlite3, sys
c = sqlite3.connect(sys.argv[1])
c.execute("INSERT INTO witness_evidence (id, origin, at, old, known_size, note, known_note, size, root, proof) VALUES (1, ?, 1795314700000000, 0, 9, ?, 'known\\n9\\n', 7, x'00', 'aGFzaA==\\n')", sys.argv[2:4])
c.commit()`;
  execFileSync('python3', ['-c', put, join(folder, 'k/witness.db'), json.logs[0].origin, one]);
  const told = await minzheng(['log', 'witness', 'status', join(folder, 'k'), '--json'], { env });
  assert.equal(told.code, 1);
  const shown = told.json.logs[0].contradictions[0];
  assert.deepEqual([shown.note, shown.known_note, shown.size, shown.known_size, shown.proof], [one, 'known\n9\n', 7, 9, 'aGFzaA==\n']);
  assert.deepEqual(told.json.logs[1].contradictions, []);
  const text = await minzheng(['log', 'witness', 'status', join(folder, 'k'), '--lang', 'en'], { env });
  assert.equal(text.code, 1);
  for (const part of [one, 'known\n9\n', 'aGFzaA==\n', 'cosigned before', 'entries:']) assert.ok(text.stdout.includes(part), `${part} in ${text.stdout}`);
});

test('the log over HTTP is what the export writes, byte for byte', async () => {
  const out = join(folder, 'again');
  await minzhengOk(['log', 'export', out, '--db', db], { env });
  const server = await startServer({ db, env });
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((f) => f.isFile());
  let compared = 0;
  for (const f of files) {
    const name = join(f.parentPath ?? f.path, f.name).slice(out.length + 1);
    if (/vkeys|checkpoint\.old|^checkpoint$|sm3\/checkpoint$/.test(name)) continue;
    const got = await fetch(`${server.url}/log/${name}`);
    assert.equal(got.status, 200, name);
    assert.equal(got.headers.get('content-type'), 'application/octet-stream');
    assert.match(got.headers.get('cache-control'), /immutable/);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), readFileSync(join(out, name)), name);
    compared += 1;
  }
  assert.ok(compared > 20, `${compared} files`);
  const checkpoint = await fetch(`${server.url}/log/checkpoint`);
  assert.equal(checkpoint.headers.get('content-type'), 'text/plain; charset=utf-8');
  const size = Number((await checkpoint.text()).split('\n')[1]);
  assert.match(await (await fetch(`${server.url}/log/sm3/checkpoint`)).text(), new RegExp(`^minzheng.example/110102/sm3\n`));
  assert.equal((await (await fetch(`${server.url}/log/vkeys`)).text()).trim().split('\n').length, 2);
  const beyond = Math.floor(size / 256) + 1;
  for (const bad of ['', 'tile', 'tile/', 'tile/0', 'tile/0/0', 'tile/0/1', 'tile/00/000', 'tile/0/000/', 'tile/64/000', 'tile/-1/000', 'tile/0/000.p/0', 'tile/0/000.p/256',
    'tile/0/000.p/01', 'tile/0/000.p/1/2', 'tile/entries/0', 'tile/data/000', `tile/0/${String(beyond).padStart(3, '0')}`, 'tile/0/x000/000', 'tile/7/000', 'sm3/', 'sm3/vkeys',
    'sm3/sm3/checkpoint', 'tile/0/%00', 'checkpoint/']) {
    const got = await fetch(`${server.url}/log/${bad}`);
    assert.equal(got.status, 404, bad);
  }
  assert.equal((await fetch(`${server.url}/log/checkpoint`, { method: 'POST' })).status, 405);
  assert.equal((await fetch(`${server.url}/log/tile/0/000.p/5`)).status, 200); // any width of a signed size
  await server.stop();
});

test('a slow witness holds nobody up; one that lies is found out', { timeout: 120_000 }, async () => {
  const [honest, slowKey, lyingKey] = [await makeWitness('d'), await makeWitness('e'), await makeWitness('f')];
  const wd = await startWitness('d');
  const slow = createServer(() => {}); // never answers
  const lying = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.end(`— f.example/w ${Buffer.alloc(76, 7).toString('base64')}\n`));
  });
  const ports = await Promise.all([slow, lying].map((s) => new Promise((resolve) => s.listen(0, '127.0.0.1', () => resolve(s.address().port)))));
  const file = policy('three', `witness slow ${slowKey} http://127.0.0.1:${ports[0]}\nwitness lying ${lyingKey} http://127.0.0.1:${ports[1]}\nwitness honest ${honest} ${wd.url}\nquorum honest\n`);
  const server = await startServer({ db, env, args: ['--witnesses', file] });
  await signIn(server.url, 'resident').then((s) => must(s.get('/api/me/household')));
  const seen = await until('final', async () => {
    const w = await witnesses(server);
    return w.witnesses.some((x) => x.name === 'lying' && x.state === 'invalid') && w.witnesses.every((x) => x.name !== 'honest' || x.state === 'cosigned') && w;
  });
  assert.ok(seen.trees.every((t) => t.final_size > 0));
  assert.ok(seen.witnesses.filter((x) => x.name === 'slow').every((x) => x.state === 'unasked'));
  slow.closeAllConnections();
  slow.close();
  lying.close();
  await server.stop();
  wd.child.kill('SIGTERM');
  await wd.ended;
});

test('an old backup is noticed: by the anchor, which stops the signing, and by a witness', { timeout: 120_000 }, async () => {
  const key = await makeWitness('g');
  const wg = await startWitness('g');
  const file = policy('one', `witness g ${key} ${wg.url}\nquorum g\n`);
  await minzhengOk(['log', 'cosign', '--witnesses', file, '--db', db], { env });
  const old = join(folder, 'old');
  mkdirSync(old);
  await minzhengOk(['backup', join(old, 'store.db'), '--db', db], { env });
  const server = await startServer({ db, env });
  for (let i = 0; i < 3; i++) await signIn(server.url, 'resident').then((s) => must(s.get('/api/me/household')));
  await server.stop();
  await minzhengOk(['log', 'cosign', '--witnesses', file, '--db', db], { env });

  const back = join(old, 'store.db');
  cpSync(keys, `${back}.keys`, { recursive: true });
  for (const args of [['log', 'publish'], ['log', 'cosign', '--witnesses', file]]) {
    const run = await minzheng([...args, '--db', back], { env });
    assert.equal(run.code, 4, run.stderr);
    assert.match(run.stderr, /old backup was restored/);
  }
  const size = Number(readFileSync(`${back}.keys/log-anchor`, 'utf8').split('\n')[1]);
  const stopped = await startServer({ db: back, env });
  await signIn(stopped.url, 'resident').then((s) => must(s.get('/api/me/household')));
  await until('said', async () => /log anchor: E_CORRUPT tlog\.anchor_behind/.test(stopped.output()) && true);
  assert.ok(Number((await (await fetch(`${stopped.url}/log/checkpoint`)).text()).split('\n')[1]) < size); // nothing was signed
  assert.match((await witnesses(stopped)).stopped.en, /the anchor file says that \d+ were signed/);
  const checked = await minzheng(['check-store', '--db', back, '--lang', 'en'], { env });
  assert.equal(checked.code, 1, checked.stdout + checked.stderr);
  assert.match(checked.stdout, /the anchor file says/);
  await stopped.stop();

  rmSync(`${back}.keys/log-anchor`); // and if the keys came from the backup too
  const before_ = (await minzheng(['log', 'verify', '--db', back, '--lang', 'en'], { env }));
  assert.equal(before_.code, 0, before_.stdout); // sound in itself: nobody has been asked
  const signed = async (server) => Number((await (await fetch(`${server.url}/log/checkpoint`)).text()).split('\n')[1]);
  const fork = await startServer({ db: back, env, args: ['--witnesses', file] });
  const had = await signed(fork);
  const stoppedBy = await until('stopped', async () => (await witnesses(fork)).stopped);
  assert.match(stoppedBy.en, /g\.example\/w shows a checkpoint of size \d+ .*Put a newer copy back/);
  assert.ok(stoppedBy.en.includes(` ${size} `) && stoppedBy.zh.includes('恢复了旧备份'));
  assert.equal((await witnesses(fork)).witnesses.find((w) => w.state === 'ahead').detail, String(size));
  await signIn(fork.url, 'resident').then((s) => must(s.get('/api/me/household'))); // cases go on
  await until('said', async () => /log head: E_CORRUPT tlog\.doubt_shown/.test(fork.output()));
  assert.equal(await signed(fork), had); // and not one head was signed
  await fork.stop();
  for (const command of [['log', 'verify'], ['check-store']]) {
    const run = await minzheng([...command, '--db', back, '--lang', 'en'], { env });
    assert.equal(run.code, 1, run.stdout + run.stderr);
    assert.match(run.stdout, new RegExp(`shows a checkpoint of size ${size} `));
  }
  assert.equal((await minzheng(['log', 'publish', '--db', back], { env })).code, 4);

  // It is lost for good: another name, by a leader, with a reason.
  const restart = (args) => minzheng(['log', 'restart', ...args, '--db', back, '--lang', 'en'], { env });
  for (const [args, code] of [[[], 2], [['--reason', 'lost'], 2], [['--as', 'leader'], 2], [['--reason', '', '--as', 'leader'], 2], [['--reason', 'x'.repeat(501), '--as', 'leader'], 2],
    [['--reason', 'lost', '--as', 'clerk'], 1], [['--reason', 'lost', '--as', 'nobody'], 3]]) assert.equal((await restart(args)).code, code, args.join(' '));
  const restarted = await restart(['--reason', '机房失火，八月三日之后的备份已毁', '--as', 'leader']);
  assert.equal(restarted.code, 0, restarted.stderr);
  assert.match(restarted.stdout, /minzheng\.example\/110102\/r1/);
  assert.equal((await restart(['--reason', 'again', '--as', 'leader'])).code, 1); // nothing to restart
  assert.ok(existsSync(`${back}.keys/log-anchor`));
  const sound = await minzheng(['log', 'verify', '--db', back, '--lang', 'en'], { env });
  assert.equal(sound.code, 0, sound.stdout);
  await minzhengOk(['log', 'export', join(old, 'out'), '--db', back], { env });
  assert.match(readFileSync(join(old, 'out/checkpoint'), 'utf8'), /^minzheng\.example\/110102\/r1\n/);
  assert.ok(!existsSync(join(old, 'out/checkpoint.old'))); // the one before had another name
  assert.equal((await minzheng(['log', 'cosign', '--witnesses', file, '--db', back], { env })).code, 1); // the witness does not know it yet
  wg.child.kill('SIGTERM');
  await wg.ended;
  writeFileSync(join(folder, 'g/logs'), ['out/vkeys', 'out/sm3/vkeys'].map((f) => readFileSync(join(old, f), 'utf8')).join(''), { flag: 'a' });
  const again = await startWitness('g', wg.port);
  await minzhengOk(['log', 'cosign', '--witnesses', file, '--db', back], { env });
  const state = await minzheng(['log', 'witness', 'status', join(folder, 'g'), '--json']);
  assert.equal(state.code, 0); // it has nothing against either name
  assert.equal(state.json.logs.length, 4);
  const renamed = await startServer({ db: back, env, args: ['--witnesses', file] });
  const now = await witnesses(renamed);
  assert.deepEqual([now.origin, now.stopped], ['minzheng.example/110102/r1', null]);
  await renamed.stop();
  again.child.kill('SIGTERM');
  await again.ended;
});

test('a witness without its memory does not serve; doors say what is wrong', async () => {
  await makeWitness('h');
  rmSync(join(folder, 'h/witness.db'));
  const forgot = await minzheng(['log', 'witness', 'serve', join(folder, 'h')], { env });
  assert.equal(forgot.code, 4);
  assert.match(forgot.stderr, /must not be used/);
  assert.ok(!existsSync(join(folder, 'h/witness.db')));
  for (const [args, code] of [
    [['init', join(folder, 'h'), '--name', 'h', '--logs', logs], 1],
    [['init', join(folder, 'i'), '--name', 'has space', '--logs', logs], 2],
    [['init', join(folder, 'i'), '--name', 'i'], 2],
    [['init', join(folder, 'i'), '--name', 'i', '--logs', policy('nothing', '# none\n')], 3],
    [['init', join(folder, 'i'), '--name', 'i', '--logs', policy('junk', 'junk\n')], 3],
    [['serve', join(folder, 'nowhere')], 3], [['status', join(folder, 'nowhere')], 3], [['status'], 2], [['dance'], 2], [[], 2],
  ]) {
    const run = await minzheng(['log', 'witness', ...args], { env });
    assert.equal(run.code, code, `${args.join(' ')}: ${run.stderr}`);
    assert.notEqual(run.stderr, '');
  }
  for (const [text, code] of [['quorum a\n', 3], ['', 3], ['witness a b c\nquorum a\n', 3]]) {
    const run = await minzheng(['log', 'cosign', '--db', db, '--witnesses', policy('bad', text)], { env });
    assert.equal(run.code, code, text);
  }
  assert.equal((await minzheng(['log', 'cosign', '--db', db], { env })).code, 2); // nobody to ask
});

test('the witness over HTTP: its statuses, its state, its key', async () => {
  const key = await makeWitness('j');
  const w = await startWitness('j');
  const post = (body, path = 'add-checkpoint') => fetch(w.url + path, { method: 'POST', body });
  const note = readFileSync(join(folder, 'out/checkpoint'), 'utf8');
  const status = async (body) => (await post(body)).status;
  assert.equal(await status(''), 400);
  assert.equal(await status(`old 0\n\n${note.replace('minzheng.example', 'other.example')}`), 404);
  assert.equal(await status(`old 0\n\n${note.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) + 1}\n`)}`), 403);
  assert.equal(await status(`old 99999999\n\n${note}`), 400);
  const conflict = await post(`old 3\n\n${note}`);
  assert.equal(conflict.status, 409);
  assert.equal(conflict.headers.get('content-type'), 'text/x.tlog.size');
  assert.equal(await conflict.text(), '0\n');
  assert.equal(await status(`old 0\n${Buffer.alloc(32).toString('base64')}\n\n${note}`), 422);
  const good = await post(`old 0\n\n${note}`);
  assert.equal(good.status, 200);
  assert.match(await good.text(), /^— j\.example\/w \S+\n$/);
  assert.equal(await status('x'.repeat(200_000)), 413);
  for (const [path, allowed] of [['add-checkpoint', 'POST'], ['', 'GET, HEAD'], ['vkey', 'GET, HEAD']]) {
    for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'BREW']) {
      if (allowed.split(', ').includes(method)) continue;
      for (const body of method === 'GET' ? [undefined] : [undefined, 'x', 'x'.repeat(200_000)]) {
        const got = await fetch(w.url + path, { method, body });
        assert.deepEqual([got.status, got.headers.get('allow')], [405, allowed], `${method} /${path} ${body?.length}`);
      }
    }
  }
  assert.equal((await fetch(`${w.url}vkey`, { method: 'HEAD' })).status, 200);
  assert.equal((await post('', 'elsewhere')).status, 404);
  assert.equal((await post('x'.repeat(200_000), 'elsewhere')).status, 404);
  assert.equal((await (await fetch(`${w.url}vkey`)).text()).trim(), key);
  const state = await (await fetch(w.url)).json();
  assert.equal(state.logs[0].evidence, 0); // a proof that is none accuses nobody
  w.child.kill('SIGTERM');
  assert.equal(await w.ended, 0);
});
