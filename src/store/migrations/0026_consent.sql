-- An authorisation to verify has a last day; who takes it back stops what was not answered.
ALTER TABLE case_party ADD COLUMN authorised_until BIGINT;   -- the last day; null: while the case lasts
ALTER TABLE verification_request ADD COLUMN cause TEXT;      -- of no_answer, when it is not the source's silence: withdrawn, expired, closed
