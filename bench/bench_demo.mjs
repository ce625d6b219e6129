// Seconds that `minzheng demo` takes by size: the population alone and with the
// past months' cases.  Beside: copying the finished file with a sync, which is what
// the disk alone would ask.  The store has the people that were asked for.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { minzhengOk } from '../tests/support/cli.mjs';
import { TINY, TOOLS, check, head, machine, row } from './common.mjs';

const SIZES = TINY ? [500] : [5000, 20000, 100000];

machine();
head('copy of it');
for (const people of SIZES)
  for (const cases of [false, true]) {
    const folder = mkdtempSync(join(TOOLS, 'run-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    const db = join(folder, 'minzheng.db');
    let began = performance.now();
    const { json } = await minzhengOk(['demo', '--people', String(people), ...(cases ? [] : ['--no-cases']), '--json'], { env: { MINZHENG_DB: db }, timeoutSeconds: 3600 });
    const seconds = (performance.now() - began) / 1000;
    check(json.people >= people, `${people} people (${json.people})`);
    check(cases ? json.cases > 0 && json.batches > 0 : json.cases === 0, `cases (${json.cases}) and batches (${json.batches})`);
    began = performance.now();
    execFileSync('dd', [`if=${db}`, `of=${db}.copy`, 'bs=1M', 'conv=fsync'], { stdio: 'ignore' });
    row(`${people} people${cases ? `, ${json.cases} cases` : ', no cases'}`, seconds, 's', (performance.now() - began) / 1000, `${(statSync(db).size / 1e6).toFixed(0)} MB`);
    rmSync(folder, { recursive: true, force: true });
  }
