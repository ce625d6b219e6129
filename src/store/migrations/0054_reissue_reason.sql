-- Why a payment that came back is paid again; what was ordered before this was asked for says nothing.
ALTER TABLE payment_reissue ADD COLUMN reason TEXT;
