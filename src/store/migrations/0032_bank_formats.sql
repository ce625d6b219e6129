-- In which of the packs' formats a batch went to the bank, and what the bank itself called the reason of a return.
ALTER TABLE payment_file ADD COLUMN format TEXT NOT NULL DEFAULT 'minzheng-csv';
ALTER TABLE payment ADD COLUMN bank_code TEXT;
