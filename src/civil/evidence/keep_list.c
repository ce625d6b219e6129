/* What is kept of which table (keep.h). */
#include "civil/evidence/keep_internal.h"

#include "civil/evidence/keep.h"

const struct kept evidence_kept[] = {
    {KEPT_PERSON_ACCOUNT, "person", "district", "id", "k.bank_account IS NOT NULL", "s:bank_account t:bank_name", false, NULL},
    {KEPT_ENTITLEMENT, "entitlement", "district", "id", "1 = 1", "i:payee i:household i:root i:case_id t:subdistrict t:division", false, NULL},
    {KEPT_DECISION, "decision_record", "district", "id", "k.state = 'confirmed'",
        "i:case_id t:scheme i:as_of t:policy_sha t:policy_file t:parameters t:outcome i:monthly_fen i:once_fen b:trace t:state i:computed_at i:decided_by i:decided_at b:written_reasons t:organ", false, NULL},
    {KEPT_BATCH, "payment_batch", "district", "id", "k.entry IS NOT NULL",
        "i:month t:scheme t:compartment i:prepared_by i:prepared_at i:approved_by i:approved_at i:count i:total_fen t:blocked i:funding_central i:funding_city i:funding_district", false, NULL},
    {KEPT_BANK_FILE, "payment_file", "district", "batch", "1 = 1", "t:sm3 t:format i:made_at i:made_by s:body", false, NULL},
    {KEPT_BANK_STATEMENT, "bank_statement", "district", "id", "1 = 1",
        "t:account i:year i:number i:from_on i:to_on i:opening_fen i:closing_fen i:entries t:format t:bank i:simulated t:sm3 i:imported_at i:imported_by", false, NULL},
    {KEPT_BANK_ENTRY, "bank_entry", "district", "statement", "1 = 1", "i:id i:line i:booked_on i:fen i:payment i:batch t:reference t:code", false, "k.line"},
    {KEPT_BANK_SETTLEMENT, "bank_settlement", "district", "id", "1 = 1", "i:entry i:transfer t:kind i:fen t:reason i:settled_at i:settled_by", false, NULL},
    {KEPT_BANK_ACCEPTANCE, "bank_acceptance", "district", "id", "1 = 1", "i:month i:items i:only_bank_fen i:only_books_fen t:fingerprint t:reason i:accepted_at i:accepted_by", false, NULL},
    {KEPT_PAYMENT_RESULT, "payment", "district", "id", "k.state IN ('paid', 'returned')", "t:state i:sent_at i:paid_at t:return_code t:bank_code", false, NULL},
    {KEPT_PUBLICATION, "publication", "district", "id", "1 = 1", "i:case_id t:kind t:division i:from_on i:until_on t:body t:place i:ended_at", false, NULL},
    {KEPT_PARAMETER, "parameter_confirmation", "0", "entry", "1 = 1", "t:pack t:name i:valid_from t:value i:confirmed_by i:confirmed_at t:basis i:assumption", true, NULL},
    {KEPT_FILE, "archive_file", "district", "id", "1 = 1", "t:name t:kind t:media_type i:size b:body i:person i:added_by i:own_key i:destroyed", false, NULL},
    {KEPT_HOLD, "archive_hold", "district", "id", "1 = 1", "i:case_id t:reason i:placed_at i:placed_by i:released_at i:released_by t:release_reason", false, NULL},
    {KEPT_DESTRUCTION, "archive_destruction", "district", "id", "1 = 1", "t:state t:reason i:proposed_at i:proposed_by i:decided_at i:decided_by t:decision_reason t:compartment", false, NULL},
    {KEPT_DESTROYED, "archive_destruction_item", "district", "list", "1 = 1", "i:case_id i:ended_on i:years i:due_on t:state i:files", false, "k.case_id"},
    {KEPT_NUMBER, "archive_number", "district", "case_id", "1 = 1", "t:number t:location i:filed_at i:filed_by", false, NULL},
    {KEPT_NOTICE, "notice", "district", "id", "1 = 1", "i:person t:kind t:number i:issued_at i:issued_by t:seal i:file i:served_by i:service_paper", false, NULL},
    {KEPT_ACCOUNT, "account", "0", "id", "1 = 1", "t:login t:kind i:district i:person t:state i:created_at", false, NULL},
    {KEPT_ACCOUNT_ROLE, "account_role", "0", "account", "1 = 1", "t:role t:division", false, "k.role, k.division"},
    {KEPT_POST, "post", "0", "id", "1 = 1", "t:name t:division i:made_by i:made_at", false, NULL},
    {KEPT_POST_ROLE, "post_role", "0", "post", "1 = 1", "t:role", false, "k.role"},
    {KEPT_POST_HOLDER, "post_holder", "0", "id", "1 = 1", "i:post i:account i:acting i:from_on i:until_on i:appointed_by i:appointed_at i:ended_at", false, NULL},
    {KEPT_ABSENCE, "absence", "0", "id", "1 = 1", "i:account i:deputy i:from_on i:until_on i:declared_by i:declared_at i:ended_at", false, NULL},
    {KEPT_RECUSAL, "recusal", "0", "account", "1 = 1", "i:person_district i:person t:relation i:declared_at i:declared_by i:withdrawn_at i:withdrawn_by t:withdrawn_reason", false, "k.person_district, k.person"},
    {KEPT_CONTACT, "division_contact", "0", "id", "1 = 1", "t:division t:office t:office_en t:telephone t:address t:address_en t:hours t:hours_en i:written_by i:written_at", false, NULL},
    {KEPT_REMEDY, "remedy", "district", "id", "1 = 1", "i:case_id t:kind t:organ i:filed_at i:filed_by i:deadline i:due_on i:due_provisional b:text b:salt t:state i:closed_at i:entry", false, NULL},
    {KEPT_CASE, "case_file", "district", "id", "1 = 1",
        "t:number t:matter t:scheme t:process_file t:process_sha t:decision_file t:state t:outcome t:channel i:applicant i:household b:agent_name t:agent_kind t:division t:subdistrict "
        "i:applied_at i:accepted_at i:due_on i:due_provisional i:decided_at i:closed_at b:form b:form_salt i:version i:entered_by t:special i:monthly_fen t:compartment", false, NULL},
    {KEPT_PARTIES, "case_party", "district", "case_id", "1 = 1",
        "i:person t:party t:relation i:person_district t:number b:stated i:consent_needed i:authorised_at t:authorised_how i:paper i:authorised_until b:number_blind", false, "k.person"},
    {KEPT_TASKS, "case_task", "district", "case_id", "1 = 1",
        "i:id t:key t:element t:role t:division t:form t:limit_text t:article i:created_at i:due_on i:due_provisional i:claimed_by i:claimed_at t:state i:done_by i:done_at t:outcome t:not_same_as",
        false, "k.id"},
    {KEPT_PROPOSAL, "entitlement_proposal", "district", "id", "1 = 1",
        "i:entitlement t:kind t:cause i:event_on i:month i:monthly_fen t:lines i:decision t:state i:proposed_by i:proposed_at i:served_at t:served_how i:answer_due i:answered_at "
        "i:decided_by i:decided_at i:decision_served_at i:act i:version", false, NULL},
    {KEPT_ADJUSTMENT, "entitlement_adjustment", "district", "id", "1 = 1", "i:entitlement i:root i:month i:act i:amount_fen i:cancelled_by", false, NULL},
    {KEPT_RECOVERY, "recovery", "district", "id", "1 = 1", "i:entitlement i:root i:payee i:act i:found_at i:amount_fen i:reversed_fen i:received_fen i:waived_fen i:version", false, NULL},
    {KEPT_RECOVERY_MONTH, "recovery_month", "district", "recovery", "1 = 1", "i:root i:month i:amount_fen i:reversed_fen", false, "k.month"},
    {KEPT_RECOVERY_PART, "recovery_part", "district", "id", "1 = 1", "i:recovery t:kind i:amount_fen t:state i:asked_by i:asked_at i:approved_by i:approved_at", false, NULL},
    {KEPT_RECOVERY_PLAN, "recovery_instalment", "district", "recovery", "1 = 1", "i:number i:due_on i:amount_fen", false, "k.number"},
};
const size_t evidence_kept_count = ARRAY_LEN(evidence_kept);
