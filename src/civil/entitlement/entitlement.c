#include "civil/entitlement/life_internal.h"

#include "civil/access/access.h"
#include "civil/evidence/evidence.h"
#include "civil/access/access_list.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life_internal.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "civil/salt.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"
#include "crypto/hash.h"
#include "store/store.h"

#include <stdio.h>

month_t month_of(date_t d) {
    struct ymd y = date_ymd(d);
    return (month_t)y.year * 12 + y.month - 1;
}

date_t month_first(month_t m) { return date_from_ymd((int)(m / 12), (int)(m % 12) + 1, 1); }

void month_text(month_t m, char out[8]) { snprintf(out, 8, "%04u-%02u", (unsigned)(m / 12) % 10000u, (unsigned)(m % 12) % 12u + 1); }

enum status month_parse(struct span text, month_t *ret, struct diag *d) {
    char day[12];
    date_t first;
    if (text.size != 7)
        return diag_fail(d, E_INPUT, "entitlement.month");
    snprintf(day, sizeof day, "%.*s-01", SPAN_ARG(text));
    if (date_parse(span_of(day), &first, d) != OK)
        return diag_fail(d, E_INPUT, "entitlement.month");
    *ret = month_of(first);
    return OK;
}

/* What the log's entry commits to: canonical, so that a receipt can open it. */
static const struct json *entitlement_value(struct arena *a, const struct entitlement_new *n, int64_t id) {
    BUF_AUTO b;
    buf_init(&b, 1 << 20);
    struct json_writer w;
    char month[8];
    json_begin(&w, &b, false);
    json_object(&w);
    json_kid(&w, "entitlement", id);
    json_kid(&w, "case", n->case_id);
    json_kid(&w, "decision", n->decision);
    json_kstring(&w, "scheme", n->scheme);
    month_text(n->from, month);
    json_kstring(&w, "from", month);
    json_key(&w, "lines");
    json_array(&w);
    for (size_t i = 0; i < n->line_count; i++) {
        json_object(&w);
        json_kid(&w, "member", n->line[i].member);
        json_kstring(&w, "item", n->line[i].item);
        json_kint(&w, "monthly_fen", n->line[i].monthly_fen);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    const struct json *j = NULL;
    return buf_ok(&b) && json_parse(a, buf_span(&b), &j, NULL) == OK ? j : NULL;
}

static enum status record(struct txn *t, const struct actor *who, const struct entitlement_new *n, int64_t id, struct span salt, int64_t *ret_entry, struct diag *d) {
    struct tlog_commitment matter, payload;
    struct arena *a = txn_arena(t);
    char *case_text = arena_printf(a, "%lld:%lld", (long long)n->district, (long long)n->case_id);
    const struct json *m = case_text ? json_new_string(a, span_of(case_text)) : NULL, *v = entitlement_value(a, n, id);
    if (!m || !v)
        return arena_full(d);
    struct civil_salt of_matter = civil_salt(salt, "matter"), of_payload = civil_salt(salt, "payload");
    enum status s = tlog_entry_commit(span_bytes(of_matter.byte, sizeof of_matter.byte), m, &matter, d);
    if (s == OK)
        s = tlog_entry_commit(span_bytes(of_payload.byte, sizeof of_payload.byte), v, &payload, d);
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_CASE_EVENT, .time = txn_now(t), .district = n->district, .office = *office ? office : "system",
        .role = who->grant_count ? who->grant[0].role : "system", .action = "entitlement.opened", .matter = &matter, .payload = &payload};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

enum status entitlement_open_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_new *n, int64_t *ret, struct diag *d) {
    assert(n->line_count > 0 && n->payee);
    int64_t id = txn_new_id(t), entry = 0, monthly = 0;
    for (size_t i = 0; i < n->line_count; i++)
        monthly += n->line[i].monthly_fen;
    uint8_t salt_bytes[TLOG_SALT_BYTES];
    random_bytes(salt_bytes, sizeof salt_bytes);
    struct span salt = span_bytes(salt_bytes, sizeof salt_bytes);
    enum status s = record(t, who, n, id, salt, &entry, d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO entitlement (district, id, root, scheme, household, payee, case_id, decision, subdistrict, division, from_month, to_month, state, next_review, created_at, salt, entry, monthly_fen) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, ?, ?, ?)",
            SQL_I(n->district), SQL_I(id), SQL_I(n->root ? n->root : id), SQL_S(n->scheme), n->household ? SQL_I(n->household) : SQL_NIL, SQL_I(n->payee), SQL_I(n->case_id),
            SQL_I(n->decision), SQL_S(n->subdistrict), SQL_S(n->division), SQL_I(n->from), n->to ? SQL_I(n->to) : SQL_NIL, SQL_D(n->next_review),
            SQL_I(txn_now(t)), SQL_B(salt), SQL_I(entry), SQL_I(monthly));
    if (s == E_CONFLICT && (sql_broke(d, "entitlement_one") || sql_broke(d, "entitlement_one_person")))
        return diag_fail(d, E_CONFLICT, "entitlement.exists");
    for (size_t i = 0; s == OK && i < n->line_count; i++)
        s = sql_exec(t, d, "INSERT INTO entitlement_line (district, entitlement, line, member, item, monthly_fen) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(n->district),
            SQL_I(id), SQL_I((int64_t)i + 1), n->line[i].member ? SQL_I(n->line[i].member) : SQL_NIL, SQL_S(n->line[i].item), SQL_I(n->line[i].monthly_fen));
    if (s == OK)
        s = evidence_keep_in(c, t, who, KEPT_ENTITLEMENT, n->district, &id, 1, d);
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_TERMS, n->district, id, d);
    if (s == OK)
        s = entitlement_settle_new_in(c, t, n->district, id, d);
    if (s == OK)
        *ret = id;
    return s;
}

