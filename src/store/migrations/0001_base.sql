-- The tables of the first case.  Rules (store/store.h): BIGINT, TEXT, BLOB;
-- dates are days since 1970-01-01, instants microseconds, money fen, booleans
-- 0/1; every row about a person, household, case or payment has its district
-- first in the key; every constraint has a name, which the reader's message uses.
-- 'sealed' columns hold ciphertext (crypto/vault.h); the place they are bound
-- to is "<table>.<column>|<district>|<id>".

-- ---- places, settings -----------------------------------------------------

CREATE TABLE setting (
  name TEXT NOT NULL, value TEXT NOT NULL,
  CONSTRAINT setting_pk PRIMARY KEY (name)
) STRICT;

CREATE TABLE division (
  code TEXT NOT NULL,                 -- 2, 6, 9 or 12 digits (GB/T 2260 and statistical)
  name TEXT NOT NULL,
  level BIGINT NOT NULL,              -- 1 city, 2 district, 3 subdistrict, 4 community
  parent TEXT,
  tile_x BIGINT, tile_y BIGINT,       -- place on the tile map
  CONSTRAINT division_pk PRIMARY KEY (code),
  CONSTRAINT division_level CHECK (level BETWEEN 1 AND 4)
) STRICT;
CREATE INDEX division_parent ON division (parent);

-- ---- people who work with the system ---------------------------------------

CREATE TABLE account (
  id BIGINT NOT NULL, login TEXT NOT NULL, password TEXT NOT NULL, -- PHC string, Argon2id
  name TEXT NOT NULL, kind TEXT NOT NULL,
  district BIGINT, person BIGINT,     -- residents: whose account it is
  state TEXT NOT NULL, demo BIGINT NOT NULL,
  must_change BIGINT NOT NULL, failed BIGINT NOT NULL, locked_until BIGINT,
  created_at BIGINT NOT NULL,
  CONSTRAINT account_pk PRIMARY KEY (id),
  CONSTRAINT account_login UNIQUE (login),
  CONSTRAINT account_kind CHECK (kind IN ('staff','resident','system')),
  CONSTRAINT account_state CHECK (state IN ('active','locked','closed'))
) STRICT;
CREATE UNIQUE INDEX account_person ON account (district, person);

CREATE TABLE account_role (
  account BIGINT NOT NULL, role TEXT NOT NULL, division TEXT NOT NULL,
  CONSTRAINT account_role_pk PRIMARY KEY (account, role, division),
  CONSTRAINT account_role_account FOREIGN KEY (account) REFERENCES account (id)
) STRICT;

CREATE TABLE session (
  token BLOB NOT NULL,                -- SHA-256 of the cookie's token
  account BIGINT NOT NULL, csrf TEXT NOT NULL,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  CONSTRAINT session_pk PRIMARY KEY (token),
  CONSTRAINT session_account FOREIGN KEY (account) REFERENCES account (id)
) STRICT;
CREATE INDEX session_expires ON session (expires_at);

-- ---- base register: population ---------------------------------------------
-- Two times: valid_from..valid_to says when it was so in the world (days,
-- valid_to excluded, NULL open), recorded_at..superseded_at when we thought so.
-- The current belief about now: superseded_at IS NULL and valid_to IS NULL.

CREATE TABLE person (
  district BIGINT NOT NULL, id BIGINT NOT NULL,
  id_number BLOB NOT NULL,            -- sealed
  id_blind BLOB NOT NULL, last4_blind BLOB NOT NULL, birth_blind BLOB NOT NULL,
  data_key BLOB,                      -- wrapped; NULL once erased
  phone BLOB, bank_account BLOB,      -- sealed
  bank_name TEXT,
  created_at BIGINT NOT NULL, synthetic BIGINT NOT NULL,
  CONSTRAINT person_pk PRIMARY KEY (district, id)
) STRICT;
CREATE UNIQUE INDEX person_number ON person (id_blind);
CREATE INDEX person_last4 ON person (district, last4_blind);
CREATE INDEX person_birth ON person (district, birth_blind);

