// Looks into a store's file beside the server, read-only.
//
//   storeCounts(db)   { table: rows }; SQLite's own statistics are none of ours

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