/* ---- what a resident receives -------------------------------------------------------- */

static enum status name_json(struct civil *c, struct txn *t, struct access *x, int64_t district, int64_t member, struct json_writer *w, struct diag *d) {
    struct person p;
    json_key(w, "member_name");
    if (!member) {
        json_nothing(w);
        return OK;
    }
    enum status s = person_read(c, t, x, txn_arena(t), district, member, &p, d);
    if (s == OK)
        json_string(w, p.name);
    return s;
}

static enum status lines_json(struct civil *c, struct txn *t, struct access *x, int64_t district, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT l.member, l.item, l.monthly_fen FROM entitlement_line l WHERE l.district = ? AND l.entitlement = ? ORDER BY l.line",
        SQL_I(district), SQL_I(id));
    json_key(w, "lines");
    json_array(w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        json_object(w);
        row_id_or_null(w, "member", r, 0);
        s = name_json(c, t, x, district, rows_int(r, 0), w, d);
        json_kspan(w, "item", rows_text(r, 1));
        policies_name_json(w, "item_name", c->policies, rows_dup(r, 1, txn_arena(t)));
        json_kint(w, "monthly_fen", rows_int(r, 2));
        json_kint(w, "once_fen", 0);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status payments_json(struct txn *t, int64_t district, int64_t id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT id, month, amount_fen, state, paid_at, return_code, correction FROM payment WHERE district = ? AND entitlement = ? AND state <> 'cancelled' AND "
        "batch IN (SELECT b.id FROM payment_batch b WHERE b.district = payment.district AND b.complete = 1 AND b.state <> 'draft') ORDER BY month DESC LIMIT 36",
        SQL_I(district), SQL_I(id));
    json_key(w, "payments");
    json_array(w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        char month[8];
        month_text(rows_int(r, 1), month);
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kstring(w, "month", month);
        json_kint(w, "amount_fen", rows_int(r, 2));
        json_kspan(w, "state", rows_text(r, 3));
        row_instant_or_null(w, "paid_at", r, 4);
        if (span_is(rows_text(r, 3), "returned"))
            access_text_pair(w, "reason", "payment.return", span_of(rows_dup(r, 5, txn_arena(t))));
        json_kbool(w, "correction", rows_int(r, 6) != 0);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status entitlements_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT e.id, e.scheme, e.from_month, e.to_month, e.state, e.next_review, "
        "(SELECT sum(l.monthly_fen) FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id) FROM entitlement e "
        "WHERE e.district = ? AND (e.payee = ? OR EXISTS (SELECT 1 FROM case_party p WHERE p.district = e.district AND p.case_id = e.case_id AND p.person = ? "
        "AND p.party IN ('applicant', 'member'))) AND NOT EXISTS (SELECT 1 FROM case_file f WHERE f.district = e.district AND f.id = e.case_id AND "
        SECRECY_CASE_SEALED("f.district", "f.applicant") ") ORDER BY e.id DESC LIMIT 20",
        SQL_I(who->district), SQL_I(who->person), SQL_I(who->person), SQL_I(who->person), SQL_I(who->person), SQL_D(txn_today(t)));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        int64_t id = rows_int(r, 0);
        json_object(w);
        json_kid(w, "id", id);
        struct entitlement_row e = {.district = who->district, .id = id};
        scheme_name_json(c, rows_dup(r, 1, txn_arena(t)), "name", w);
        json_kdate(w, "from", month_first(rows_int(r, 2)));
        json_kdate(w, "to", rows_null(r, 3) ? DATE_NONE : month_first(rows_int(r, 3)) - 1);
        json_kspan(w, "state", rows_text(r, 4));
        json_kint(w, "monthly_fen", rows_int(r, 6));
        json_kdate(w, "next_review", rows_date(r, 5));
        s = lines_json(c, t, x, who->district, id, w, d);
        if (s == OK)
            s = payments_json(t, who->district, id, w, d);
        if (s == OK)
            s = acts_json(c, t, &e, true, w, d);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s == OK ? access_add(x, who->district, who->person, ACCESS_PAYMENT, d) : s;
}