CREATE TABLE person_record (
  district BIGINT NOT NULL, person BIGINT NOT NULL, recorded_at BIGINT NOT NULL, valid_from BIGINT NOT NULL,
  valid_to BIGINT, superseded_at BIGINT, recorded_by BIGINT NOT NULL, source TEXT NOT NULL,
  name TEXT NOT NULL, sex TEXT NOT NULL, birth BIGINT NOT NULL,
  hukou TEXT NOT NULL,                -- 本市, 外埠
  residence_permit BIGINT, collective_hukou BIGINT,
  marriage TEXT, work TEXT, capacity TEXT, ability TEXT, schooling TEXT,
  serious_illness BIGINT, single_parent BIGINT, kept_by_relatives BIGINT,
  not_counted TEXT, identities TEXT NOT NULL, -- identities: codes joined by '|'
  died_on BIGINT, moved_out_on BIGINT, work_reported_on BIGINT,
  division TEXT NOT NULL,             -- community of residence
  CONSTRAINT person_record_pk PRIMARY KEY (district, person, recorded_at, valid_from),
  CONSTRAINT person_record_person FOREIGN KEY (district, person) REFERENCES person (district, id),
  CONSTRAINT person_record_valid CHECK (valid_to IS NULL OR valid_to > valid_from)
) STRICT;
CREATE UNIQUE INDEX person_record_current ON person_record (district, person) WHERE superseded_at IS NULL AND valid_to IS NULL;
CREATE INDEX person_record_division ON person_record (division) WHERE superseded_at IS NULL AND valid_to IS NULL;
CREATE INDEX person_record_name ON person_record (district, name) WHERE superseded_at IS NULL AND valid_to IS NULL;

