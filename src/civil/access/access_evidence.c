/* Looks against their entries. */
#include "civil/access/access.h"
#include "civil/evidence/evidence.h"
#include "civil/salt.h"

#include "base/json.h"
#include "base/vec.h"
#include "store/store.h"

#include <stdio.h>

static const struct json *subjects_value(struct evidence_check *x, int64_t district, int64_t access, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    VEC(const struct json *) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->txn, &r, d, "SELECT person FROM access_subject WHERE district = ? AND access_id = ? ORDER BY person", SQL_I(district), SQL_I(access));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char *text = arena_printf(a, "%lld:%lld", (long long)district, (long long)rows_int(r, 0));
        const struct json **slot = text ? vec_push_in(a, &list) : NULL;
        if (!slot || !(*slot = json_new_string(a, span_of(text))))
            return NULL;
    }
    return s == OK ? json_new_array(a, list.at, list.size) : NULL;
}

static enum status check(struct evidence_check *x, const struct rows *r, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    int64_t district = rows_int(r, 0), id = rows_int(r, 1), case_id = rows_int(r, 7);
    struct span salt = {arena_dup(a, rows_blob(r, 9)), rows_blob(r, 9).size};
    struct evidence_row e = {.what = "access_entry", .id = id, .entry = rows_int(r, 10), .kind = TLOG_ACCESS, .at = rows_int(r, 2), .role = rows_dup(r, 3, a),
        .office = rows_dup(r, 4, a), .purpose = rows_dup(r, 6, a), .claims = 1};
    char *fields = rows_dup(r, 8, a), *kind = rows_dup(r, 5, a);
    if (!salt.at || !e.role || !e.office || !e.purpose || !fields)
        return arena_full(d);
    bool bulk = rows_int(r, 11) == 0; /* a computation over many: its subject is the query */
    struct civil_salt subject = civil_salt(salt, "subject"), matter = civil_salt(salt, "matter");
    struct span subject_salt = salt.size == TLOG_SALT_BYTES ? span_bytes(subject.byte, sizeof subject.byte) : (struct span){0};
    if (bulk) {
        e.claim[0] = (struct evidence_claim){EVIDENCE_SUBJECT, salt, NULL, json_new_string(a, span_of(fields))};
    } else {
        e.fields = fields;
        e.claim[0] = (struct evidence_claim){EVIDENCE_SUBJECT, subject_salt, NULL, subjects_value(x, district, id, d)};
    }
    e.subjects = rows_int(r, 13);
    e.claim[0].value = kind && e.claim[0].former ? access_look_value(a, rows_int(r, 12), kind, e.claim[0].former) : NULL;
    if (!bulk && case_id) {
        char *text = arena_printf(a, "%lld:%lld", (long long)x->civil->district, (long long)case_id);
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_MATTER, span_bytes(matter.byte, sizeof matter.byte), text ? json_new_string(a, span_of(text)) : NULL, NULL};
    }
    return evidence_expect(x, &e, d);
}

enum status access_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    enum status s = sql_query(x->txn, &r, d,
        "SELECT e.district, e.id, e.at, e.role, e.office, e.kind, e.purpose, e.case_id, e.fields, e.salt, e.entry, "
        "(SELECT count(*) FROM access_subject s WHERE s.district = e.district AND s.access_id = e.id), e.account, e.subjects FROM access_entry e ORDER BY e.district, e.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check(x, r, d);
    }
    return s;
}
