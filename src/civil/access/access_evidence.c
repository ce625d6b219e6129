/* Looks against their entries. */
#include "civil/access/access.h"
#include "civil/evidence/evidence.h"
#include "civil/salt.h"

#include "base/json.h"
#include "base/vec.h"
#include "store/store.h"

#include <stdio.h>

/* Whom the looks were at, in the order of the looks: both tables are read once, since the subjects are kept by person. */
struct subjects { struct rows *r; bool row; };

static enum status subjects_open(struct evidence_check *x, struct subjects *u, struct diag *d) {
    enum status s = sql_query(x->txn, &u->r, d, "SELECT district, access_id, person FROM access_subject ORDER BY district, access_id, person");
    return s == OK ? rows_next(u->r, &u->row, d) : s;
}

static int order(const struct rows *r, int64_t district, int64_t access) {
    int64_t a = rows_int(r, 0), b = rows_int(r, 1);
    return a != district ? (a < district ? -1 : 1) : b != access ? (b < access ? -1 : 1) : 0;
}

/* Those of a look; looks come in order. */
static enum status subjects_of(struct evidence_check *x, struct subjects *u, int64_t district, int64_t access, const struct json **ret, size_t *ret_count, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    VEC(const struct json *) list = {0};
    enum status s = OK;
    for (; s == OK && u->row && order(u->r, district, access) <= 0; s = rows_next(u->r, &u->row, d)) {
        if (order(u->r, district, access) < 0)
            continue;
        char *text = arena_printf(a, "%lld:%lld", (long long)district, (long long)rows_int(u->r, 2));
        const struct json **slot = text ? vec_push_in(a, &list) : NULL;
        if (!slot || !(*slot = json_new_string(a, span_of(text))))
            return arena_full(d);
    }
    *ret = s == OK ? json_new_array(a, list.at, list.size) : NULL;
    *ret_count = list.size;
    return s == OK && !*ret ? arena_full(d) : s;
}

static enum status check(struct evidence_check *x, const struct rows *r, struct subjects *u, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    const struct json *whom = NULL;
    size_t count = 0;
    int64_t district = rows_int(r, 0), id = rows_int(r, 1), case_id = rows_int(r, 7);
    struct span salt = {arena_dup(a, rows_blob(r, 9)), rows_blob(r, 9).size};
    struct evidence_row e = {.what = "access_entry", .id = id, .entry = rows_int(r, 10), .kind = TLOG_ACCESS, .at = rows_int(r, 2), .role = rows_dup(r, 3, a),
        .office = rows_dup(r, 4, a), .purpose = rows_dup(r, 6, a), .claims = 1};
    char *fields = rows_dup(r, 8, a), *kind = rows_dup(r, 5, a);
    if (!salt.at || !e.role || !e.office || !e.purpose || !fields)
        return arena_full(d);
    enum status s = subjects_of(x, u, district, id, &whom, &count, d);
    if (s != OK)
        return s;
    bool bulk = count == 0; /* a computation over many: its subject is the query */
    struct civil_salt subject = civil_salt(salt, "subject"), matter = civil_salt(salt, "matter");
    struct span subject_salt = salt.size == TLOG_SALT_BYTES ? span_bytes(subject.byte, sizeof subject.byte) : (struct span){0};
    if (bulk) {
        e.claim[0] = (struct evidence_claim){EVIDENCE_SUBJECT, salt, NULL, json_new_string(a, span_of(fields))};
    } else {
        e.fields = fields;
        e.claim[0] = (struct evidence_claim){EVIDENCE_SUBJECT, subject_salt, NULL, whom};
    }
    e.subjects = rows_int(r, 12);
    e.claim[0].value = kind && e.claim[0].former ? access_look_value(a, rows_int(r, 11), kind, e.claim[0].former) : NULL;
    if (!bulk && case_id) {
        char *text = arena_printf(a, "%lld:%lld", (long long)(rows_null(r, 13) ? x->civil->district : rows_int(r, 13)), (long long)case_id);
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_MATTER, span_bytes(matter.byte, sizeof matter.byte), text ? json_new_string(a, span_of(text)) : NULL, NULL};
    }
    return evidence_expect(x, &e, d);
}

enum status access_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    AUTO(rows) struct rows *of = NULL;
    bool row = false;
    struct subjects u = {0};
    enum status s = subjects_open(x, &u, d);
    of = u.r;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    if (s == OK)
        s = sql_query(x->txn, &r, d, "SELECT e.district, e.id, e.at, e.role, e.office, e.kind, e.purpose, e.case_id, e.fields, e.salt, e.entry, e.account, e.subjects, "
            "(SELECT f.district FROM case_file f WHERE f.id = e.case_id) FROM access_entry e ORDER BY e.district, e.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check(x, r, &u, d);
    }
    return s;
}
