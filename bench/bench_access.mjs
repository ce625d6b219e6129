// A day on which 2,000 officers look at people: what the log of looks costs and how large it
// gets, beside the rows of who looked inserted by plain SQLite, without a log (bench/access_day.c).
//
// 300 looks an officer is one every hundred seconds of eight hours. After MINZHENG_ACCESS_SECONDS (15) no look begins:
// the figures of a look are measured, those of the day are what as many as the day has would cost, and the table says how
// many were made; 0 makes the whole day. MINZHENG_ACCESS_OFFICERS takes fewer officers (10 at least). Plain SQLite may put as many looks into a transaction as ask in the same moment, so it
// waits for the disk as seldom as the other side can at best. Afterwards the store proves its log, and both
// sides hold the same rows.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { minzheng } from '../tests/support/cli.mjs';
import { TINY, TOOLS, check, copyStore, head, keptDemo, machine, row, tool } from './common.mjs';

const PEOPLE = TINY ? 500 : 20000;
const OFFICERS = Number(process.env.MINZHENG_ACCESS_OFFICERS ?? 2000);
check(Number.isInteger(OFFICERS) && OFFICERS >= 10 && OFFICERS <= 100000, `MINZHENG_ACCESS_OFFICERS is from 10 to 100000: ${OFFICERS}`);
const SECONDS = Number(process.env.MINZHENG_ACCESS_SECONDS ?? 15);
check(Number.isInteger(SECONDS) && SECONDS >= 0 && SECONDS <= 86400, `MINZHENG_ACCESS_SECONDS is from 0 to 86400: ${SECONDS}`);
const STAFF = TINY ? 20 : OFFICERS;
const DAY = STAFF * (TINY ? 20 : 300);
const THREADS = 64; // of the 2,000, those who ask in the same moment
const GROUP = THREADS; // looks of one transaction on the plain side: more cannot wait for one commit on the other
const WORKING_DAYS = 250; // of a year, rounded

const source = await keptDemo(`no-cases-${PEOPLE}`, ['--people', String(PEOPLE), '--no-cases']);
const folder = mkdtempSync(join(TOOLS, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

// Bytes by what they are for; indexes with their table.
function sizes(db) {
  const script = `
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute('PRAGMA wal_checkpoint(TRUNCATE)')
for name, size in db.execute("SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = TRUE GROUP BY 1"):
    print(name, size)`;
  const lines = execFileSync('python3', ['-c', script, db], { encoding: 'utf8' }).trim().split('\n');
  return new Map(lines.map((line) => line.split(' ')).map(([name, size]) => [name, Number(size)]));
}

machine();
console.log(`people in the store: ${PEOPLE}; officers: ${STAFF}; looks of a day: ${DAY}${SECONDS ? `, of which as many as ${SECONDS} s allow` : ''}, each durable before it is answered`);
head('plain SQLite');
const db = copyStore(source, join(folder, 'looks'));
const bare = copyStore(source, join(folder, 'plain'));
const before = sizes(db);
const day = JSON.parse(await tool('access_day', ['looks', db, STAFF, DAY, THREADS, SECONDS || 86400], { say: true }));
const LOOKS = day.looks;
const WHOLE = DAY / LOOKS;
const after = sizes(db);
const plain = JSON.parse(await tool('access_day', ['plain', db, bare, GROUP]));
check(plain.looks === LOOKS, `every look has its row (${plain.looks})`);

const grown = (...names) => names.reduce((sum, name) => sum + (after.get(name) ?? 0) - (before.get(name) ?? 0), 0);
const all = [...after.keys()].reduce((sum, name) => sum + grown(name), 0);
row(`looks, ${THREADS} at once`, LOOKS / day.seconds, '/s', LOOKS / plain.seconds, `p50 ${day.p50_ms.toFixed(1)} ms, p99 ${day.p99_ms.toFixed(1)} ms; ${GROUP} looks a transaction beside`);
row('processor time of a look', (day.cpu_seconds * 1e3) / LOOKS, 'ms', (plain.cpu_seconds * 1e3) / LOOKS, `sequencing and signing included; ${(day.subjects / LOOKS).toFixed(1)} people a look`);
row(`the day of ${STAFF} officers`, day.cpu_seconds * WHOLE, 's', plain.cpu_seconds * WHOLE, `of processor time; ${LOOKS} of ${DAY} looks made`);
row('bytes of a look', all / LOOKS, 'B', grown('access_entry', 'access_subject') / LOOKS,
  `entry ${(grown('log_entry', 'log_pending') / LOOKS).toFixed(0)}, tiles ${(grown('log_tile') / LOOKS).toFixed(0)}, who and whom ${(grown('access_entry', 'access_subject') / LOOKS).toFixed(0)}`);
row(`the day of ${STAFF} officers on disk`, (all * WHOLE) / 1e6, 'MB', (grown('access_entry', 'access_subject') * WHOLE) / 1e6, `a year of ${WORKING_DAYS} days: ${((all * WHOLE * WORKING_DAYS) / 1e9).toFixed(0)} GB`);
const { code, stdout, stderr } = await minzheng(['log', 'verify', '--db', db], { timeoutSeconds: 3600 });
check(code === 0, `the log holds: ${stdout}${stderr}`);
