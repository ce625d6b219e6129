#include "civil/evidence/evidence.h"

#include "store/store.h"

static void find(struct evidence_check *x, const struct evidence_row *r, const char *code, const char *which) {
    struct diag d = {0};
    (void)!diag_fail(&d, E_CORRUPT, code, DIAG_S("what", r->what), DIAG_N("id", r->id), DIAG_N("entry", r->entry), DIAG_S("which", which));
    x->findings++;
    x->finding(x->arg, &d);
}

static void same(struct evidence_check *x, const struct evidence_row *r, const char *name, const char *row, const char *entry) {
    if (row && strcmp(row, entry ? entry : "") != 0)
        find(x, r, "evidence.column", name);
}

/* "name|income" */
static void same_fields(struct evidence_check *x, const struct evidence_row *r, const struct tlog_entry *e) {
    BUF_AUTO b;
    buf_init(&b, 0);
    for (size_t i = 0; i < e->field_count; i++)
        buf_addf(&b, "%s%s", i ? "|" : "", e->field[i]);
    same(x, r, "fields", r->fields, buf_str(&b));
}

static const struct tlog_commitment *part_of(const struct tlog_entry *e, enum evidence_part part) {
    switch (part) {
    case EVIDENCE_MATTER: return e->matter;
    case EVIDENCE_SUBJECT: return e->subject_count == 1 ? &e->subject[0] : NULL;
    case EVIDENCE_PAYLOAD: return e->payload;
    }
    return NULL;
}

static enum status check_claim(struct evidence_check *x, const struct evidence_row *r, const struct tlog_entry *e, const struct evidence_claim *c, struct diag *d) {
    static const char *const names[] = {"matter", "subject", "payload"};
    struct tlog_commitment now;
    if (!c->value)
        return arena_full(d);
    const struct tlog_commitment *then = part_of(e, c->part);
    enum status s = c->salt.size == TLOG_SALT_BYTES ? tlog_entry_commit(c->salt, c->value, &now, d) : OK;
    if (s == OK && c->former && c->salt.size == TLOG_SALT_BYTES && then && !tlog_commitment_eq(then, &now))
        s = tlog_entry_commit(c->salt, c->former, &now, d);
    if (s == OK && (c->salt.size != TLOG_SALT_BYTES || !then || !tlog_commitment_eq(then, &now)))
        find(x, r, "evidence.differs", names[c->part]);
    return s;
}

enum status evidence_expect(struct evidence_check *x, const struct evidence_row *r, struct diag *d) {
    struct tlog_stored stored;
    struct tlog_entry e;
    struct arena *a = txn_arena(x->txn);
    x->rows++;
    enum status s = tlog_entry_get(x->txn, r->entry, a, &stored, d);
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        find(x, r, "evidence.no_entry", "");
        return OK;
    }
    if (s != OK)
        return s;
    if (tlog_entry_read(a, stored.bytes, &e, NULL) != OK)
        return OK; /* the audit of the log names it */
    if (strcmp(e.kind, r->kind) != 0) {
        find(x, r, "evidence.kind", e.kind);
        return OK;
    }
    same(x, r, "action", r->action, e.action);
    same(x, r, "role", r->role, e.role);
    same(x, r, "office", r->office, e.office);
    same(x, r, "purpose", r->purpose, e.purpose);
    if (r->fields)
        same_fields(x, r, &e);
    if (r->at && r->at != e.time)
        find(x, r, "evidence.column", "at");
    if (r->district && r->district != e.district)
        find(x, r, "evidence.column", "district");
    if (r->subjects && r->subjects != e.subjects)
        find(x, r, "evidence.column", "subjects");
    for (size_t i = 0; s == OK && i < r->claims; i++)
        s = check_claim(x, r, &e, &r->claim[i], d);
    return s;
}

/* ---- entries without a row ------------------------------------------------------ */

/* A parameter confirmed again gives way to its new confirmation; the log keeps the former. */
static bool gave_way(struct evidence_check *x, int64_t id) {
    struct tlog_stored stored;
    struct tlog_entry e;
    struct diag d = {0};
    return tlog_entry_get(x->txn, id, txn_arena(x->txn), &stored, &d) == OK && strcmp(stored.kind, TLOG_POLICY_PUBLISH) == 0 &&
           tlog_entry_read(txn_arena(x->txn), stored.bytes, &e, NULL) == OK && strcmp(e.action, "published") != 0;
}

/* Accounts made before their entries were kept with them have none to show:
 * entries below the first that is. */
static enum status orphans(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->txn, &r, d,
        "SELECT l.id, l.kind FROM (SELECT id, kind FROM log_entry UNION ALL SELECT id, kind FROM log_pending) l LEFT JOIN ("
        "SELECT entry AS e FROM case_event UNION SELECT entry FROM access_entry UNION SELECT entry FROM decision_record "
        "UNION SELECT entry FROM verification_request UNION SELECT answer_entry FROM verification_request UNION SELECT entry FROM publication "
        "UNION SELECT entry FROM archive_file UNION SELECT entry FROM archive_act UNION SELECT entry FROM certificate UNION SELECT revoke_entry FROM certificate UNION SELECT entry FROM notice UNION SELECT service_entry FROM notice UNION SELECT entry FROM entitlement UNION SELECT entry FROM entitlement_act UNION SELECT entry FROM entitlement_note "
        "UNION SELECT entry FROM payment_batch UNION SELECT entry FROM payment UNION SELECT entry FROM payment_reissue UNION SELECT entry FROM payment_cancel "
        "UNION SELECT entry FROM parameter_confirmation UNION SELECT entry FROM policy_version UNION SELECT entry FROM account_entry "
        "UNION SELECT entry FROM access_question UNION SELECT answer_entry FROM access_question UNION SELECT entry FROM secrecy_act "
        "UNION SELECT entry FROM case_protected UNION SELECT entry FROM case_protected_look UNION SELECT entry FROM indicator_batch UNION SELECT entry FROM ledger_closing UNION SELECT entry FROM appropriation UNION SELECT entry FROM plan_act UNION SELECT entry FROM evidence_row UNION SELECT entry FROM evidence_name"
        ") k ON k.e = l.id WHERE k.e IS NULL AND (l.kind <> 'account' OR l.id >= (SELECT min(entry) FROM account_entry)) ORDER BY l.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct diag f = {0};
        if (gave_way(x, rows_int(r, 0)))
            continue;
        (void)!diag_fail(&f, E_CORRUPT, "evidence.no_row", DIAG_N("entry", rows_int(r, 0)), DIAG_SPAN("kind", rows_text(r, 1)));
        x->findings++;
        x->finding(x->arg, &f);
    }
    return s;
}

enum status evidence_check_in(struct evidence_check *x, struct diag *d) {
    static enum status (*const of[])(struct evidence_check *x, struct diag *d) = {
        access_evidence, account_evidence, appropriation_evidence, archive_act_evidence, archive_evidence, books_evidence, case_evidence, certificate_evidence, entitlement_evidence, entitlement_life_evidence,
        indicator_evidence, kept_evidence, notice_evidence, payment_evidence, plan_evidence, policy_evidence, question_evidence, secrecy_evidence, protected_evidence,
        orphans,
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(of); i++)
        s = of[i](x, d);
    return s;
}
