// A bureau with 1,000,000 open cases: how long the server takes to be ready, p50 and
// p99 of the desk's list of tasks and of cases, timers swept a second, and p99 of the
// completion of a task while timers fire.
//
// The cases are copies of a small demonstration's open ones, row by row, with dates
// of their own: an applicant has more of them than the schema allows, so that index is
// dropped. They lie in sixteen districts of fifteen subdistricts each. Copies whose timer comes due are whole; the others are without what they were
// applied for with, which no list reads. Beside: the demonstration alone.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { startServer } from '../tests/support/server.mjs';
import { TINY, TOOLS, check, copyStore, head, httpRequest, keptDemo, load, machine, row, signIn, tool } from './common.mjs';

const CASES = TINY ? 2000 : Number(process.env.CASES ?? 1000000);
const TIMERS = TINY ? 20 : 500;
const COMPLETED = TINY ? 24 : 400; // tasks, while timers fire
const CONNECTIONS = TINY ? [1] : [1, 8];
const TIMES = TINY ? 3 : 100;

const COPY = `
import sqlite3, sys
db, cases, timers, done = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
c = sqlite3.connect(db, isolation_level=None)
for p in ('foreign_keys = OFF', 'synchronous = OFF', 'journal_mode = MEMORY', 'cache_size = -400000'): c.execute('PRAGMA ' + p)
FIRST = 1_000_000_000
c.execute('DROP INDEX case_file_one_open')
columns = lambda t: [r[1] for r in c.execute(f'PRAGMA table_info({t})')]
c.execute('CREATE TEMP TABLE n (n INTEGER PRIMARY KEY)')
def source(where): return [r[0] for r in c.execute(f"SELECT DISTINCT f.id FROM case_file f WHERE f.closed_at IS NULL AND EXISTS (SELECT 1 FROM {where}) ORDER BY f.id LIMIT 200")]
def copy(ids, first, count, whole, due, stay=False):
    each = -(-count // len(ids))
    for at, case in enumerate(ids):
        low, high = first + at * each, min(first + (at + 1) * each, first + count)
        if low >= high: break
        c.execute('DELETE FROM n')
        c.execute('WITH RECURSIVE x(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM x WHERE i + 1 < ?) INSERT INTO n SELECT i FROM x', (low, high))
        new = str(FIRST) + ' + n.n'
        district = "'1101' || printf('%02d', 2 + n.n % 16)"
        place = f"{district} || printf('%03d', 1 + n.n / 16 % 15)"
        if stay: place = 't.subdistrict'
        division = 't.division' if stay else f"CASE LENGTH(t.division) WHEN 6 THEN {district} ELSE {place} || SUBSTR(t.division, 10) END"
        for table, extra in (('case_file', {'id': new, 'number': "'B' || n.n", 'due_on': 'due_on + n.n % 60 - 20', 'division': division, 'subdistrict': place, **({} if whole else {'form': "x'00'"})}), ('case_process', {'case_id': new}),
                ('case_task', {'id': f'2 * ({new}) + (ROW_NUMBER() OVER (PARTITION BY n.n)) * 10000000', 'case_id': new, 'due_on': 'due_on + n.n % 60 - 20', 'division': division}),
                ('case_timer', {'case_id': new, 'due_at': str(due) + ' + n.n' if due else 'due_at + 400 * 86400000000'})) + ((('case_party', {'case_id': new}), ('case_event', {'case_id': new, 'entry': '-(n.n * 1000 + seq)'}), ('case_subscription', {'case_id': new}), ('case_trace', {'case_id': new})) if whole else ()):
            cols = columns(table)
            key = 'id' if table == 'case_file' else 'case_id'
            state = " AND t.state = 'open'" if table == 'case_task' else ''
            c.execute(f"INSERT INTO {table} ({', '.join(cols)}) SELECT {', '.join(extra.get(k, 't.' + k) for k in cols)} FROM n JOIN {table} t ON t.{key} = ?{state}", (case,))
c.execute('BEGIN')
tasks = source("case_task k WHERE k.case_id = f.id AND k.state = 'open'")
clocks = source('case_timer m WHERE m.case_id = f.id AND m.due_at IS NOT NULL')
copy(tasks, timers, cases - timers - cases // 10, False, 0)
copy(clocks, cases - cases // 10, cases // 10, False, 0)
copy(clocks, 0, timers, True, 1000000)
copy(source("case_task k WHERE k.case_id = f.id AND k.state = 'open' AND k.element = 'review' AND k.division = '110102020'"), cases, done, True, 0, True)
c.execute('COMMIT')
c.execute('ANALYZE')
print(c.execute('SELECT COUNT(*) FROM case_file WHERE closed_at IS NULL').fetchone()[0])
`;

