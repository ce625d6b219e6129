// Everybody against every scheme that registers can find, by size of the city: columns alone (--fast), with one
// thread and two.  Beside: reading the same files once.  First, on a small city, columns and the engine of single
// cases must find the same people.  Then a reform of the whole register, with its report.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { COMMAND, cleanEnvironment, minzhengOk } from '../tests/support/cli.mjs';
import { TINY, TOOLS, check, head, machine, row } from './common.mjs';

const SIZES = TINY ? [3000] : [100_000, 1_000_000, 10_000_000, 22_000_000];
const NAMED_MAX = 1_000_000; // people; what each possible lead lacks is asked one by one, and takes minutes for more
const folder = mkdtempSync(join(TOOLS, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// Seconds of the processor, and peak memory without the mapped files, in kilobytes.
function timed(args) {
  const out = execFileSync('/bin/sh', ['-c', '"$0" "$@" >/dev/null & pid=$!; peak=0; while kill -0 $pid 2>/dev/null; do p=$(sed -n "s/^RssAnon:[^0-9]*\\([0-9]*\\).*/\\1/p" /proc/$pid/status 2>/dev/null); [ "${p:-0}" -gt $peak ] && peak=$p; sleep 0.05; done; wait $pid || exit 1; echo $peak; times', COMMAND, ...args],
    { encoding: 'utf8', env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const [peak, , children] = out.trim().split('\n'); // times: the shell's own, then its children's, as 0m1.25s
  const cpu = children.split(' ').reduce((sum, text) => sum + Number(text.split('m')[0]) * 60 + parseFloat(text.split('m')[1]), 0);
  return { peak: Number(peak), cpu };
}

function seconds(args) {
  const began = performance.now();
  const { peak, cpu } = timed(args);
  return { seconds: (performance.now() - began) / 1000, peak, cpu };
}

const rows = (file) => readFileSync(file, 'utf8').trim().split('\n').slice(1).map((line) => line.split(','));

machine();
const small = join(folder, 'small');
await minzhengOk(['snapshot', 'build', small, '--synthetic', '1500', '--seed', '2'], {});
for (const flag of ['--fast', '--scalar']) await minzhengOk(['screen', '--snapshot', small, flag, '--out', join(folder, `${flag}.csv`)], { timeoutSeconds: 3600 });
const certain = new Map(rows(join(folder, '--scalar.csv')).map((r) => [r.slice(0, 3).join(), r]));
for (const r of rows(join(folder, '--fast.csv')))
  if (r[3] !== 'possible' && r[3] !== 'receiving') check(certain.get(r.slice(0, 3).join())?.slice(0, 5).join() === r.slice(0, 5).join(), `the same of ${r.join()}`);

await minzhengOk(['screen', '--snapshot', small, '--out', join(folder, 'default.csv')], { timeoutSeconds: 3600 });
// missing_exact, the last cell, says how far each search came: what one proves the other may have left open
const named = (name) => rows(join(folder, name)).map((r) => r.slice(0, -1).join()).join('\n');
check(named('default.csv') === named('--scalar.csv'), 'named as the engine of single cases does');

head('reading them');
for (const people of SIZES) {
  const city = join(folder, 'city');
  await minzhengOk(['snapshot', 'build', city, '--synthetic', String(people), '--seed', '1'], { timeoutSeconds: 3600 });
  const bytes = Number(execFileSync('sh', ['-c', 'cat "$0"/* | wc -c', city], { encoding: 'utf8' }));
  const began = performance.now();
  execFileSync('sh', ['-c', 'cat "$0"/* > /dev/null', city]);
  const read = (performance.now() - began) / 1000;
  for (const threads of ['1', '2']) {
    const { seconds: wall, peak, cpu } = seconds(['screen', '--snapshot', city, '--fast', '--threads', threads]);
    row(`${people} people, ${threads} thread${threads === '1' ? '' : 's'}`, wall, 's', read, `${(people / wall / 1e6).toFixed(2)} M people/s, ${(bytes / wall / 1e9).toFixed(2)} GB/s, own memory ${Math.round(peak / 1024)} MB`);
    row('  of the processor\'s time', cpu, 's', read, `${(people / cpu / 1e6).toFixed(2)} M people/s`);
  }
  if (people <= NAMED_MAX) {
    const named = seconds(['screen', '--snapshot', city, '--threads', '2']);
    row('  and what each possible lead lacks, 2 threads', named.seconds, 's', read, `processor ${named.cpu.toFixed(1)} s, own memory ${Math.round(named.peak / 1024)} MB`);
  }
  const reform = seconds(['simulate', '--snapshot', city, '--set', '低保标准=1600', '--threads', '2', '--json']);
  row('  a reform with its report', reform.seconds, 's', read, `processor ${reform.cpu.toFixed(1)} s, own memory ${Math.round(reform.peak / 1024)} MB`);
  rmSync(city, { recursive: true, force: true });
}
