// ./run itself: its words, its failures, and the newcomer's first command.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { ROOT, cleanEnvironment, temporaryFolder } from '../support/cli.mjs';
import { freePort } from '../support/server.mjs';

const SECOND_START_SECONDS_MAX = 20; // "seconds", on a machine that runs other tests beside it

function run(args, env = {}) {
  return spawnSync(join(ROOT, 'run'), args, { encoding: 'utf8', env: cleanEnvironment(env) });
}

// Runs `script` with tools/step.sh in a folder of its own.
function steps(script) {
  const folder = temporaryFolder();
  const text = `set -eu\nROOT=${folder}\n. ${ROOT}/tools/step.sh\n${script}`;
  return { folder, ...spawnSync('/bin/sh', ['-c', text], { encoding: 'utf8' }) };
}

// A link leads to wherever its maker's machine had something: a build folder that was one once built elsewhere.
function linksBelow(folder, found = []) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (/^(build.*|node_modules|\.git)$/.test(entry.name) && !entry.isSymbolicLink()) continue;
    if (entry.isSymbolicLink() && entry.name !== 'node_modules') found.push(path);
    else if (entry.isDirectory()) linksBelow(path, found);
  }
  return found;
}

test('nothing of the sources or of the builds is a symbolic link', () => {
  assert.deepEqual(linksBelow(ROOT), []);
});

// Processes of a group, but those that only wait for init to take note.
function livingInGroup(group) {
  const living = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let stat;
    try {
      stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    } catch {
      continue; // it ended in the meantime
    }
    const [state, , itsGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (Number(itsGroup) === group && state !== 'Z') living.push(stat);
  }
  return living;
}

test('help names every sub-command', () => {
  const { status, stdout } = run(['help']);
  assert.equal(status, 0);
  for (const word of ['./run test', './run build', './run bench', './run fuzz', './run help'])
    assert.ok(stdout.includes(word), stdout);
});

for (const args of [['nonsense'], ['--nonsense'], [''], ['build', 'extra'], ['test', 'a', 'b'], ['fuzz', 'x', 'soon'], ['fuzz', 'x', '-1']])
  test(`bad arguments are usage errors: ${JSON.stringify(args)}`, () => {
    const { status, stderr } = run(args);
    assert.equal(status, 2);
    assert.notEqual(stderr, '');
  });

test('a step that fails says which, shows the end of its log and where the log is', () => {
  const { status, stderr, stdout, folder } = steps(
    'bad() { i=0; while [ $i -lt 30 ]; do i=$((i + 1)); echo "line $i"; done; false; echo not reached; }\nstep first true\nstep second bad\necho never',
  );
  assert.equal(status, 1);
  assert.match(stdout, /first: done/);
  assert.match(stderr, /The step that failed: second\n/);
  assert.match(stderr, /line 11\n/);
  assert.match(stderr, /line 30\n/);
  assert.doesNotMatch(stderr, /line 10\n|not reached/);
  assert.doesNotMatch(stdout, /never/);
  const log = join(folder, 'build/logs/second.log');
  assert.ok(stderr.includes(log));
  assert.match(readFileSync(log, 'utf8'), /^line 1\n/);
});

test('what a step prints is in its log only', () => {
  const { stdout, stderr } = steps('step quiet echo secret');
  assert.doesNotMatch(stdout + stderr, /secret/);
});

test('Ctrl-C ends the step and all it started', async () => {
  const folder = temporaryFolder();
  const script = `set -eu\nROOT=${folder}\n. ${ROOT}/tools/step.sh\nlong() { sleep 300; }\nstep endless long\necho never`;
  const child = spawn('/bin/sh', ['-c', script], { detached: true });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const ended = new Promise((resolve) => child.on('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', () => setTimeout(resolve, 300)));
  process.kill(-child.pid, 'SIGINT'); // as a terminal does: to the whole group
  assert.equal(await ended, 130);
  assert.match(output, /Stopped during endless/);
  assert.doesNotMatch(output, /never/);
  await new Promise((resolve) => setTimeout(resolve, 2000)); // the monitor's last second of sleep
  assert.deepEqual(livingInGroup(child.pid), []);
});

test('a stamp is fresh for its key alone', () => {
  const { stdout } = steps('fresh a 1 || echo no; stamp a 1; fresh a 1 && echo yes; fresh a 2 || echo other');
  assert.equal(stdout, 'no\nyes\nother\n');
});

test('a key changes with content, name and absence', () => {
  const { stdout } = steps(
    'cd "$ROOT"; mkdir t; hash_files a; echo 1 >a; hash_files a; echo 2 >a; hash_files a; hash_tree t; echo 1 >t/a; hash_tree t; mv t/a t/b; hash_tree t; mkdir t/node_modules; echo x >t/node_modules/x; hash_tree t',
  );
  const keys = stdout.trim().split('\n');
  assert.equal(keys.length, 7);
  assert.equal(new Set(keys).size, 6);
  assert.equal(keys[5], keys[6]);
});

test('a second build takes seconds and does nothing again', () => {
  const start = Date.now();
  const { status, stdout, stderr } = run(['build']);
  const seconds = (Date.now() - start) / 1000;
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout, /done \(/);
  assert.ok(seconds < SECOND_START_SECONDS_MAX, `${seconds} s`);
});

async function startPortals(env) {
  const child = spawn(join(ROOT, 'run'), [], { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const ended = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  const ready = new Promise((resolve) => {
    child.stdout.on('data', () => /^ready http/m.test(output) && resolve(true));
    ended.then(() => resolve(false));
  });
  assert.ok(await ready, output);
  return { child, ended, output: () => output };
}

test('./run makes the demonstration once, prints what to look at, serves, and stops on Ctrl-C', { timeout: 300_000 }, async () => {
  const port = await freePort();
  const folder = temporaryFolder();
  const env = { MINZHENG_DEMO: folder, MINZHENG_LISTEN: `127.0.0.1:${port}`, MINZHENG_PEOPLE: '2000' };

  const first = await startPortals(env);
  assert.match(first.output(), /demo: done/);
  assert.match(first.output(), /What to look at/);
  const page = await fetch(`http://127.0.0.1:${port}/`);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type'), /text\/html/);
  first.child.kill('SIGINT');
  const end = await first.ended;
  assert.ok(end.code === 0 || end.code === 130 || end.signal === 'SIGINT', JSON.stringify(end));

  const summary = readFileSync(join(folder, 'demo-done'), 'utf8').split('\n').filter((line) => !line.endsWith(' %')).join('\n'); // the progress is of the first time
  const second = await startPortals(env);
  assert.doesNotMatch(second.output(), /demo: done/);
  assert.ok(second.output().includes(summary), 'the second start shows the demo accounts again');
  second.child.kill('SIGINT');
  await second.ended;
  assert.ok(existsSync(join(folder, 'minzheng.db')));
});