CREATE TABLE household (
  district BIGINT NOT NULL, id BIGINT NOT NULL, division TEXT NOT NULL, address TEXT,
  created_at BIGINT NOT NULL, synthetic BIGINT NOT NULL,
  CONSTRAINT household_pk PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX household_division ON household (division);

CREATE TABLE household_member (
  district BIGINT NOT NULL, household BIGINT NOT NULL, person BIGINT NOT NULL, recorded_at BIGINT NOT NULL,
  relation TEXT NOT NULL,             -- to the head: 本人, 配偶, 子女 ...
  valid_from BIGINT NOT NULL, valid_to BIGINT, superseded_at BIGINT, recorded_by BIGINT NOT NULL,
  CONSTRAINT household_member_pk PRIMARY KEY (district, household, person, recorded_at),
  CONSTRAINT household_member_household FOREIGN KEY (district, household) REFERENCES household (district, id),
  CONSTRAINT household_member_person FOREIGN KEY (district, person) REFERENCES person (district, id)
) STRICT;
CREATE UNIQUE INDEX household_member_current ON household_member (district, person) WHERE superseded_at IS NULL AND valid_to IS NULL;
CREATE INDEX household_member_of ON household_member (district, household) WHERE superseded_at IS NULL AND valid_to IS NULL;

-- Business registers (income, disability, money, vehicles, homes, businesses,
-- supporters' households) are made from packs/*/registers/*.json by
-- civil/register at init, each with the same two times: reg_<name>.

CREATE TABLE register_table (
  name TEXT NOT NULL, pack TEXT NOT NULL, schema TEXT NOT NULL, sha256 TEXT NOT NULL, created_at BIGINT NOT NULL,
  CONSTRAINT register_table_pk PRIMARY KEY (name)
) STRICT;

-- ---- who looked --------------------------------------------------------------

CREATE TABLE access_entry (
  district BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL,
  account BIGINT NOT NULL, role TEXT NOT NULL, office TEXT NOT NULL, kind TEXT NOT NULL,
  purpose TEXT NOT NULL, case_id BIGINT, fields TEXT NOT NULL, subjects BIGINT NOT NULL,
  salt BLOB NOT NULL,                 -- opens the entry's commitments
  entry BIGINT NOT NULL,              -- log_entry
  CONSTRAINT access_entry_pk PRIMARY KEY (district, id)
) STRICT;
CREATE TABLE access_subject (
  district BIGINT NOT NULL, person BIGINT NOT NULL, access_id BIGINT NOT NULL,
  CONSTRAINT access_subject_pk PRIMARY KEY (district, person, access_id),
  CONSTRAINT access_subject_entry FOREIGN KEY (district, access_id) REFERENCES access_entry (district, id)
) STRICT;

-- ---- cases -------------------------------------------------------------------

CREATE TABLE case_file (
  district BIGINT NOT NULL, id BIGINT NOT NULL, number TEXT NOT NULL,
  matter TEXT NOT NULL, scheme TEXT NOT NULL, process_file TEXT NOT NULL, process_sha TEXT NOT NULL,
  decision_file TEXT NOT NULL,
  state TEXT NOT NULL, outcome TEXT,
  channel TEXT NOT NULL, applicant BIGINT NOT NULL, household BIGINT, agent_name BLOB, agent_kind TEXT,
  division TEXT NOT NULL, subdistrict TEXT NOT NULL,
  applied_at BIGINT NOT NULL, accepted_at BIGINT, due_on BIGINT, due_provisional BIGINT NOT NULL,
  decided_at BIGINT, closed_at BIGINT,
  form BLOB NOT NULL,                 -- sealed with the applicant's data key
  form_salt BLOB NOT NULL,
  version BIGINT NOT NULL,            -- ETag
  entered_by BIGINT NOT NULL, special TEXT, -- special: registered separately (近亲属), spot check drawn
  monthly_fen BIGINT,
  CONSTRAINT case_file_pk PRIMARY KEY (district, id),
  CONSTRAINT case_file_number UNIQUE (number),
  CONSTRAINT case_file_channel CHECK (channel IN ('portal','counter','phone','agent','community')),
  CONSTRAINT case_file_applicant FOREIGN KEY (district, applicant) REFERENCES person (district, id)
) STRICT;
CREATE INDEX case_file_by_id ON case_file (id);
CREATE INDEX case_file_state ON case_file (subdistrict, state, applied_at);
CREATE INDEX case_file_applicant_i ON case_file (district, applicant);
CREATE INDEX case_file_open ON case_file (due_on) WHERE closed_at IS NULL;
CREATE UNIQUE INDEX case_file_one_open ON case_file (district, applicant, matter) WHERE closed_at IS NULL;

CREATE TABLE case_idempotency (
  account BIGINT NOT NULL, key TEXT NOT NULL, district BIGINT NOT NULL, case_id BIGINT NOT NULL, body_sha BLOB NOT NULL, at BIGINT NOT NULL,
  CONSTRAINT case_idempotency_pk PRIMARY KEY (account, key)
) STRICT;

CREATE TABLE case_process (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL,
  CONSTRAINT case_process_pk PRIMARY KEY (district, case_id),
  CONSTRAINT case_process_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id)
) STRICT;

CREATE TABLE case_party (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, person BIGINT NOT NULL,
  party TEXT NOT NULL, relation TEXT NOT NULL,
  person_district BIGINT NOT NULL,    -- where the person's row is; 0: not in the register, known by `stated` only
  number TEXT NOT NULL,               -- 编号 in the facts; supporters: place in 户.赡养人家庭, from 0
  stated BLOB,                        -- name and ID number as the form has them, sealed with the applicant's data key
  consent_needed BIGINT NOT NULL, authorised_at BIGINT, authorised_how TEXT, paper BIGINT,
  CONSTRAINT case_party_pk PRIMARY KEY (district, case_id, person),
  CONSTRAINT case_party_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT case_party_kind CHECK (party IN ('applicant','member','supporter','agent'))
) STRICT;
CREATE INDEX case_party_person ON case_party (person_district, person);

CREATE TABLE case_event (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
  account BIGINT NOT NULL, role TEXT NOT NULL, office TEXT NOT NULL,
  kind TEXT NOT NULL, element TEXT, arguments TEXT NOT NULL, -- arguments: JSON without personal data, for the sentence of this kind
  body BLOB, salt BLOB,               -- sealed with the applicant's data key
  entry BIGINT NOT NULL,              -- log_entry
  CONSTRAINT case_event_pk PRIMARY KEY (district, case_id, seq),
  CONSTRAINT case_event_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id)
) STRICT;
CREATE UNIQUE INDEX case_event_entry ON case_event (entry);

