// Looks into a store's file beside the server, read-only.
//
//   storeCounts(db)         { table: rows }; SQLite's own statistics are none of ours
//   storeEntries(db, kind)  ids of log entries
//   storeRows(db, sql)      rows of a query; whole numbers as text, since ids are long

import { spawnSync } from 'node:child_process';

// Node 20 has no SQLite; Debian's Python, which the build needs, has one.
const SCRIPT = `
import json, sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
names = [n for (n,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
print(json.dumps({n: db.execute('SELECT count(*) FROM "' + n + '"').fetchone()[0] for n in names}))
`;

export function storeCounts(db) {
  const run = spawnSync('python3', ['-c', SCRIPT, db], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

// The counts of a served store at rest: the log publishes what is pending by itself, a moment after it was written.
export async function storeCountsAtRest(db) {
  for (let tries = 0; ; tries += 1) {
    const counts = storeCounts(db);
    if (counts.log_pending === 0) return counts;
    if (tries === 100) throw new Error(`${counts.log_pending} entries of the log are still pending`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

// The ids of the log's first entries of a kind.
const ENTRIES = `
import sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
print('\\n'.join(str(i) for (i,) in db.execute('SELECT id FROM log_entry WHERE kind = ? ORDER BY idx LIMIT 5', (sys.argv[2],))))
`;

export function storeEntries(db, kind) {
  const run = spawnSync('python3', ['-c', ENTRIES, db, kind], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout.trim().split('\n');
}

const QUERY = `
import json, sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
print(json.dumps([[str(v) if isinstance(v, int) else v for v in row] for row in db.execute(sys.argv[2])]))
`;

export function storeRows(db, sql) {
  const run = spawnSync('python3', ['-c', QUERY, db, sql], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}
