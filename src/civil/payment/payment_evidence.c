/* Payments, batches and what was ordered about them against their entries.  A
 * confirmed parameter keeps no salt: of it only kind, action and moment are compared. */
#include "civil/payment/payment_internal.h"

#include "base/json.h"
#include "civil/evidence/evidence.h"
#include "store/store.h"

#include <stdio.h>

static const struct json *words(struct arena *a, const char *text) { return text ? json_new_string(a, span_of(text)) : NULL; }

static const struct json *value_of(struct arena *a, const struct rows *r, int kind) {
    int64_t id = rows_int(r, 0);
    switch (kind) {
    case 3:
        return payment_line_value(a, &(struct payment_row){.id = id, .entitlement = rows_int(r, 4), .month = rows_int(r, 5), .fen = rows_int(r, 6), .payee = rows_int(r, 7),
                                         .correction = rows_int(r, 8)}, rows_int(r, 9));
    case 0: return payment_value(a, id, rows_int(r, 4), (month_t)rows_int(r, 5), rows_int(r, 6));
    case 1: return words(a, arena_printf(a, "%lld|%s", (long long)id, rows_dup(r, 4, a)));
    default: return words(a, payment_reissue_value(a, id, rows_int(r, 4) != 0, rows_null(r, 5) ? NULL : rows_dup(r, 5, a)));
    }
}

/* Columns: id, entry, salt, at (0: not compared), then what the value is made of. */
static const struct { const char *what, *kind, *action, *sql; int value; } items[] = {
    {"payment", TLOG_PAYMENT, "approved", "SELECT id, entry, salt, 0, entitlement, month, amount_fen, payee, correction, batch FROM payment WHERE entry IS NOT NULL ORDER BY district, id", 3},
    {"payment_batch", TLOG_PAYMENT, "batch.approved", "SELECT id, entry, salt, approved_at, count, month, total_fen FROM payment_batch WHERE entry IS NOT NULL ORDER BY district, id", 0},
    {"payment_cancel", TLOG_PAYMENT, "batch.cancelled", "SELECT batch, entry, salt, cancelled_at, reason FROM payment_cancel ORDER BY district, batch", 1},
    {"payment_reissue", TLOG_PAYMENT, "reissued", "SELECT payment, entry, salt, ordered_at, corrected, reason FROM payment_reissue ORDER BY district, payment", 2},
    {"parameter_confirmation", TLOG_POLICY_PUBLISH, NULL, "SELECT valid_from, entry, NULL, confirmed_at FROM parameter_confirmation ORDER BY pack, name, valid_from", -1},
};

/* Whose line it is says the entitlement; its root is copied, for the one line that a month may have. */
static enum status roots(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->txn, &r, d,
        "SELECT p.id, p.entry FROM payment p LEFT JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement WHERE p.entry IS NOT NULL AND (e.root IS NULL OR e.root <> p.root) ORDER BY p.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct diag f = {0};
        (void)!diag_fail(&f, E_CORRUPT, "evidence.column", DIAG_S("what", "payment"), DIAG_N("id", rows_int(r, 0)), DIAG_N("entry", rows_int(r, 1)), DIAG_S("which", "root"));
        x->findings++;
        x->finding(x->arg, &f);
    }
    return s;
}

enum status payment_evidence(struct evidence_check *x, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(items); i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        s = sql_query(x->txn, &r, d, items[i].sql);
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
            arena_rewind(a, mark);
            struct evidence_row e = {.what = items[i].what, .id = rows_int(r, 0), .entry = rows_int(r, 1), .kind = items[i].kind, .action = items[i].action, .at = rows_int(r, 3)};
            if (items[i].value >= 0)
                e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, rows_blob(r, 2), value_of(a, r, items[i].value),
                    items[i].value == 3 ? value_of(a, r, 0) : NULL};
            s = evidence_expect(x, &e, d);
        }
    }
    return s == OK ? roots(x, d) : s;
}
