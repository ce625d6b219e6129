// `minzheng log verify` over a whole store: one byte of a row or a tile under
// evidence is changed, and the report says which one it was.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { minzheng, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';

const env = { MINZHENG_NOW: NOW, MINZHENG_LANG: 'en' };
const folder = temporaryFolder();
let db;

before(async () => {
  ({ db } = await demoStore());
});

// Text: its first letter becomes another; a number grows by one; bytes: the last bit of the tenth.
const CHANGE = `
import sqlite3, sys
db, statement = sys.argv[1], sys.argv[2]
c = sqlite3.connect(db, isolation_level=None)
c.execute('PRAGMA foreign_keys = OFF')
def other(v):
    if isinstance(v, int): return v + 1
    if isinstance(v, bytes):
        at = min(9, len(v) - 1)
        return v[:at] + bytes([v[at] ^ 1]) + v[at + 1:]
    return ('x' if v[:1] != 'x' else 'y') + v[1:]
c.create_function('other', 1, other)
n = c.execute(statement).rowcount
sys.exit(0 if n == 1 else f'{n} rows changed')
`;

// The first row of a table whose column is not null.
const column = (table, name, where = '1') => `UPDATE ${table} SET ${name} = other(${name}) WHERE rowid = (SELECT min(rowid) FROM ${table} WHERE ${name} IS NOT NULL AND ${where})`;
const gone = (table, where = '1') => `DELETE FROM ${table} WHERE rowid = (SELECT min(rowid) FROM ${table} WHERE ${where})`;

const differs = (what, part = 'payload') => [`evidence.differs`, what, part];
const changes = [
  // the business's rows
  [column('case_event', 'arguments', `arguments <> '{}'`), differs('case_event')],
  [column('case_event', 'body'), differs('case_event')],
  [column('case_event', 'salt'), differs('case_event', 'matter')],
  [column('case_event', 'at'), ['evidence.column', 'case_event', 'at']],
  [column('case_event', 'role'), ['evidence.column', 'case_event', 'role']],
  [column('case_event', 'office'), ['evidence.column', 'case_event', 'office']],
  [column('case_event', 'kind'), ['evidence.column', 'case_event', 'action']],
  [gone('case_event'), ['evidence.no_row', null, null]],
  [column('decision_record', 'input'), differs('decision_record')],
  [column('decision_record', 'result'), differs('decision_record')],
  [column('decision_record', 'policy_sha'), differs('decision_record')],
  [column('verification_request', 'source'), differs('verification_request')],
  [column('verification_request', 'answer'), differs('verification_answer')],
  [column('verification_request', 'answered_at'), ['evidence.column', 'verification_answer', 'at']],
  [column('publication', 'salt'), differs('publication', 'matter')], // the content itself is gone when its time is over
  [column('archive_file', 'sm3'), differs('archive_file')],
  [column('archive_file', 'case_id'), differs('archive_file', 'matter')],
  [column('notice', 'opening'), differs('notice')],
  [column('notice', 'served_at'), differs('notice_service')],
  [column('notice', 'served_how').replace('other(served_how)', `CASE served_how WHEN 'post' THEN 'left' ELSE 'post' END`), differs('notice_service')],
  [column('entitlement', 'scheme'), differs('entitlement')],
  [column('entitlement', 'from_month'), differs('entitlement')],
  [column('entitlement_line', 'monthly_fen'), differs('entitlement')],
  [gone('entitlement_line'), differs('entitlement')],
  [column('payment', 'amount_fen', 'entry IS NOT NULL'), differs('payment')],
  [column('payment', 'month', 'entry IS NOT NULL').replace('other(month)', 'month + 500'), differs('payment')],
  [column('payment_batch', 'total_fen', 'entry IS NOT NULL'), differs('payment_batch')],
  [column('access_entry', 'purpose', 'subjects = 1'), ['evidence.column', 'access_entry', 'purpose']],
  [column('access_entry', 'role'), ['evidence.column', 'access_entry', 'role']],
  [column('access_entry', 'office'), ['evidence.column', 'access_entry', 'office']],
  [column('access_entry', 'fields', `case_id IS NOT NULL`), ['evidence.column', 'access_entry', 'fields']],
  [column('access_entry', 'case_id'), differs('access_entry', 'matter')],
  [column('access_entry', 'at'), ['evidence.column', 'access_entry', 'at']],
  [column('access_subject', 'person'), differs('access_entry', 'subject')],
  [gone('access_subject'), differs('access_entry', 'subject')],
  [gone('access_entry'), ['evidence.no_row', null, null]],
  [column('account_entry', 'account'), differs('account', 'subject')],
  [column('parameter_confirmation', 'confirmed_at'), ['evidence.column', 'parameter_confirmation', 'at']],
  [`UPDATE decision_record SET entry = (SELECT max(id) + 1 FROM log_entry) WHERE rowid = (SELECT min(rowid) FROM decision_record)`, ['evidence.no_entry', 'decision_record', '']],
  [`UPDATE decision_record SET entry = (SELECT min(entry) FROM notice) WHERE rowid = (SELECT min(rowid) FROM decision_record)`, ['evidence.kind', 'decision_record', 'notice']],
  // the log's own
  [column('log_entry', 'bytes'), ['tlog.audit_entry_changed', null, null]],
  [column('log_entry', 'kind'), ['tlog.audit_columns', null, null]],
  [column('log_entry', 'district'), ['tlog.audit_columns', null, null]],
  [gone('log_entry'), ['tlog.audit_gap', null, null]],
  [column('log_tile', 'hashes', `tree = 'sha256' AND level = 0`), ['tlog.audit_tile', null, null]],
  [column('log_tile', 'hashes', `tree = 'sm3' AND level = 0`), ['tlog.audit_tile', null, null]],
  [column('log_tile', 'hashes', `tree = 'sha256' AND level = 1`), ['tlog.audit_tile', null, null]],
  [gone('log_tile', `tree = 'sm3' AND level = 0`), ['tlog.audit_tile_missing', null, null]],
  [column('log_tree', 'frontier'), ['tlog.audit_frontier', null, null]],
  [column('log_tree', 'size').replace('other(size)', 'size - 1'), ['tlog.audit_tree', null, null]],
  [column('log_head', 'root'), ['tlog.audit_head', null, null]],
  [column('log_head', 'note', `tree = 'sha256'`), ['tlog.audit_signature', null, null]],
  [column('log_head', 'note', `tree = 'sm3'`), ['tlog.audit_signature', null, null]],
];

