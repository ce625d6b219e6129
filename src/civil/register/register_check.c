#include "civil/register/register_check.h"

#include "civil/register/register_internal.h"
#include "crypto/vault.h"
#include "store/store.h"

enum { SAMPLE = 2000 }; /* 50 ms; a wrong key fails at the first */

static void finding(enum lang l, struct buf *findings, int *count, const char *code, int64_t id) {
    struct diag_arg arg = DIAG_N("id", id);
    message_text(findings, l, code, &arg, 1);
    buf_addc(findings, '\n');
    ++*count;
}

static enum status check_numbers(struct civil *c, struct txn *t, enum lang l, struct buf *findings, int *count, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_query(t, &r, d, "SELECT district, id, id_number, id_blind FROM person ORDER BY id_blind LIMIT ?", SQL_I(SAMPLE));
    struct arena_mark mark = arena_mark(a);
    for (bool more = true; s == OK;) {
        struct span plain;
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        arena_rewind(a, mark);
        int64_t id = rows_int(r, 1);
        struct place where = place_of("id_number", rows_int(r, 0), id);
        enum status opened = vault_unseal(c->vault, rows_blob(r, 2), span_of(where.text), a, &plain, NULL);
        struct hash h = opened == OK ? person_number_blind(c, plain) : (struct hash){{0}};
        if (opened == OK && span_eq(span_bytes(h.byte, HASH_BYTES), rows_blob(r, 3)))
            continue;
        finding(l, findings, count, "register.check.number", id);
    }
    return s;
}

static enum status check_overlaps(struct txn *t, enum lang l, struct buf *findings, int *count, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT DISTINCT a.person FROM person_record a JOIN person_record b ON b.district = a.district AND b.person = a.person AND b.valid_from > a.valid_from "
        "WHERE a.superseded_at IS NULL AND b.superseded_at IS NULL AND (a.valid_to IS NULL OR a.valid_to > b.valid_from)");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        finding(l, findings, count, "register.check.overlap", rows_int(r, 0));
    }
    return s;
}

/* The board's numbers are kept, so they are recounted here. */
static enum status check_counts(struct txn *t, enum lang l, struct buf *findings, int *count, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT x.division, sum(x.kept), sum(x.n) FROM ("
        "SELECT division, n AS kept, 0 AS n FROM household_count UNION ALL SELECT division, 0, count(*) FROM household h WHERE " REGISTER_SHOWN("h") " GROUP BY division) x "
        "GROUP BY x.division HAVING sum(x.kept) <> sum(x.n)");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct diag_arg arg[] = {DIAG_SPAN("division", rows_text(r, 0)), DIAG_N("kept", rows_int(r, 1)), DIAG_N("counted", rows_int(r, 2))};
        message_text(findings, l, "register.check.count", arg, ARRAY_LEN(arg));
        buf_addc(findings, '\n');
        ++*count;
    }
    return s;
}

enum status register_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    enum status s = check_numbers(c, t, l, findings, ret_count, d);
    if (s == OK)
        s = check_overlaps(t, l, findings, ret_count, d);
    return s == OK ? check_counts(t, l, findings, ret_count, d) : s;
}
