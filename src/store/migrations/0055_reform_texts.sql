-- A computation may change a policy's text too: of which draft, and the digest of the text it was done with.
ALTER TABLE reform ADD COLUMN texts TEXT; -- JSON [{"matter","draft","sha256"}]; NULL: figures alone
