// Files that commands write: whole or not at all, never over what they were not told to replace.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';

import { COMMAND, cleanEnvironment, minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';

const folder = temporaryFolder();
const CITY = join(folder, 'city');
const store = ['--db', join(folder, 'm.db'), '--keys', join(folder, 'keys')];
const screen = (out) => ['screen', '--snapshot', CITY, '--fast', '--scheme', 'elderly_age', '--out', out]; // replaces
const journal = (out) => ['ledger', 'export', out, ...store]; // never over another file
before(async () => {
  await minzhengOk(['snapshot', 'build', CITY, '--synthetic', '2000', '--seed', '5'], {});
  await minzhengOk(['init', ...store], {});
  await minzhengOk(journal(join(folder, 'whole.journal')), {});
  await minzhengOk(screen(join(folder, 'whole.csv')), {});
});

describe('what is in the way', () => {
  for (const [what, make, code] of [
    ['a folder', (path) => mkdirSync(path), 'cli.file_folder'],
    ['no folder', () => {}, 'cli.file_no_folder'],
    ['a file for a folder', () => {}, 'cli.file_no_folder'],
    ['a full disk', () => {}, 'cli.file_full'],
  ])
    test(what, async () => {
      for (const [name, command] of [['screen', screen], ['journal', journal]]) {
        const at = join(folder, `${what.replaceAll(' ', '-')}-${name}`);
        mkdirSync(at);
        const path = { 'a full disk': '/dev/full', 'no folder': join(at, 'none/x.csv'), 'a file for a folder': join(folder, 'whole.csv/x.csv') }[what] ?? join(at, 'x.csv');
        make(path);
        const before_list = readdirSync(at);
        const { code: exit, json, stderr } = await minzheng([...command(path), '--json', '--lang', 'en']);
        assert.equal(exit, 4, `${name}: ${stderr}`);
        assert.equal(json.problem?.code, code, name);
        assert.deepEqual(readdirSync(at), before_list, 'nothing is left');
      }
      assert.ok(statSync('/dev/full').isCharacterDevice(), 'a device is never replaced');
    });
});

test('a file that is there: replaced by a result, kept from a document', async () => {
  const path = join(folder, 'there');
  writeFileSync(path, 'mine');
  const { code, json } = await minzheng([...journal(path), '--json']);
  assert.equal(json.problem?.code, 'cli.file_exists');
  assert.notEqual(code, 0);
  assert.equal(readFileSync(path, 'utf8'), 'mine');
  await minzhengOk(screen(path), {});
  assert.equal(readFileSync(path, 'utf8'), readFileSync(join(folder, 'whole.csv'), 'utf8'));
});

test('a link stays one, and what it leads to is replaced', async () => {
  const real = join(folder, 'real.csv'), link = join(folder, 'link.csv');
  writeFileSync(real, 'old');
  symlinkSync('real.csv', link);
  await minzhengOk(screen(link), {});
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(readFileSync(real, 'utf8'), readFileSync(join(folder, 'whole.csv'), 'utf8'));
});

test('standard output by its name and by its device', async () => {
  const whole = readFileSync(join(folder, 'whole.journal'), 'utf8');
  assert.equal((await minzhengOk(journal('-'), {})).stdout, whole);
  const piped = spawnSync('sh', ['-c', '"$0" "$@" | cat', COMMAND, ...journal('/dev/stdout')], { env: cleanEnvironment(), encoding: 'utf8' });
  assert.equal(piped.stdout, whole, piped.stderr);
});

test('killed half-way, there is no file of that name; the next run is not in its way', async () => {
  const path = join(folder, 'killed.csv');
  const child = spawn(COMMAND, ['screen', '--snapshot', CITY, '--scalar', '--out', path], { env: cleanEnvironment(), stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  while (!existsSync(`${path}.unfinished`)) await new Promise((done) => setTimeout(done, 5));
  child.kill('SIGKILL');
  await ended;
  assert.ok(!existsSync(path));
  await minzhengOk(screen(path), {});
  assert.equal(readFileSync(path, 'utf8'), readFileSync(join(folder, 'whole.csv'), 'utf8'));
  assert.ok(!existsSync(`${path}.unfinished`));
});

test('what names people is its owner\'s alone', () => {
  assert.equal(statSync(join(folder, 'whole.csv')).mode & 0o077, 0);
});
