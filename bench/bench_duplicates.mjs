// Review lists of possible duplicates: a comparison of the whole register by command, then the pages an officer turns, each with two people a
// pair opened, masked and entered in the log of who looked before the reply leaves.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { minzhengOk } from '../tests/support/cli.mjs';
import { startServer } from '../tests/support/server.mjs';
import { TINY, TOOLS, check, copyStore, head, keptDemo, machine, row, signIn } from './common.mjs';

const PEOPLE = TINY ? 2000 : 20000;
const DOUBLES = TINY ? 60 : 1500;
const TIMES = TINY ? 3 : 100;

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const full = (body) => body + '10X98765432'[[...body].reduce((sum, c, i) => sum + Number(c) * WEIGHTS[i], 0) % 11];
const given = '伟芳娜敏静丽强磊军洋勇艳杰涛明超霞平刚桂英华文玲辉健红梅建国';
const family = '欧阳上官司马诸葛尉迟慕容';

function person(i, twin) {
  const birth = `${1940 + (i % 60)}${String(1 + (i % 12)).padStart(2, '0')}${String(1 + (i % 28)).padStart(2, '0')}`;
  const name = family.slice((i % 6) * 2, (i % 6) * 2 + 2) + given[i % given.length] + given[(i * 7 + 3) % given.length];
  return [name, full(`110228${birth}${String((i * 4 + (twin ? 1 : 3)) % 1000).padStart(3, '0')}`), '110102020001', `试验胡同${1 + (i % 200)}号${1 + (i % 9)}单元${100 + (i % 97)}室`, `139${String(10000000 + i * 37)}`].join(',');
}

machine();
const source = await keptDemo(`demo-${PEOPLE}`, ['--people', String(PEOPLE)]);
const folder = mkdtempSync(join(TOOLS, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const db = copyStore(source, folder);
const env = { MINZHENG_DB: db };
const file = join(folder, 'doubles.csv');
writeFileSync(file, ['姓名,身份证号,居住社区,现住址,联系电话', ...Array.from({ length: 2 * DOUBLES }, (_, i) => person(i >> 1, i % 2 === 1))].join('\n'));
await minzhengOk(['import', 'population', file, '--as', 'district', '--purpose', 'verification', '--yes'], { env, timeoutSeconds: 300 });

const before = process.hrtime.bigint();
const run = JSON.parse((await minzhengOk(['duplicates', 'run', '--as', 'district', '--json'], { env, timeoutSeconds: 300 })).stdout);
const seconds = Number(process.hrtime.bigint() - before) / 1e9;
check(run.found >= DOUBLES * 0.9, `the doubles are found: ${run.found} of ${DOUBLES}`);

const server = await startServer({ db, args: ['--quiet'] });
const who = await signIn(server.url, 'district', '127.0.0.10');
async function timed(path) {
  const start = process.hrtime.bigint();
  const reply = await fetch(server.url + path, { headers: { Cookie: who.cookie } });
  const body = await reply.json();
  check(reply.status === 200, `${path} answers 200`);
  return { ms: Number(process.hrtime.bigint() - start) / 1e6, body };
}
async function many(paths) {
  const ms = [];
  for (let i = 0; i < TIMES; i++) ms.push((await timed(paths[i % paths.length])).ms);
  ms.sort((a, b) => a - b);
  return { median: ms[ms.length >> 1], worst: ms[Math.min(ms.length - 1, Math.floor(ms.length * 0.99))] };
}
const { body: first } = await timed('/api/duplicates');
let deep = first;
for (let page = 0; page < 10 && deep.next_cursor; page++) ({ body: deep } = await timed(`/api/duplicates?cursor=${deep.next_cursor}`));
const pages = [
  ['the first page of 50 pairs', ['/api/duplicates']],
  ['the tenth page', [deep.next_cursor ? `/api/duplicates?cursor=${deep.next_cursor}` : '/api/duplicates']],
  ['one pair side by side', first.items.map(({ id }) => `/api/duplicates/${id}`)],
];
head('');
row(`comparing ${run.people} people, by command`, seconds, 's', undefined, `${run.candidates} candidate pairs, ${run.found} found`);
for (const [name, paths] of pages) {
  const { median, worst } = await many(paths);
  row(name, median, 'ms', undefined, `p99 ${worst.toFixed(1)} ms`);
}
await server.stop();