CREATE TABLE case_task (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL,
  key TEXT NOT NULL, element TEXT NOT NULL, role TEXT NOT NULL, division TEXT NOT NULL, form TEXT,
  limit_text TEXT, article TEXT,
  created_at BIGINT NOT NULL, due_on BIGINT, due_provisional BIGINT NOT NULL,
  claimed_by BIGINT, claimed_at BIGINT,
  state TEXT NOT NULL, done_by BIGINT, done_at BIGINT, outcome TEXT, not_same_as TEXT,
  CONSTRAINT case_task_pk PRIMARY KEY (district, id),
  CONSTRAINT case_task_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT case_task_key UNIQUE (district, case_id, key),
  CONSTRAINT case_task_state CHECK (state IN ('open','done','cancelled'))
) STRICT;
CREATE INDEX case_task_by_id ON case_task (id);
CREATE INDEX case_task_open ON case_task (division, role, due_on) WHERE state = 'open';
CREATE INDEX case_task_provisional ON case_task (due_on) WHERE due_provisional = 1 AND state = 'open';
CREATE INDEX case_task_of ON case_task (district, case_id);

CREATE TABLE case_timer (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, key TEXT NOT NULL, element TEXT NOT NULL,
  due_at BIGINT,                      -- NULL: its clock runs from the service of `notice`, which is still to come
  from_at BIGINT NOT NULL, provisional BIGINT NOT NULL, limit_text TEXT NOT NULL, notice BIGINT,
  tries BIGINT NOT NULL, error TEXT,
  CONSTRAINT case_timer_pk PRIMARY KEY (district, case_id, key),
  CONSTRAINT case_timer_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id)
) STRICT;
CREATE INDEX case_timer_due ON case_timer (due_at);
CREATE INDEX case_timer_provisional ON case_timer (due_at) WHERE provisional = 1;

CREATE TABLE case_subscription (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, key TEXT NOT NULL, element TEXT NOT NULL, message TEXT NOT NULL,
  CONSTRAINT case_subscription_pk PRIMARY KEY (district, case_id, key),
  CONSTRAINT case_subscription_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id)
) STRICT;

-- Where the process has been, for the diagram (bpmn-js) and the line of steps.
CREATE TABLE case_trace (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL,
  element TEXT NOT NULL, event TEXT NOT NULL, account BIGINT NOT NULL,
  CONSTRAINT case_trace_pk PRIMARY KEY (district, case_id, seq),
  CONSTRAINT case_trace_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT case_trace_event CHECK (event IN ('enter','leave','cancel'))
) STRICT;

CREATE TABLE case_draft (
  account BIGINT NOT NULL, matter TEXT NOT NULL, district BIGINT NOT NULL, person BIGINT NOT NULL,
  page TEXT, data BLOB NOT NULL, saved_at BIGINT NOT NULL, -- sealed with the person's data key
  CONSTRAINT case_draft_pk PRIMARY KEY (account, matter)
) STRICT;

-- Effects outside the store: asked here in the same transaction, done by the
-- sweeper, answered by another write.
CREATE TABLE outbox (
  id BIGINT NOT NULL, district BIGINT NOT NULL, case_id BIGINT, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
  created_at BIGINT NOT NULL, not_before BIGINT NOT NULL, tries BIGINT NOT NULL, done_at BIGINT, error TEXT,
  CONSTRAINT outbox_pk PRIMARY KEY (id)
) STRICT;
CREATE INDEX outbox_open ON outbox (not_before) WHERE done_at IS NULL;

-- ---- decision, verification, publication, remedies ----------------------------

