-- What a month of a million benefits looks for: the benefits of a scheme in their order, those of a household (also
-- ended ones), of a case, one by its number alone; the lines of a batch in their order, and those that are still in a state.
CREATE INDEX entitlement_run ON entitlement (district, scheme, id);
CREATE INDEX entitlement_household ON entitlement (district, household);
CREATE INDEX entitlement_case ON entitlement (district, case_id);
CREATE INDEX entitlement_by_id ON entitlement (id);
CREATE INDEX payment_work ON payment (district, batch, state, id);
DROP INDEX payment_of;
CREATE INDEX payment_of ON payment (district, batch, id);