const source = await keptDemo('demo-5000', ['--people', '5000']);
const folder = mkdtempSync(join(TOOLS, 'run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const count = (db, sql) => Number(execFileSync('python3', ['-c', 'import sqlite3,sys;print(sqlite3.connect(sys.argv[1],timeout=60).execute(sys.argv[2]).fetchone()[0])', db, sql], { encoding: 'utf8' }));
const DUE = 'SELECT COUNT(*) FROM case_timer WHERE due_at < 1000000000000'; // those that were copied so: 1970

async function ready(db) {
  const from = process.hrtime.bigint();
  const server = await startServer({ db, args: ['--quiet'] });
  return { server, seconds: Number(process.hrtime.bigint() - from) / 1e9 };
}

const small = copyStore(source, join(folder, 'small'));
const db = copyStore(source, join(folder, 'large'));
const made = Number(execFileSync('python3', ['-c', COPY, db, CASES, TIMERS, COMPLETED], { encoding: 'utf8', maxBuffer: 1 << 26 }));
check(made >= CASES, `there are ${CASES} open cases: ${made}`);
check(count(db, DUE) >= TIMERS, 'timers are due');

machine();
console.log(`open cases: ${made}, and ${count(small, 'SELECT COUNT(*) FROM case_file WHERE closed_at IS NULL')} in the demonstration alone`);
const few = await ready(small);
const many = await ready(db);
head('the demonstration');
row('ready after', many.seconds, 's', few.seconds);

// The timers first: the server fires them from its first second on.
const began = process.hrtime.bigint();
const due = count(db, DUE);
let left = due;
const end = Date.now() + (TINY ? 60_000 : 120_000);
while (left > 0 && Date.now() < end) {
  await new Promise((resolve) => setTimeout(resolve, 500));
  left = count(db, DUE);
}
const swept = (due - left) / (Number(process.hrtime.bigint() - began) / 1e9);
check(left === 0, `every timer that was due has fired: ${left} are left`);
const failed = count(db, `SELECT COUNT(*) FROM case_timer WHERE tries > 0`);
check(failed === 0, `no timer failed: ${failed}`);
row(`timers swept, ${due} due`, swept, '/s');

let address = 10;
const who = {};
for (const login of ['clerk', 'district']) who[login] = [await signIn(many.server.url, login, `127.0.0.${address++}`), await signIn(few.server.url, login, `127.0.0.${address++}`)];
const PAGES = [['tasks', 'clerk', '/api/tasks?limit=100'], ['tasks, overdue', 'clerk', '/api/tasks?urgency=overdue'], ['tasks of a district', 'district', '/api/tasks'], ['cases of a district', 'district', '/api/cases']];
for (const connections of CONNECTIONS) {
  console.log(`\n${connections} connections`);
  head('the demonstration');
  for (const [name, login, path] of PAGES) {
    const runs = [];
    for (const [at, server] of [many.server, few.server].entries()) {
      const run = await load(server.url, connections, Array.from({ length: connections * TIMES }, () => httpRequest(server.url, who[login][at], 'GET', path)), folder);
      for (const reply of run.replies) check(reply.status === 200, `${name} answers 200: ${reply.status} ${reply.body.slice(0, 300)}`);
      runs.push(run);
    }
    const shown = JSON.parse(runs[0].replies[0].body);
    row(`${name}, p50`, runs[0].p50_ms, 'ms', runs[1].p50_ms, shown.counts ? `${shown.counts.all} open` : '');
    row(`${name}, p99`, runs[0].p99_ms, 'ms', runs[1].p99_ms);
  }
}
// Completions in the old store, half of them with timers that fire beside.
const reviewer = await signIn(many.server.url, 'reviewer2', `127.0.0.${address++}`);
const tasks = execFileSync('python3', ['-c', "import sqlite3,sys;print(*[r[0] for r in sqlite3.connect(sys.argv[1],timeout=60).execute(\"SELECT id FROM case_task WHERE element = 'review' AND state = 'open' AND division = '110102020' AND case_id >= 1000000000 ORDER BY id\")])", db], { encoding: 'utf8' }).trim().split(' ').filter(Boolean);
check(tasks.length >= COMPLETED, `there are tasks to complete: ${tasks.length}`);
console.log('\n4 connections');
head('no timer due');
const half = Math.floor(COMPLETED / 2);
const complete = (ids) => load(many.server.url, 4, ids.map((id) => httpRequest(many.server.url, reviewer, 'POST', `/api/tasks/${id}/complete`, JSON.stringify({ outcome: '退回', note: '材料不齐，请补充后再报。' }))), folder);
const quiet = await complete(tasks.slice(0, half));
// how many is asked of the statement itself: the server may have begun with them before anybody could count
const firing = Number(execFileSync('python3', ['-c', `import sqlite3,sys;c=sqlite3.connect(sys.argv[1],timeout=60);c.execute('UPDATE case_timer SET due_at = 2000000 + case_id % 1000000 WHERE case_id IN (SELECT case_id FROM case_timer WHERE due_at > 1000000000000 LIMIT ${half})');c.commit();print(c.total_changes)`, db], { encoding: 'utf8' }));
for (const late = Date.now() + 60_000; count(db, DUE) >= firing && Date.now() < late;) await new Promise((resolve) => setTimeout(resolve, 20)); // until the server has begun with them
const busy = await complete(tasks.slice(half, 2 * half));
check(firing - count(db, DUE) > 0, 'timers fired meanwhile');
for (const reply of [...quiet.replies, ...busy.replies]) check(reply.status === 200, `a task is completed: ${reply.status} ${reply.body.slice(0, 300)}`);
row('a task completed, p50', busy.p50_ms, 'ms', quiet.p50_ms, `${firing - count(db, DUE)} timers beside`);
row('a task completed, p99', busy.p99_ms, 'ms', quiet.p99_ms);
check((await many.server.stop()).code === 0 && (await few.server.stop()).code === 0, 'the servers end well');
