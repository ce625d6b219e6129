-- A month of the books that takes no posting any more: asked for by one, closed by another.
CREATE TABLE ledger_closing (
  district BIGINT NOT NULL, month BIGINT NOT NULL, until BIGINT NOT NULL, -- the first instant after it
  state TEXT NOT NULL, transfers BIGINT NOT NULL, sm3 TEXT NOT NULL,      -- of the balances at its end
  asked_by BIGINT NOT NULL, asked_at BIGINT NOT NULL, closed_by BIGINT, closed_at BIGINT, salt BLOB, entry BIGINT,
  CONSTRAINT ledger_closing_pk PRIMARY KEY (district, month),
  CONSTRAINT ledger_closing_two CHECK (closed_by IS NULL OR closed_by <> asked_by),
  CONSTRAINT ledger_closing_state CHECK (state IN ('asked', 'closed')),
  CONSTRAINT ledger_closing_whole CHECK ((state = 'asked') = (closed_by IS NULL) AND (closed_by IS NULL) = (entry IS NULL) AND (entry IS NULL) = (salt IS NULL))
) STRICT;
CREATE TABLE ledger_closing_balance (
  district BIGINT NOT NULL, month BIGINT NOT NULL, account BIGINT NOT NULL, debit_fen BIGINT NOT NULL, credit_fen BIGINT NOT NULL,
  CONSTRAINT ledger_closing_balance_pk PRIMARY KEY (district, month, account),
  CONSTRAINT ledger_closing_balance_of FOREIGN KEY (district, month) REFERENCES ledger_closing (district, month),
  CONSTRAINT ledger_closing_balance_account FOREIGN KEY (district, account) REFERENCES ledger_account (district, id)
) STRICT;
