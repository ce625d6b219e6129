-- What the bank says of our account: statements and their entries.  Signed fen: what came is above nothing, what went below.
CREATE TABLE bank_statement (
  district BIGINT NOT NULL, id BIGINT NOT NULL, account TEXT NOT NULL, year BIGINT NOT NULL, number BIGINT NOT NULL, from_on BIGINT NOT NULL, to_on BIGINT NOT NULL,
  opening_fen BIGINT NOT NULL, closing_fen BIGINT NOT NULL, entries BIGINT NOT NULL, format TEXT NOT NULL, bank TEXT NOT NULL, simulated BIGINT NOT NULL, sm3 TEXT NOT NULL, -- of the file
  imported_at BIGINT NOT NULL, imported_by BIGINT NOT NULL,
  CONSTRAINT bank_statement_pk PRIMARY KEY (district, id),
  CONSTRAINT bank_statement_once UNIQUE (district, account, year, number),
  CONSTRAINT bank_statement_days CHECK (from_on <= to_on)
) STRICT;
-- Line 0 of the first statement: what stood on the account before, beyond the books.  'text' is sealed (crypto/vault.h).
CREATE TABLE bank_entry (
  district BIGINT NOT NULL, id BIGINT NOT NULL, statement BIGINT NOT NULL, line BIGINT NOT NULL, booked_on BIGINT NOT NULL, fen BIGINT NOT NULL,
  payment BIGINT, batch BIGINT, reference TEXT NOT NULL, code TEXT NOT NULL, text BLOB,
  state TEXT NOT NULL, match BIGINT,
  CONSTRAINT bank_entry_pk PRIMARY KEY (district, id),
  CONSTRAINT bank_entry_line UNIQUE (district, statement, line),
  CONSTRAINT bank_entry_of FOREIGN KEY (district, statement) REFERENCES bank_statement (district, id),
  CONSTRAINT bank_entry_amount CHECK (fen <> 0),
  CONSTRAINT bank_entry_state CHECK (state IN ('open', 'matched', 'returned', 'settled')),
  CONSTRAINT bank_entry_matched CHECK ((state = 'open') = (match IS NULL))
) STRICT;
CREATE INDEX bank_entry_payment ON bank_entry (district, payment) WHERE payment IS NOT NULL;
CREATE INDEX bank_entry_open ON bank_entry (district, booked_on) WHERE state = 'open';
CREATE INDEX bank_entry_match ON bank_entry (district, match) WHERE match IS NOT NULL;

-- What of the books a match holds: one transfer, or all that was paid of a batch.
CREATE TABLE bank_matched (
  district BIGINT NOT NULL, what TEXT NOT NULL, reference BIGINT NOT NULL, match BIGINT NOT NULL,
  CONSTRAINT bank_matched_pk PRIMARY KEY (district, what, reference),
  CONSTRAINT bank_matched_what CHECK (what IN ('transfer', 'batch'))
) STRICT;
CREATE INDEX bank_matched_match ON bank_matched (district, match);

-- Who settled what nothing matched: an entry of the bank by a posting, or a transfer of the books by a counter-posting.
CREATE TABLE bank_settlement (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entry BIGINT, transfer BIGINT, kind TEXT NOT NULL, fen BIGINT NOT NULL, reason TEXT NOT NULL, settled_at BIGINT NOT NULL, settled_by BIGINT NOT NULL,
  CONSTRAINT bank_settlement_pk PRIMARY KEY (district, id),
  CONSTRAINT bank_settlement_entry UNIQUE (district, entry),
  CONSTRAINT bank_settlement_transfer UNIQUE (district, transfer),
  CONSTRAINT bank_settlement_one CHECK ((entry IS NULL) <> (transfer IS NULL))
) STRICT;
-- Who took a month's open items into its closing, and why; holds while they are the same.
CREATE TABLE bank_acceptance (
  district BIGINT NOT NULL, id BIGINT NOT NULL, month BIGINT NOT NULL, items BIGINT NOT NULL, only_bank_fen BIGINT NOT NULL, only_books_fen BIGINT NOT NULL, fingerprint TEXT NOT NULL,
  reason TEXT NOT NULL, accepted_at BIGINT NOT NULL, accepted_by BIGINT NOT NULL,
  CONSTRAINT bank_acceptance_pk PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX bank_acceptance_month ON bank_acceptance (district, month);
