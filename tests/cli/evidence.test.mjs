// `minzheng log verify` over a whole store: one byte of a row or a tile under
// evidence is changed, and the report says which one it was.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';

import { minzheng, minzhengOk, temporaryFolder } from '../support/cli.mjs';
import { demoStore, NOW } from '../support/demo.mjs';

const env = { MINZHENG_NOW: NOW, MINZHENG_LANG: 'en' };
const folder = temporaryFolder();
let db;

before(async () => {
  ({ db } = await demoStore());
});

// Text: its first letter becomes another; a number grows by one; bytes: the last bit of the tenth.
const CHANGE = `
import json, sqlite3, sys
db = sys.argv[1]
c = sqlite3.connect(db, isolation_level=None)
c.execute('PRAGMA foreign_keys = OFF')
def other(v):
    if isinstance(v, int): return v + 1
    if isinstance(v, bytes):
        at = min(9, len(v) - 1)
        return v[:at] + bytes([v[at] ^ 1]) + v[at + 1:]
    return ('x' if v[:1] != 'x' else 'y') + v[1:]
c.create_function('other', 1, other)
for statement in json.load(sys.stdin):
    n = c.execute(statement).rowcount
    if n != 1:
        sys.exit(f'{n} rows changed: {statement}')
`;

const SCHEMA = `
import json, sqlite3, sys
c = sqlite3.connect(sys.argv[1])
tables = [r[0] for r in c.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1")]
print(json.dumps({t: [r[1] for r in c.execute('PRAGMA table_info(' + t + ')')] for t in tables}))
`;

// Tables that have no row in a demonstration get some, and a leader takes them into the log.
const PLANT = `
import json, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute('PRAGMA foreign_keys = OFF')
c.execute('PRAGMA ignore_check_constraints = ON')
district = int(c.execute("SELECT value FROM setting WHERE name = 'district'").fetchone()[0])
planted = []
for table, rows in json.load(sys.stdin):
    if c.execute(f'SELECT 1 FROM {table} LIMIT 1').fetchone(): continue
    planted.append(table)
    columns = [(r[1], r[2]) for r in c.execute(f'PRAGMA table_info({table})')]
    for i in range(rows):
        value = {'INTEGER': 7000 + i, 'BIGINT': 7000 + i, 'BLOB': bytes([i]) * 16, 'TEXT': f'planted {i}'}
        c.execute(f"INSERT INTO {table} ({', '.join(n for n, _ in columns)}) VALUES ({', '.join('?' for _ in columns)})", [district if n == 'district' else None if k == 'BLOB' and table.startswith('reg_') else value[k] for n, k in columns])
print(json.dumps(planted))
`;

// Columns of one table are changed in rows of their own; what finds no free row waits for the next copy.
const ROWS = `
import json, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute('PRAGMA foreign_keys = OFF')
c.execute('PRAGMA ignore_check_constraints = ON')
def other(v, kind):
    if v is None: return {'INTEGER': 1, 'BIGINT': 1, 'BLOB': b'x'}.get(kind, 'x')
    if isinstance(v, int): return v + 1
    if isinstance(v, bytes):
        at = min(9, len(v) - 1)
        return v[:at] + bytes([v[at] ^ 1]) + v[at + 1:]
    return ('x' if v[:1] != 'x' else 'y') + v[1:]
used, done = set(), []
for x in json.load(sys.stdin):
    t, n = x['table'], x['name']
    kind = [r[2] for r in c.execute(f'PRAGMA table_info({t})') if r[1] == n][0]
    for rowid, v, key, entry in c.execute(f"SELECT rowid, {n}, {x['key']}, {x['entry']} FROM {t} WHERE {x['where']} ORDER BY {n} IS NULL, rowid LIMIT 60").fetchall():
        if (t, key) in used or (t, 'row', rowid) in used: continue
        now = other(v, kind)
        try: c.execute(f'UPDATE {t} SET {n} = ? WHERE rowid = ?', (now, rowid))
        except sqlite3.IntegrityError: continue # unique: another row will do
        used |= {(t, key), (t, 'row', rowid)}
        done.append({'table': t, 'name': n, 'ids': [str(i) for i in (key, entry, now if n in (x['key'], x['entry']) else None) if i is not None]})
        break
print(json.dumps(done))
`;

