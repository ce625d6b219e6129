// A made-up city written as a snapshot, by size: people a second, bytes a person, memory that is not the
// files' own, and what it takes to open it (every row checked) and to verify every checksum.  Beside: copying
// the finished files with a sync, which is what the disk alone would ask.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { COMMAND, cleanEnvironment, minzhengOk } from '../tests/support/cli.mjs';
import { TINY, TOOLS, check, head, machine, row } from './common.mjs';

const SIZES = TINY ? [20000] : [100_000, 1_000_000, 10_000_000, 22_000_000];

// Kilobytes of the program's own at their highest, looked at ten times a second.
async function build(dir, people) {
  const child = spawn(COMMAND, ['snapshot', 'build', dir, '--synthetic', String(people), '--seed', '1', '--threads', '1', '--json'], { env: cleanEnvironment() });
  let out = '';
  let own = 0;
  child.stdout.on('data', (data) => (out += data));
  const watch = setInterval(() => {
    try {
      own = Math.max(own, Number(/^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0));
    } catch {} // it has just ended
  }, 100);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearInterval(watch);
  check(code === 0, `a snapshot of ${people} (${out})`);
  return { ...JSON.parse(out), own };
}

async function seconds(args) {
  const began = performance.now();
  await minzhengOk(args, { timeoutSeconds: 3600 });
  return (performance.now() - began) / 1000;
}

machine();
head('copy of it');
for (const people of SIZES) {
  const folder = mkdtempSync(join(TOOLS, 'run-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const dir = join(folder, 'city');
  const made = await build(dir, people);
  check(made.people === people, `${people} people (${made.people})`);
  const opened = await seconds(['snapshot', 'show', dir, '--json']);
  const verified = await seconds(['snapshot', 'show', dir, '--verify', '--json']);
  const began = performance.now();
  execFileSync('sh', ['-c', `mkdir "$1.copy" && for f in "$1"/*; do dd if="$f" of="$1.copy/$(basename "$f")" bs=1M conv=fsync status=none; done`, 'sh', dir]);
  const copied = (performance.now() - began) / 1000;
  row(`${people} people, one thread`, made.milliseconds / 1000, 's', copied, `${Math.round(people / made.milliseconds)} thousand people/s, own memory ${Math.round(made.own / 1024)} MB`);
  row('  opened and counted', opened, 's', copied, `${(made.bytes / people).toFixed(1)} bytes a person, ${(made.bytes / 1e6).toFixed(0)} MB`);
  row('  with every checksum', verified, 's', copied);
  rmSync(folder, { recursive: true, force: true });
}