CREATE TABLE decision_record (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, scheme TEXT NOT NULL,
  as_of BIGINT NOT NULL, policy_sha TEXT NOT NULL, policy_file TEXT NOT NULL, parameters TEXT NOT NULL,
  outcome TEXT NOT NULL, monthly_fen BIGINT NOT NULL, once_fen BIGINT NOT NULL,
  input BLOB NOT NULL, result BLOB NOT NULL, trace BLOB NOT NULL, salt BLOB NOT NULL, -- sealed with the applicant's data key
  state TEXT NOT NULL,                -- proposed, confirmed, superseded
  computed_at BIGINT NOT NULL,
  decided_by BIGINT, decided_at BIGINT, written_reasons BLOB, -- sealed
  organ TEXT,                         -- JSON: name, power, in_name_of, seal, citation on that date
  entry BIGINT NOT NULL,
  CONSTRAINT decision_record_pk PRIMARY KEY (district, id),
  CONSTRAINT decision_record_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT decision_record_state CHECK (state IN ('proposed','confirmed','superseded')),
  CONSTRAINT decision_record_signed CHECK (state <> 'confirmed' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL AND organ IS NOT NULL))
) STRICT;
CREATE INDEX decision_record_entry ON decision_record (entry);
CREATE INDEX decision_record_of ON decision_record (district, case_id);

CREATE TABLE verification_request (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, person BIGINT NOT NULL, source TEXT NOT NULL,
  asked_at BIGINT NOT NULL, due_on BIGINT, state TEXT NOT NULL, answered_at BIGINT,
  answer BLOB, salt BLOB NOT NULL, answer_salt BLOB, simulated BIGINT NOT NULL, -- answer sealed with the applicant's data key
  entry BIGINT NOT NULL, answer_entry BIGINT,
  CONSTRAINT verification_request_pk PRIMARY KEY (district, id),
  CONSTRAINT verification_request_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT verification_request_state CHECK (state IN ('waiting','answered','no_answer'))
) STRICT;
CREATE INDEX verification_request_entry ON verification_request (answer_entry);
CREATE INDEX verification_request_waiting ON verification_request (due_on) WHERE state = 'waiting';
CREATE INDEX verification_request_of ON verification_request (district, case_id);

CREATE TABLE publication (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT, kind TEXT NOT NULL, division TEXT NOT NULL,
  from_on BIGINT NOT NULL, until_on BIGINT NOT NULL, body TEXT NOT NULL, -- masked; emptied when it ends
  place TEXT NOT NULL, ended_at BIGINT, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT publication_pk PRIMARY KEY (district, id),
  CONSTRAINT publication_kind CHECK (kind IN ('public_notice','disclosure','announcement'))
) STRICT;
CREATE INDEX publication_case ON publication (district, case_id);
CREATE INDEX publication_open ON publication (until_on) WHERE ended_at IS NULL;

CREATE TABLE remedy (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, kind TEXT NOT NULL, organ TEXT NOT NULL,
  filed_at BIGINT NOT NULL, filed_by BIGINT NOT NULL, deadline BIGINT, due_on BIGINT, due_provisional BIGINT NOT NULL,
  text BLOB NOT NULL, salt BLOB NOT NULL, state TEXT NOT NULL, closed_at BIGINT, entry BIGINT NOT NULL,
  CONSTRAINT remedy_pk PRIMARY KEY (district, id),
  CONSTRAINT remedy_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT remedy_kind CHECK (kind IN ('objection','complaint','reconsideration','litigation'))
) STRICT;
CREATE INDEX remedy_of ON remedy (district, case_id);
CREATE INDEX remedy_by_id ON remedy (id);

-- ---- archive, notices ----------------------------------------------------------