// Of each table: what is told of when it changes (told), what is compared all the same and has no row in a
// demonstration (compared; by the row's own name: kept), what follows from other rows under evidence and check-store adds up again (proved),
// what is evidence of nothing and why (none), what ought to be and is not yet (open).
// where, key, entry: which rows, and what a finding names them by; apart: rows of other tables hang on these, which
// are changed in a copy of their own, together with those of the same mark.
const COLUMNS = {
  absence: { told: 'id account deputy from_on until_on declared_by declared_at ended_at', entry: 'id' },
  access_entry: { told: 'district id at account role office kind purpose case_id fields subjects salt entry' },
  access_question: { compared: 'id person access_id asked_at text salt entry answered_at answer answer_salt answer_entry', kept: 'district office looked_by due_on answered_by answered_role' },
  access_subject: { told: 'district person access_id', key: 'access_id', entry: 'access_id', apart: true },
  account: { none: { 'guards of signing in; a changed one signs nobody in': 'password must_change failed locked_until', 'a name to show': 'name', 'which stores are demonstrations': 'demo' }, told: 'id login kind district person state created_at', entry: 'id' },
  account_entry: { told: 'entry district account action salt', key: 'entry' },
  account_role: { told: 'account role division', key: 'account', entry: 'account' },
  allotment: { told: 'district id year fund document total_fen unit_fen factors state drafted_by drafted_at ended_at approved_by approved_at reason asked_by asked_at revoked_by revoked_at', entry: 'id' },
  allotment_row: { told: 'district id allotment division amount_fen', key: 'allotment', entry: 'allotment' },
  appropriation: { compared: 'id year scheme level amount_fen document registered_at salt entry', kept: 'district state entered_by entered_at registered_by' },
  archive_act: { compared: 'action body at salt entry', kept: 'district id by' },
  archive_destruction: { told: 'district id state reason proposed_at proposed_by decided_at decided_by decision_reason compartment', entry: 'id' },
  archive_destruction_item: { told: 'district list case_id ended_on years due_on state files', key: 'list', entry: 'list' },
  archive_file: { told: 'district id case_id sm3 salt added_at entry name kind media_type size body person added_by own_key destroyed handed_in' },
  archive_hold: { told: 'district id case_id reason placed_at placed_by released_at released_by release_reason', entry: 'id' },
  archive_key: { none: { 'a sealed key: a changed one opens nothing, and the file it opened is under evidence': '*' } },
  archive_number: { told: 'district case_id number location filed_at filed_by', key: 'case_id', entry: 'case_id' },
  bank_acceptance: { told: 'district id month items only_bank_fen only_books_fen fingerprint reason accepted_at accepted_by', entry: 'id' },
  bank_entry: { told: 'district id statement line booked_on fen payment batch reference code', none: { 'sealed words of the bank, which no sum hangs on; a changed one does not open': 'text', 'derived by matching; check-store adds both sides up': 'state match' }, key: 'statement', entry: 'statement', apart: true },
  bank_matched: { none: { 'derived by matching; check-store adds both sides up': '*' } },
  bank_settlement: { told: 'district id entry transfer kind fen reason settled_at settled_by', entry: 'id' },
  bank_statement: { told: 'district id account year number from_on to_on opening_fen closing_fen entries format bank simulated sm3 imported_at imported_by', entry: 'id', apart: true },
  case_draft: { none: { 'a draft that its writer still changes': '*' } },
  case_event: { told: 'at account role office kind element arguments body salt entry district case_id seq', key: 'entry' },
  case_file: { told: 'district id number matter scheme process_file process_sha decision_file state outcome channel applicant household agent_name agent_kind division subdistrict applied_at accepted_at due_on due_provisional decided_at closed_at form form_salt version entered_by special monthly_fen compartment taken_in registered_division', entry: 'id', apart: 'case_file' },
  case_idempotency: { none: { 'answers a request that is sent twice': '*' } },
  case_merge: { told: 'district id merged kept held made_at made_by undone_at undone_by', entry: 'id' },
  case_party: { told: 'district case_id person party relation person_district number stated consent_needed authorised_at authorised_how paper authorised_until number_blind', key: 'case_id', entry: 'case_id', apart: 'case_file' },
  case_process: { none: { 'derived from the events; check-store runs the process': '*' } },
  case_protected: { compared: 'district case_id at body salt entry' },
  case_protected_look: { compared: 'case_id at account office role reason salt entry', kept: 'district id' },
  case_subscription: { none: { 'derived from case_process': '*' } },
  case_task: { told: 'district id case_id key element role division form limit_text article created_at due_on due_provisional claimed_by claimed_at state done_by done_at outcome not_same_as', key: 'case_id', entry: 'case_id' },
  case_timer: { none: { 'derived from case_process': '*' } },
  case_trace: { none: { 'derived from the events': '*' } },
  certificate: { compared: 'district id case_id person sm3 salt entry revoked_at reason revoke_salt revoke_entry', kept: 'matter issued_at issued_by valid_until body revoked_by' },
  decision_record: { told: 'district id case_id scheme as_of policy_sha policy_file parameters outcome monthly_fen once_fen input result trace salt state computed_at decided_by decided_at written_reasons organ entry', where: "state = 'confirmed'" },
  division_contact: { told: 'id division office office_en telephone address address_en hours hours_en written_by written_at', entry: 'id' },
  division_outline: { none: { 'a drawing; no figure comes from it': '*' } },
  log_doubt: { none: { 'what a witness said, read again from the witness (tests of tlog)': '*' } },
  log_former: { told: 'n size vkey vkey_sm3 ended_at', key: 'n', entry: 'n' },
  division: { none: { 'public codes, loaded from a file of the release': '*' } },
  entitlement: { told: 'district id root scheme household payee case_id decision subdistrict division from_month created_at salt entry to_month state next_review monthly_fen' },
  entitlement_act: { compared: 'id entitlement kind at salt entry', kept: 'district seq account month until monthly_fen lines cause event_on proposal decision undoes' },
  entitlement_adjustment: { told: 'district id entitlement root month act amount_fen cancelled_by', entry: 'id' },
  entitlement_line: { told: 'district entitlement member item monthly_fen', none: { 'only the order in which the lines are read, and what the order changes is told': 'line' }, key: 'entitlement', entry: 'entitlement', apart: true },
  entitlement_note: { compared: 'id entitlement about kind at body salt entry', kept: 'district account' },
  entitlement_proposal: { told: 'district id entitlement kind cause event_on month monthly_fen lines decision state proposed_by proposed_at served_at served_how answer_due answered_at decided_by decided_at decision_served_at act version', entry: 'id' },
  evidence_name: { compared: 'entry name since' },
  evidence_row: { told: 'entry name district id salt digest', apart: true },
  household: { told: 'district id division address created_at synthetic number', none: { 'which file a row came from, for taking it back; what the row says is told': 'batch' }, entry: 'id', apart: true },
  household_count: { none: { 'derived from household': '*' } },
  household_member: { told: 'district household person recorded_at relation valid_from valid_to superseded_at recorded_by', none: { 'which file a row came from, for taking it back; what the row says is told': 'batch' }, key: 'person', entry: 'person', apart: 'member' },
  import_batch: { told: 'district id register file sha256 valid_from state begun_at begun_by ended_at done_line added changed same rejected undone kept entry possible ready_at shown_at', where: 'ready_at IS NOT NULL', none: { 'where taking back goes on': 'undo_after' }, entry: 'id' },
  import_guardian: { none: { 'works while a file is read': '*' } },
  import_hidden: { none: { 'rows of files not yet believed': '*' } },
  import_mapping: { none: { 'how columns of files are read; a preference': '*' } },
  import_reject: { none: { 'what was not taken over': '*' } },
  indicator_batch: { told: 'district id source origin row_count recorded_at recorded_by salt entry' },
  indicator_observation: { told: 'indicator division day value numerator denominator batch', key: 'batch', entry: 'batch', apart: true, open: 'district id source superseded_at' },
  lead: { told: 'district id scheme household person division class monthly_fen missing found_at state cause note handled_by handled_at effort', none: { 'the run that found it last, and how often it was written': 'run version' }, entry: 'id' },
  ledger_account: { told: 'district id code kind normal', proved: 'debit_fen credit_fen', entry: 'id', apart: true },
  ledger_closing: { compared: 'month sm3 transfers closed_at salt entry', kept: 'district until state asked_by asked_at closed_by', key: 'month' },
  ledger_closing_balance: { proved: 'district month account debit_fen credit_fen' },
  ledger_transfer: { told: 'district id at debit credit amount_fen kind reference batch', entry: 'id', apart: true },
  log_cosignature: { none: { 'signatures of others, checked each by tlog_verify_store (tests of tlog)': '*' } },
  log_entry: { none: { 'changed one by one above': 'kind district bytes', 'the audit finds gaps of idx and reads ids in order (tests of tlog)': 'idx id' } },
  log_head: { none: { 'changed one by one above': 'root note', 'the note says both (tests of tlog)': 'tree size', 'clocks of this machine, for the board; what holds for others are the times that witnesses signed': 'signed_at final_at' } },
  log_pending: { none: { 'moves to log_entry; each row under evidence wants its entry, and the audit reads the pending ones': '*' } },
  log_tile: { none: { 'changed one by one above': 'hashes', 'a tile elsewhere is a tile missing (tests of tlog)': 'tree level n' } },
  log_tree: { none: { 'changed one by one above': 'size frontier origin vkey heads', 'the row of a tree (tests of tlog)': 'tree' } },
  log_witness: { none: { 'what a witness was last asked, of this store only; cosignatures are checked': '*' } },
  linkage_act: { compared: 'district id pair at account kind kept words', entry: 'id' },
  linkage_pair: { compared: 'district id one other division_one division_other weight_milli probability_milli why run found_at state kept merge said_by said_at confirmed_by confirmed_at version', entry: 'id' },
  linkage_run: { compared: 'district id at account people candidates found fresh gone verdicts shift_milli cut complete entry', entry: 'id' },
  notice: { told: 'district id case_id opening served_at served_how service_entry entry person kind number issued_at issued_by seal file served_by service_paper' },
  number_series: { none: { 'a counter; numbers given stand in their rows': '*' } },
  outbox: { none: { 'work that waits; what it does makes its own entry': '*' } },
  parameter_confirmation: { told: 'pack name valid_from value confirmed_by confirmed_at basis assumption entry', key: 'entry' },
  exchange_read: { compared: 'district id token at rows', entry: 'id', where: 'rows = 0', none: { 'of a page with people, the look\'s entry of the access log': 'entry' } },
  exchange_run: { compared: 'district id source way name sha256 begun_at begun_by ended_at as_of state error batch rows added changed same rejected former_rows simulated', entry: 'id' },
  exchange_return: { compared: 'district id target kind name sha256 submission state late figures received_at received_by', entry: 'id' },
  exchange_submission: { compared: 'district id target number format again as_of due_on rows total_fen more basis sm3 body made_at made_by answered_at', entry: 'id' },
  exchange_submission_row: { compared: 'district submission line entitlement person number content state code reason theirs answered_at', entry: 'submission' },
  exchange_token: { compared: 'district id consumer name offer division hash per_minute expires_on basis created_at created_by revoked_at revoked_by', entry: 'id' },
  payment: { told: 'district id batch entitlement month amount_fen payee state return_code sent_at paid_at salt entry correction bank_code root', where: "state IN ('paid', 'returned')" },
  payment_batch: { told: 'district id month scheme prepared_by prepared_at approved_by approved_at count total_fen blocked salt entry compartment funding_central funding_city funding_district', where: 'entry IS NOT NULL', open: 'state file_sha complete cursor version' },
  payment_cancel: { compared: 'batch reason cancelled_at salt entry', kept: 'district cancelled_by', key: 'batch' },
  payment_file: { told: 'district batch sm3 body made_at made_by format', key: 'batch', entry: 'batch' },
  payment_reissue: { compared: 'payment ordered_at corrected salt entry reason', kept: 'district ordered_by', key: 'payment' },
  payment_run_empty: { none: { 'a month that paid nobody': '*' } },
  person: { told: 'district id bank_account bank_name', entry: 'id', where: 'bank_account IS NOT NULL', open: 'id_number id_blind last4_blind birth_blind data_key phone created_at synthetic' },
  person_merge: { compared: 'district id kept merged made_at made_by household member_at undone_at undone_by', entry: 'id' },
  person_record: { told: 'district person recorded_at valid_from valid_to superseded_at recorded_by source name sex birth hukou residence_permit collective_hukou marriage work capacity ability schooling serious_illness single_parent kept_by_relatives not_counted identities died_on moved_out_on work_reported_on division service_groups registered_division registered_address address', none: { 'which file a row came from, for taking it back; what the row says is told': 'batch' }, key: 'person', entry: 'person', apart: 'record' },
  person_relation: { told: 'district person other kind recorded_at valid_from valid_to superseded_at recorded_by', none: { 'which file a row came from, for taking it back; what the row says is told': 'batch' }, key: 'person', entry: 'person' },
  person_token: { none: { 'derived from person_record, for search': '*' } },
  plan_act: { told: 'action body at salt entry district id subject by_account' },
  plan_adjustment: { told: 'district id task change_text reason asked_by asked_at state decided_by decided_at note', entry: 'id', apart: 'plan' },
  plan_milestone: { told: 'district id task title due_on done_on done_by evidence evidence_file', entry: 'id', apart: 'plan' },
  plan_task: { told: 'district id plan source parent division title measures owner from_on due_on indicators state version', entry: 'id', apart: 'plan' },
  policy_draft: { none: { 'a draft that its writer still changes': '*' } },
  policy_version: { compared: 'salt entry matter version file valid_from sha256 base article retroactive note differences author published_by published_at reform reform_name reform_sha', kept: 'id text published_on' },
  post: { told: 'id name division made_by made_at', entry: 'id' },
  post_holder: { told: 'id post account acting from_on until_on appointed_by appointed_at ended_at', entry: 'id' },
  post_shift: { told: 'id post account from_at until_at telephone replaces reason made_by made_at ended_at', entry: 'id' },
  post_role: { told: 'post role', key: 'post', entry: 'post' },
  publication: { told: 'district id case_id kind division from_on until_on body place ended_at salt entry' },
  quality_figure: { none: { 'counted anew from the registers by every check': '*' } },
  quality_work: { none: { 'opened and closed by every check, from the registers': '*' } },
  recheck_asked: { none: { 'work that waits; what it finds makes its own entry': '*' } },
  recheck_finding: { told: 'district id entitlement scheme division payee month kind due_fen found_fen event_on detail found_at state closed_by closed_at words', entry: 'id' },
  recheck_run: { told: 'district scheme month at account people asked same higher lower ends undecided failed death entry complete', none: { 'where the run goes on': 'cursor' }, key: 'month', entry: 'month' },
  recovery: { told: 'district id entitlement root payee act found_at amount_fen reversed_fen received_fen waived_fen version', entry: 'id' },
  recovery_instalment: { told: 'district recovery number due_on amount_fen', key: 'recovery', entry: 'recovery' },
  recovery_month: { told: 'district recovery root month amount_fen reversed_fen', key: 'recovery', entry: 'recovery' },
  recovery_part: { told: 'district id recovery kind amount_fen state asked_by asked_at approved_by approved_at', entry: 'id' },
  recusal: { told: 'account person_district person relation declared_at declared_by withdrawn_at withdrawn_by withdrawn_reason', key: 'account', entry: 'account' },
  reform: { none: { 'a computation somebody saved': '*' } },
  reg_adoption: { told: 'district id version recorded_at valid_from valid_to superseded_at superseded_by recorded_by source reason batch registration_number kind registered_on division child child_number child_number_blind adopter adopter_number adopter_number_blind secret state', key: 'id', entry: 'id', apart: 'registers' },
  reg_business: { told: 'district owner id recorded_at valid_from valid_to superseded_at recorded_by source capital_fen active', key: 'owner', entry: 'owner', apart: 'registers' },
  reg_disability: { told: 'district owner id recorded_at valid_from valid_to superseded_at recorded_by source kind grade', key: 'owner', entry: 'owner', apart: 'registers' },
  reg_division_change: { told: 'district id version recorded_at valid_from valid_to superseded_at superseded_by recorded_by source reason batch kind from_code from_name to_code to_name happened_on document', key: 'id', entry: 'id', apart: 'registers' },
  reg_facility: { told: 'district id version recorded_at valid_from valid_to superseded_at superseded_by recorded_by source reason batch name kind operator division address longitude latitude floor_area beds care_beds capacity star opened_on state manager phone phone_blind', key: 'id', entry: 'id', apart: 'registers' },
  reg_home: { told: 'district owner id recorded_at valid_from valid_to superseded_at recorded_by source area tenure use', key: 'owner', entry: 'owner', apart: 'registers' },
  reg_income: { told: 'district owner id recorded_at valid_from valid_to superseded_at recorded_by source kind monthly_fen', key: 'owner', entry: 'owner', apart: 'registers' },
  reg_money: { told: 'district owner id recorded_at valid_from valid_to superseded_at recorded_by source amount_fen', key: 'owner', entry: 'owner', apart: 'registers' },
  reg_organisation: { told: 'district id version recorded_at valid_from valid_to superseded_at superseded_by recorded_by source reason batch credit_code name kind division address registered_on registrar supervisor capital state representative representative_number representative_number_blind phone phone_blind', key: 'id', entry: 'id', apart: 'registers' },
  reg_supporter: { told: 'district owner id recorded_at valid_from valid_to superseded_at recorded_by source relation people income_fen homes area_each property_each_fen ill_or_disabled assisted families document_fen paid_fen', key: 'owner', entry: 'owner', apart: 'registers' },
  reg_vehicle: { told: 'district owner id recorded_at valid_from valid_to superseded_at recorded_by source use value_fen', key: 'owner', entry: 'owner', apart: 'registers' },
  register_table: { none: { 'derived from the packs': '*' } },
  remedy: { told: 'district id case_id kind organ filed_at filed_by deadline due_on due_provisional text salt state closed_at entry' },
  schema_migration: { none: { 'compared with the release by every command (store_is_current)': '*' } },
  screen_run: { none: { 'a computation; its look at people is an entry': '*' } },
  secrecy_act: { compared: 'order_id action at office role until_on reason salt entry account', kept: 'district id' },
  secrecy_order: { compared: 'kind ground person against account case_id purpose open_on', kept: 'district id until_on ordered_by ordered_at office role holder confirmed_by confirmed_at ended_at' },
  session: { none: { 'who is signed in just now': '*' } },
  setting: { told: 'name value', where: "name IN ('district', 'demo', 'archive_fonds', 'verification_delay_seconds')", key: 'name', entry: '0' },
  task_draft: { none: { 'a draft that its writer still changes': '*' } },
  verification_request: { told: 'district id case_id person source asked_at due_on state simulated cause answered_at answer salt answer_salt entry answer_entry', key: 'case_id', entry: 'answer_entry', where: 'answer_entry IS NOT NULL' },
};

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
  [`UPDATE log_tree SET origin = 'other' || origin WHERE tree = 'sm3'`, ['tlog.audit_name', null, null]],
  [`UPDATE log_tree SET vkey = 'other' || vkey WHERE tree = 'sha256'`, ['tlog.audit_name', null, null]],
  [`UPDATE log_tree SET heads = heads + 1 WHERE tree = 'sha256'`, ['tlog.audit_heads', null, null]],
  [gone('log_head', `tree = 'sm3'`), ['tlog.audit_heads', null, null]],
  [gone('evidence_name', `name = 'recovery'`), differs('evidence_name')],
  [`UPDATE evidence_name SET since = since + 1 WHERE name = 'recovery'`, differs('evidence_name')],
  [`UPDATE evidence_name SET name = 'other' WHERE name = 'recovery'`, differs('evidence_name')],
  [gone('evidence_name', `name = 'person_account'`), ['evidence.no_name', 'person_account', null]],
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

