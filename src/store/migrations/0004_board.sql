-- What the board counts, from indexes alone: the rows themselves are long.
CREATE INDEX case_file_board ON case_file (subdistrict, applied_at, decided_at, outcome, due_on, closed_at, state, division);
CREATE INDEX payment_paid ON payment (month, district, entitlement, amount_fen) WHERE state = 'paid';
