-- An application that another office of the city took in than the one that decides it (跨区申请、全城通办): who decides
-- stays `division` (where the applicant lives).  What is new has a name of its own under evidence (case_taken_in, file_handed_in).
ALTER TABLE case_file ADD COLUMN taken_in TEXT;            -- the office whose counter took it in; NULL: the one that decides, or the applicant himself
ALTER TABLE case_file ADD COLUMN registered_division TEXT; -- where the register had the applicant registered (户籍地) on that day; NULL: it did not say, or nobody else took it in
CREATE INDEX case_file_taken_in ON case_file (taken_in, applied_at, id) WHERE taken_in IS NOT NULL;
-- A paper that the office which took the application in handed on: that office; NULL: added where the case is worked on, or by the applicant.
ALTER TABLE archive_file ADD COLUMN handed_in TEXT;