// Changes that do not touch each other's tables are made in one copy; the log's own are each made alone.
function passes() {
  const alone = [];
  const shared = [];
  const rounds = new Map();
  for (const change of changes) {
    const table = /^(?:UPDATE|DELETE FROM) (\w+)/.exec(change[0])[1];
    if (table.startsWith('log_') || change[0].startsWith('DELETE')) {
      alone.push([change]);
      continue;
    }
    const round = rounds.get(table) ?? 0;
    rounds.set(table, round + 1);
    (shared[round] ??= []).push(change);
  }
  return [...alone, ...shared];
}

async function verifyCopy(name, script, input, of = db) {
  const copy = join(folder, name);
  cpSync(join(of, '..'), copy, { recursive: true });
  const at = join(copy, 'minzheng.db');
  const out = execFileSync('python3', ['-c', script, at], { input: JSON.stringify(input), stdio: ['pipe', 'pipe', 'pipe'] });
  const verdict = await minzheng(['log', 'verify', '--json', '--db', at], { env });
  rmSync(copy, { recursive: true });
  return { code: verdict.code, findings: verdict.json?.findings ?? [], out: out.length ? JSON.parse(out) : null, text: verdict.stderr };
}

test(`${changes.length} kinds of change are each told by name`, { timeout: 300_000 }, async () => {
  const failures = [];
  for (const [i, pass] of passes().entries()) {
    const { code: exit, findings, text } = await verifyCopy(`c${i}`, CHANGE, pass.map(([statement]) => statement));
    if (exit !== 1 || findings.length > 12 * pass.length) failures.push(`${pass[0][0]}: exit ${exit}, ${findings.length} findings ${text}`);
    for (const [statement, [code, what, which]] of pass) {
      const told = findings.some((f) => f.code === code && (what === null || f.what === what) && (which === null || f.which === which));
      if (!told) failures.push(`${statement}: ${JSON.stringify(findings.slice(0, 3))}`);
    }
  }
  assert.deepEqual(failures, []);
});