test('an untouched store is sound, with the keys and without', async () => {
  const whole = await minzheng(['log', 'verify', '--json', '--db', db], { env });
  assert.equal(whole.code, 0, whole.stdout);
  assert.ok(whole.json.rows > 3000 && whole.json.sealed < whole.json.rows / 50, `${whole.json.rows} rows, ${whole.json.sealed} sealed`);
  const copy = join(folder, 'copy');
  cpSync(db, join(copy, 'store.db'), { recursive: true });
  const bare = await minzheng(['log', 'verify', '--json', '--db', join(copy, 'store.db')], { env });
  assert.equal(bare.code, 0, bare.stdout);
  assert.ok(bare.json.sealed > 1000);
});

test(`${changes.length} kinds of change are each told by name`, { timeout: 300_000 }, async () => {
  const place = join(db, '..');
  const failures = [];
  for (const [i, [statement, [code, what, which]]] of changes.entries()) {
    const copy = join(folder, `c${i}`);
    cpSync(place, copy, { recursive: true });
    const at = join(copy, 'minzheng.db');
    try {
      execFileSync('python3', ['-c', CHANGE, at, statement], { stdio: ['ignore', 'ignore', 'pipe'] });
      const { code: exit, json } = await minzheng(['log', 'verify', '--json', '--db', at], { env });
      const found = json?.findings ?? [];
      const told = found.some((f) => f.code === code && (what === null || f.what === what) && (which === null || f.which === which));
      if (exit !== 1 || !told || found.length > 12) failures.push(`${statement}: exit ${exit}, ${JSON.stringify(found.slice(0, 3))}`);
    } catch (error) {
      failures.push(`${statement}: ${error.stderr ?? error}`);
    }
    rmSync(copy, { recursive: true });
  }
  assert.deepEqual(failures, []);
});
