/* What a resident is told of proposals about him and of what he has to give back. */
#include "civil/entitlement/life_json.h"

#include "civil/access/access.h"
#include "civil/entitlement/life_internal.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"

enum { OWN_MAX = 50 };

/* Before its notice was served nobody was told of it; what is to his advantage is told when it is decided. */
static enum status proposal(struct civil *c, struct txn *t, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d) {
    struct entitlement_row e;
    struct entitlement_lines l;
    int64_t was = 0;
    enum status s = entitlement_open(t, who, rows_int(r, P_ENTITLEMENT), &e, d);
    if (s == OK)
        s = proposal_was(t, &e, rows_int(r, P_ACT), rows_int(r, P_MONTH), &was, d);
    if (s == OK)
        s = entitlement_lines_parse(txn_arena(t), rows_text(r, P_LINES), &l, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", rows_int(r, P_ID));
    scheme_name_json(c, e.scheme, "scheme_name", w);
    json_kspan(w, "kind", rows_text(r, P_KIND));
    json_kspan(w, "state", rows_text(r, P_STATE));
    json_kbool(w, "restored", rows_int(r, P_RESTORED) > 0);
    month_json(w, "month", rows_int(r, P_MONTH));
    json_kint(w, "was_fen", was);
    json_kint(w, "monthly_fen", rows_int(r, P_FEN));
    lines_array_json(c, w, "lines", &l);
    row_instant_or_null(w, "served_at", r, P_SERVED_AT);
    json_kdate(w, "answer_due", rows_date(r, P_ANSWER_DUE));
    row_instant_or_null(w, "answered_at", r, P_ANSWERED_AT);
    row_instant_or_null(w, "decided_at", r, P_DECIDED_AT);
    json_kbool(w, "may_answer", span_is(rows_text(r, P_STATE), "heard"));
    s = notes_json(c, t, &e, rows_int(r, P_ID), true, w, d);
    json_object_end(w);
    return s;
}

static enum status recovery(struct civil *c, struct txn *t, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d) {
    struct entitlement_row e;
    static const struct { const char *key; int column; } sums[] = {{"amount_fen", R_AMOUNT}, {"reversed_fen", R_REVERSED}, {"received_fen", R_RECEIVED}, {"waived_fen", R_WAIVED}, {"open_fen", R_OPEN}};
    enum status s = entitlement_open(t, who, rows_int(r, R_ENTITLEMENT), &e, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", rows_int(r, R_ID));
    scheme_name_json(c, e.scheme, "scheme_name", w);
    json_kinstant(w, "found_at", rows_int(r, R_FOUND_AT));
    for (size_t i = 0; i < ARRAY_LEN(sums); i++)
        json_kint(w, sums[i].key, rows_int(r, sums[i].column));
    json_kspan(w, "state", rows_text(r, R_STATE));
    json_kspan(w, "act", rows_text(r, R_KIND));
    json_kspan(w, "cause", rows_text(r, R_CAUSE));
    s = recovery_parts_json(t, NULL, &e, rows_int(r, R_ID), rows_int(r, R_OPEN), w, d);
    json_object_end(w);
    return s;
}

typedef enum status (*row_fn)(struct civil *c, struct txn *t, const struct actor *who, const struct rows *r, struct json_writer *w, struct diag *d);

static enum status items(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct rows *r, row_fn row_json, struct json_writer *w, struct diag *d) {
    bool row = true;
    enum status s = OK;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = row_json(c, t, who, r, w, d);
    json_array_end(w);
    json_key(w, "words");
    json_object(w);
    json_kint(w, "min", ENTITLEMENT_WORDS_MIN);
    json_kint(w, "max", ENTITLEMENT_WORDS_MAX);
    json_object_end(w);
    json_object_end(w);
    return s == OK ? access_add(x, who->district, who->person, ACCESS_PAYMENT, d) : s;
}

enum status my_proposals_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, PROPOSAL_SELECT "WHERE e.district = ? AND e.payee = ? AND (p.served_at IS NOT NULL OR (p.kind IN ('raise', 'correct', 'resume') AND p.state = 'adopted')) AND NOT " SECRECY_CASE_SEALED("k.district", "k.applicant")
        " ORDER BY p.id DESC LIMIT ?", SQL_I(who->district), SQL_I(who->person), SQL_I(who->person), SQL_I(who->person), SQL_D(txn_today(t)), SQL_I(OWN_MAX));
    return s == OK ? items(c, t, x, who, r, proposal, w, d) : s;
}

enum status my_recoveries_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, RECOVERY_SELECT "WHERE e.district = ? AND r.payee = ? AND NOT " SECRECY_CASE_SEALED("k.district", "k.applicant") " ORDER BY r.id DESC LIMIT ?",
        SQL_D(txn_today(t)), SQL_I(who->district), SQL_I(who->person), SQL_I(who->person), SQL_I(who->person), SQL_D(txn_today(t)), SQL_I(OWN_MAX));
    return s == OK ? items(c, t, x, who, r, recovery, w, d) : s;
}