// ---- every column -----------------------------------------------------------------

const schema = () => JSON.parse(execFileSync('python3', ['-c', SCHEMA, db]));
const words = (text) => (text ?? '').split(' ').filter(Boolean);

test('each column of the store is told of, or listed with the reason why it is not', () => {
  const failures = [];
  const tables = schema();
  for (const [table, columns] of Object.entries(tables)) {
    const entry = COLUMNS[table] ?? {};
    const listed = [...words(entry.told), ...words(entry.compared), ...words(entry.kept), ...words(entry.proved), ...words(entry.open), ...Object.values(entry.none ?? {}).flatMap(words)];
    if (listed.length === 1 && listed[0] === '*') continue; // the whole table
    for (const name of columns) if (listed.filter((l) => l === name).length !== 1) failures.push(`${table}.${name} stands in ${listed.filter((l) => l === name).length} lists`);
    for (const name of listed) if (!columns.includes(name)) failures.push(`${table}.${name} is listed and not there`);
  }
  for (const table of Object.keys(COLUMNS)) if (!tables[table]) failures.push(`${table} is listed and not there`);
  assert.deepEqual(failures, []);
});

test('a changed value in each column under evidence is told with its row', { timeout: 300_000 }, async () => {
  const planted = join(folder, 'planted', 'minzheng.db');
  cpSync(join(db, '..'), join(planted, '..'), { recursive: true });
  const tables = Object.entries(COLUMNS).filter(([, { told }]) => told).map(([table, { told }]) => [table, words(told).length]);
  const grown = JSON.parse(execFileSync('python3', ['-c', PLANT, planted], { input: JSON.stringify(tables) }));
  assert.ok(grown.includes('archive_hold'), `${grown}`);
  const before = await minzheng(['log', 'verify', '--json', '--db', planted], { env });
  assert.ok(before.code === 1 && before.json.findings.every((f) => f.code === 'evidence.not_kept'), before.stdout.slice(0, 500));
  await minzhengOk(['init', '--db', planted], { env }); // takes nothing in: every name has been
  const still = await minzheng(['log', 'verify', '--json', '--db', planted], { env });
  assert.equal(still.json.findings.length, before.json.findings.length);
  await minzhengOk(['log', 'adopt', '--reason', 'planted by a test', '--as', 'leader', '--db', planted], { env });
  const sound = await minzheng(['log', 'verify', '--json', '--db', planted], { env });
  assert.equal(sound.code, 0, sound.stdout);
  let left = Object.entries(COLUMNS).flatMap(([table, { told, where, key, entry, apart }]) =>
    words(told).filter((c) => c !== '*').map((name) => ({ table, name, where: where ?? '1', key: key ?? 'id', entry: entry ?? 'entry', apart: apart ?? false })));
  const failures = [];
  for (let i = 0; left.length; i++) {
    const { code, findings, out, text } = await verifyCopy(`p${i}`, ROWS, left.filter((x) => x.apart === left[0].apart), planted);
    if (code !== 1 || out.length === 0) return assert.fail(`pass ${i}: exit ${code}, ${out.length} of ${left.length} changed ${text}`);
    for (const { table, name, ids } of out) {
      // The finding names the row by its number or by its entry, as it was or as it is now.
      if (!findings.some((f) => ids.includes(String(f.id)) || ids.includes(String(f.entry)))) failures.push(`${table}.${name}`);
    }
    const done = new Set(out.map(({ table, name }) => `${table}.${name}`));
    left = left.filter(({ table, name }) => !done.has(`${table}.${name}`));
  }
  assert.deepEqual(failures, []);
});