/* ---- the evidence ------------------------------------------------------------------------ */

enum { LINES_MAX = 64 }; /* a household has members by the dozen */

static enum status read_lines(struct txn *t, struct entitlement_new *n, int64_t id, struct entitlement_line_new *line, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT member, item, monthly_fen FROM entitlement_line WHERE district = ? AND entitlement = ? ORDER BY line", SQL_I(n->district), SQL_I(id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row && n->line_count < LINES_MAX)
        line[n->line_count++] = (struct entitlement_line_new){.member = rows_int(r, 0), .item = rows_dup(r, 1, txn_arena(t)), .monthly_fen = rows_int(r, 2)};
    n->line = line;
    return s;
}

enum status entitlement_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = sql_query(x->txn, &r, d, "SELECT district, id, case_id, decision, scheme, from_month, salt, entry, created_at FROM entitlement ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(a, mark);
        struct entitlement_line_new line[LINES_MAX];
        int64_t id = rows_int(r, 1);
        struct entitlement_new n = {.district = rows_int(r, 0), .case_id = rows_int(r, 2), .decision = rows_int(r, 3), .scheme = rows_dup(r, 4, a), .from = (month_t)rows_int(r, 5)};
        struct civil_salt of_matter = civil_salt(rows_blob(r, 6), "matter"), of_payload = civil_salt(rows_blob(r, 6), "payload");
        char *matter = arena_printf(a, "%lld:%lld", (long long)n.district, (long long)n.case_id);
        if ((s = read_lines(x->txn, &n, id, line, d)) != OK)
            return s;
        struct evidence_row e = {.what = "entitlement", .id = id, .entry = rows_int(r, 7), .kind = TLOG_CASE_EVENT, .action = "entitlement.opened", .at = rows_int(r, 8), .claims = 2,
            .claim = {{EVIDENCE_MATTER, span_bytes(of_matter.byte, sizeof of_matter.byte), matter ? json_new_string(a, span_of(matter)) : NULL},
                {EVIDENCE_PAYLOAD, span_bytes(of_payload.byte, sizeof of_payload.byte), entitlement_value(a, &n, id)}}};
        s = evidence_expect(x, &e, d);
    }
    return s;
}
