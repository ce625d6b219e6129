/* Events, decisions, verifications and publications against their entries, a
 * case after the other: its key is unwrapped once. */
#include "civil/case/case_internal.h"

#include "civil/evidence/evidence.h"

#include <stdio.h>

/* What an entry speaks of, as the rows say it now. */
struct opened {
    const struct json *payload, *former, *subject;
    bool ended; /* taken down when its time was over: there is nothing to open */
};

struct item {
    const char *what, *kind, *sql;
    enum status (*payload)(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, struct opened *ret, struct diag *d);
};

static enum status event(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, struct opened *ret, struct diag *d) {
    return event_payload(c, t, k, entry, &ret->payload, &ret->former, d);
}
static enum status decision(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, struct opened *ret, struct diag *d) {
    return decision_payload(c, t, k, entry, &ret->payload, &ret->former, d);
}

static enum status answer(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, struct opened *ret, struct diag *d) {
    return answer_payload(c, t, k, entry, &ret->payload, &ret->subject, d);
}

/* One entry for all that was asked at once. */
static enum status asked(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, struct opened *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    BUF_AUTO b;
    struct json_writer w;
    buf_init(&b, 0);
    json_begin(&w, &b, false);
    json_array(&w);
    enum status s = sql_query(t, &r, d, "SELECT person, source FROM verification_request WHERE entry = ? ORDER BY id", SQL_I(entry));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(&w);
        json_kid(&w, "person", rows_int(r, 0));
        json_kspan(&w, "source", rows_text(r, 1));
        json_object_end(&w);
    }
    json_array_end(&w);
    return s == OK ? json_parse(txn_arena(t), buf_span(&b), &ret->payload, d) : s;
}

static enum status published(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, struct opened *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT body, ended_at FROM publication WHERE entry = ?", SQL_I(entry));
    if (s == OK && rows_text(r, 0).size == 0 && !rows_null(r, 1)) {
        ret->ended = true;
        return OK;
    }
    return s == OK ? json_parse(txn_arena(t), rows_text(r, 0), &ret->payload, d) : s;
}

/* Columns: entry, id, salt, then at, role, office, action where the table has them. */
static const struct item items[] = {
    {"case_event", TLOG_CASE_EVENT, "SELECT entry, seq, salt, at, role, office, kind FROM case_event WHERE district = ? AND case_id = ? ORDER BY seq", event},
    {"decision_record", TLOG_DECISION, "SELECT entry, id, salt FROM decision_record WHERE district = ? AND case_id = ? ORDER BY id", decision},
    {"verification_request", TLOG_VERIFICATION,
        /* the first of each entry; all of one have its salt */
        "SELECT v.entry, v.id, v.salt FROM verification_request v WHERE v.district = ? AND v.case_id = ? AND NOT EXISTS (SELECT 1 FROM verification_request w "
        "WHERE w.district = v.district AND w.case_id = v.case_id AND w.entry = v.entry AND w.id < v.id) ORDER BY 2", asked},
    {"verification_answer", TLOG_VERIFICATION,
        "SELECT answer_entry, id, answer_salt, answered_at FROM verification_request WHERE district = ? AND case_id = ? AND answer_entry IS NOT NULL ORDER BY id", answer},
    {"publication", TLOG_CASE_EVENT, "SELECT entry, id, salt FROM publication WHERE district = ? AND case_id = ? ORDER BY id", published},
};

static enum status check_one(struct evidence_check *x, struct case_row *k, const struct item *i, const struct rows *r, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    uint8_t salt[3][TLOG_SALT_BYTES];
    static const char *const names[] = {"matter", "subject", "payload"};
    struct span master = {arena_dup(a, rows_blob(r, 2)), rows_blob(r, 2).size};
    struct opened o = {.subject = evidence_subject(a, k->district, k->applicant)};
    int columns = rows_columns(r);
    struct evidence_row e = {.what = i->what, .id = rows_int(r, 1), .entry = rows_int(r, 0), .kind = i->kind, .at = columns > 3 ? rows_int(r, 3) : 0,
        .role = columns > 4 ? rows_dup(r, 4, a) : NULL, .office = columns > 5 ? rows_dup(r, 5, a) : NULL, .action = columns > 6 ? rows_dup(r, 6, a) : NULL};
    if (!master.at)
        return arena_full(d);
    for (int n = 0; n < 3; n++)
        evidence_salt(master, names[n], salt[n]);
    size_t size = master.size == TLOG_SALT_BYTES ? TLOG_SALT_BYTES : 0;
    enum status s = i->payload(x->civil, x->txn, k, e.entry, &o, d);
    bool open = s == OK && !o.ended;
    x->ended += o.ended;
    if (s == E_NOT_FOUND) {
        x->sealed++;
    } else if (s == E_CORRUPT || s == E_INPUT) { /* a seal that does not open, text that is not JSON */
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, {0}, json_null(), NULL};
    } else if (s != OK) {
        return s;
    }
    diag_clear(d);
    e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_MATTER, span_bytes(salt[0], size), evidence_matter(a, k->district, k->id), NULL};
    e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_SUBJECT, span_bytes(salt[1], size), o.subject, NULL};
    if (open)
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, span_bytes(salt[2], size), o.payload, o.former};
    return evidence_expect(x, &e, d);
}

static void tell(struct evidence_check *x, int64_t seq, int64_t entry, const char *column) {
    struct diag d = {0};
    (void)!diag_fail(&d, E_CORRUPT, "evidence.column", DIAG_S("what", "case_event"), DIAG_N("id", seq), DIAG_N("entry", entry), DIAG_S("which", column));
    x->findings++;
    x->finding(x->arg, &d);
}

/* Events of no case that there is: no case shows them. */
static enum status check_strays(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->txn, &r, d,
        "SELECT e.seq, e.entry FROM case_event e LEFT JOIN case_file f ON f.district = e.district AND f.id = e.case_id WHERE f.id IS NULL ORDER BY e.entry");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        tell(x, rows_int(r, 0), rows_int(r, 1), "case_id");
    return s;
}

static enum status check_case(struct evidence_check *x, int64_t id, struct diag *d) {
    struct case_row k;
    enum status s = case_row_read(x->civil, x->txn, id, &k, d);
    if (s == E_CORRUPT || s == E_NOT_FOUND) { /* check-store says what is wrong with it */
        diag_clear(d);
        x->sealed++;
        return OK;
    }
    for (size_t i = 0; s == OK && i < ARRAY_LEN(items); i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        int64_t seq = 0, entry = 0;
        s = sql_query(x->txn, &r, d, items[i].sql, SQL_I(k.district), SQL_I(k.id));
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
            struct arena_mark mark = arena_mark(txn_arena(x->txn));
            /* Events are numbered from 1 without a hole, in the order in which they came into the log. */
            if (i == 0 && (rows_int(r, 1) != seq + 1 || rows_int(r, 0) <= entry))
                tell(x, rows_int(r, 1), rows_int(r, 0), "seq");
            seq = rows_int(r, 1);
            entry = rows_int(r, 0);
            s = check_one(x, &k, &items[i], r, d);
            arena_rewind(txn_arena(x->txn), mark);
        }
    }
    return s;
}

enum status case_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    if (!x->civil->vault || !x->civil->packs) {
        int64_t n = 0;
        enum status s = sql_int(x->txn, &n, 0, d, "SELECT count(*) FROM case_event");
        x->sealed += n;
        return s;
    }
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    enum status s = sql_query(x->txn, &r, d, "SELECT id FROM case_file ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check_case(x, rows_int(r, 0), d);
    }
    return s == OK ? check_strays(x, d) : s;
}
