-- Whom to ask at an office (有问题找谁): window, telephone, address and hours, as a leader of that place last wrote them.
CREATE TABLE division_contact (
  id BIGINT NOT NULL, division TEXT NOT NULL,
  office TEXT NOT NULL, office_en TEXT, telephone TEXT NOT NULL, address TEXT NOT NULL, address_en TEXT, hours TEXT NOT NULL, hours_en TEXT,
  written_by BIGINT NOT NULL, written_at BIGINT NOT NULL,
  CONSTRAINT division_contact_pk PRIMARY KEY (id),
  CONSTRAINT division_contact_one UNIQUE (division)
) STRICT;