// Of a planted row no entry of the log speaks, only what was taken in says what it was.
test('a changed value in each column of a table that a demonstration leaves empty is told with its row', { timeout: 300_000 }, async () => {
  const planted = join(folder, 'planted-kept', 'minzheng.db');
  cpSync(join(db, '..'), join(planted, '..'), { recursive: true });
  const tables = Object.entries(COLUMNS).filter(([, { kept }]) => kept).map(([table, { kept }]) => [table, words(kept).length]);
  const grown = JSON.parse(execFileSync('python3', ['-c', PLANT, planted], { input: JSON.stringify(tables) }));
  assert.deepEqual(tables.map(([table]) => table).filter((table) => !grown.includes(table)), [], 'has rows: list its columns as told');
  await minzhengOk(['log', 'adopt', '--reason', 'planted by a test', '--as', 'leader', '--db', planted], { env });
  const line = (f) => JSON.stringify(f);
  const before = new Set((await minzheng(['log', 'verify', '--json', '--db', planted], { env })).json.findings.map(line));
  const all = Object.entries(COLUMNS).flatMap(([table, { kept, key }]) => words(kept).map((name) => ({ table, name, where: '1', key: key ?? 'id', entry: key ?? 'id', apart: false })));
  assert.ok(all.length > 50);
  const { findings, out } = await verifyCopy('kept', ROWS, all, planted);
  assert.equal(out.length, all.length);
  const fresh = findings.filter((f) => !before.has(line(f)));
  assert.deepEqual(out.filter(({ ids }) => !fresh.some((f) => ['evidence.differs', 'evidence.not_kept', 'evidence.row_gone'].includes(f.code) && ids.includes(String(f.id)))).map(({ table, name }) => `${table}.${name}`), []);
});