CREATE TABLE archive_file (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT, name TEXT NOT NULL, kind TEXT NOT NULL, media_type TEXT NOT NULL,
  size BIGINT NOT NULL, sm3 BLOB NOT NULL, salt BLOB NOT NULL, -- sm3 of the plain content
  body BLOB NOT NULL,                 -- sealed with the person's data key
  person BIGINT NOT NULL, added_at BIGINT NOT NULL, added_by BIGINT NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT archive_file_pk PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX archive_file_case ON archive_file (district, case_id);

CREATE TABLE notice (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, person BIGINT NOT NULL, -- person: addressed to
  kind TEXT NOT NULL, number TEXT NOT NULL,
  issued_at BIGINT NOT NULL, issued_by BIGINT NOT NULL, seal TEXT NOT NULL, file BIGINT NOT NULL,
  opening BLOB NOT NULL,              -- salts and content, sealed with the person's data key
  served_at BIGINT, served_how TEXT, served_by BIGINT, service_paper BIGINT, service_entry BIGINT, entry BIGINT NOT NULL,
  CONSTRAINT notice_pk PRIMARY KEY (district, id),
  CONSTRAINT notice_number UNIQUE (district, number),
  CONSTRAINT notice_how CHECK (served_how IN ('in_person','post','left','electronic','publication')),
  CONSTRAINT notice_served CHECK (served_at IS NULL OR (served_how IS NOT NULL AND served_by IS NOT NULL AND service_entry IS NOT NULL)),
  CONSTRAINT notice_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT notice_file FOREIGN KEY (district, file) REFERENCES archive_file (district, id)
) STRICT;
CREATE INDEX notice_of ON notice (district, case_id);

CREATE TABLE number_series (
  name TEXT NOT NULL, year BIGINT NOT NULL, last BIGINT NOT NULL,
  CONSTRAINT number_series_pk PRIMARY KEY (name, year)
) STRICT;

-- ---- entitlement, payment, ledger ------------------------------------------------

CREATE TABLE entitlement (
  district BIGINT NOT NULL, id BIGINT NOT NULL, root BIGINT NOT NULL, scheme TEXT NOT NULL,
  household BIGINT, payee BIGINT NOT NULL, case_id BIGINT NOT NULL, decision BIGINT NOT NULL, subdistrict TEXT NOT NULL, division TEXT NOT NULL,
  from_month BIGINT NOT NULL, to_month BIGINT, -- months since year 0: year*12+month-1; to_month excluded
  state TEXT NOT NULL, next_review BIGINT, created_at BIGINT NOT NULL, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT entitlement_pk PRIMARY KEY (district, id),
  CONSTRAINT entitlement_decision FOREIGN KEY (district, decision) REFERENCES decision_record (district, id),
  CONSTRAINT entitlement_state CHECK (state IN ('active','suspended','ended')),
  CONSTRAINT entitlement_months CHECK (to_month IS NULL OR to_month > from_month)
) STRICT;
CREATE UNIQUE INDEX entitlement_one ON entitlement (district, household, scheme) WHERE state = 'active' AND to_month IS NULL;
CREATE INDEX entitlement_scheme ON entitlement (scheme, subdistrict, state);
CREATE INDEX entitlement_payee ON entitlement (district, payee);

CREATE TABLE entitlement_line (
  district BIGINT NOT NULL, entitlement BIGINT NOT NULL, line BIGINT NOT NULL, member BIGINT, item TEXT NOT NULL, monthly_fen BIGINT NOT NULL,
  CONSTRAINT entitlement_line_pk PRIMARY KEY (district, entitlement, line),
  CONSTRAINT entitlement_line_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT entitlement_line_positive CHECK (monthly_fen >= 0)
) STRICT;

CREATE TABLE payment_batch (
  district BIGINT NOT NULL, id BIGINT NOT NULL, month BIGINT NOT NULL, scheme TEXT NOT NULL, state TEXT NOT NULL,
  prepared_by BIGINT NOT NULL, prepared_at BIGINT NOT NULL, approved_by BIGINT, approved_at BIGINT,
  count BIGINT NOT NULL, total_fen BIGINT NOT NULL, file_sha TEXT, blocked TEXT NOT NULL, complete BIGINT NOT NULL, cursor BIGINT NOT NULL, version BIGINT NOT NULL,
  salt BLOB, entry BIGINT,            -- of the approval
  CONSTRAINT payment_batch_pk PRIMARY KEY (district, id),
  CONSTRAINT payment_batch_state CHECK (state IN ('draft','approved','sent','settled','cancelled')),
  CONSTRAINT payment_batch_two_people CHECK (approved_by IS NULL OR approved_by <> prepared_by),
  CONSTRAINT payment_batch_approved CHECK (state IN ('draft','cancelled') OR approved_by IS NOT NULL)
) STRICT;

-- One live payment for an entitlement root and month: the schema itself
-- forbids paying twice.  A cancelled one leaves the index.
CREATE TABLE payment (
  district BIGINT NOT NULL, id BIGINT NOT NULL, batch BIGINT NOT NULL, entitlement BIGINT NOT NULL, root BIGINT NOT NULL,
  month BIGINT NOT NULL, amount_fen BIGINT NOT NULL, payee BIGINT NOT NULL, state TEXT NOT NULL,
  return_code TEXT, sent_at BIGINT, paid_at BIGINT, salt BLOB, entry BIGINT,
  CONSTRAINT payment_pk PRIMARY KEY (district, id),
  CONSTRAINT payment_batch_of FOREIGN KEY (district, batch) REFERENCES payment_batch (district, id),
  CONSTRAINT payment_entitlement FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT payment_positive CHECK (amount_fen > 0),
  CONSTRAINT payment_state CHECK (state IN ('prepared','approved','sent','paid','returned','cancelled'))
) STRICT;
CREATE UNIQUE INDEX payment_once ON payment (root, month) WHERE state <> 'cancelled';
CREATE INDEX payment_of ON payment (district, batch);
CREATE INDEX payment_ent ON payment (district, entitlement);

-- Double entry: a transfer debits one account and credits another with one
-- amount, so the ledger is balanced in every row and at every moment.
CREATE TABLE ledger_account (
  district BIGINT NOT NULL, id BIGINT NOT NULL, code TEXT NOT NULL, kind TEXT NOT NULL, normal TEXT NOT NULL,
  debit_fen BIGINT NOT NULL, credit_fen BIGINT NOT NULL,
  CONSTRAINT ledger_account_pk PRIMARY KEY (district, id),
  CONSTRAINT ledger_account_code UNIQUE (district, code),
  CONSTRAINT ledger_account_normal CHECK (normal IN ('debit','credit','either')),
  CONSTRAINT ledger_account_covered CHECK (
    (normal <> 'debit' OR debit_fen >= credit_fen) AND (normal <> 'credit' OR credit_fen >= debit_fen))
) STRICT;
CREATE TABLE ledger_transfer (
  district BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, debit BIGINT NOT NULL, credit BIGINT NOT NULL,
  amount_fen BIGINT NOT NULL, kind TEXT NOT NULL, reference BIGINT NOT NULL, batch BIGINT,
  CONSTRAINT ledger_transfer_pk PRIMARY KEY (district, id),
  CONSTRAINT ledger_transfer_amount CHECK (amount_fen > 0),
  CONSTRAINT ledger_transfer_two CHECK (debit <> credit),
  CONSTRAINT ledger_transfer_debit FOREIGN KEY (district, debit) REFERENCES ledger_account (district, id),
  CONSTRAINT ledger_transfer_credit FOREIGN KEY (district, credit) REFERENCES ledger_account (district, id),
  CONSTRAINT ledger_transfer_once UNIQUE (district, kind, reference)
) STRICT;
CREATE INDEX ledger_transfer_batch ON ledger_transfer (district, batch);

-- ---- policy parameters -------------------------------------------------------------

CREATE TABLE parameter_confirmation (
  pack TEXT NOT NULL, name TEXT NOT NULL, valid_from BIGINT NOT NULL, value TEXT NOT NULL,
  confirmed_by BIGINT NOT NULL, confirmed_at BIGINT NOT NULL, basis TEXT NOT NULL, assumption BIGINT NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT parameter_confirmation_pk PRIMARY KEY (pack, name, valid_from)
) STRICT;