test('what follows from other rows is added up again by check-store', { timeout: 240_000 }, async () => {
  const closed = join(folder, 'closed', 'minzheng.db');
  cpSync(join(db, '..'), join(closed, '..'), { recursive: true });
  let balances = [];
  for (const month of ['2026-02', '2026-03', '2026-04', '2026-05', '2026-06']) { // months are closed in their order
    await minzhengOk(['ledger', 'ask-close', '--month', month, '--as', 'cashier', '--db', closed], { env });
    const { items } = JSON.parse((await minzhengOk(['ledger', 'close', '--month', month, '--as', 'finance', '--db', closed], { env })).stdout);
    ({ balances } = items[0]);
    if (balances.length) break;
  }
  assert.ok(balances.length >= 4, 'the demonstration has paid');
  const sound = await minzheng(['check-store', '--db', closed], { env });
  assert.equal(sound.code, 0, sound.stdout + sound.stderr);
  // Every column at once, each in a row of its own: as many sentences at least, and the table's own among them.
  const proved = Object.entries(COLUMNS).flatMap(([table, { proved: list }]) => words(list).map((name) => [table, name]));
  assert.deepEqual([...new Set(proved.map(([table]) => table))], ['ledger_account', 'ledger_closing_balance']);
  for (const [table, name] of proved) {
    const copy = join(folder, 'proved');
    cpSync(join(closed, '..'), copy, { recursive: true });
    const at = join(copy, 'minzheng.db');
    execFileSync('python3', ['-c', CHANGE, at], { input: JSON.stringify([`UPDATE ${table} SET ${name} = ${name} + 1 WHERE rowid = (SELECT rowid FROM ${table} WHERE ${table === 'ledger_account' ? "normal = 'either'" : '1'} ORDER BY rowid LIMIT 1)`]) });
    const told = await minzheng(['check-store', '--db', at], { env });
    rmSync(copy, { recursive: true });
    // A finding, or the store itself says that the row refers to nothing.
    assert.ok(told.code === 1 || (told.code === 4 && /foreign key: ledger_/.test(told.stderr)), `${table}.${name}: ${told.code} ${told.stdout}${told.stderr}`);
  }
});
