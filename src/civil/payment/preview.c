/* A batch against the batches of the month before: each entitlement's difference has one reason, and the
 * reasons add up to the difference of the totals, to the fen.
 *
 * An entitlement is followed by its root, so that a move is seen as one.  What is compared is the
 * month's own line; lines that correct former months, and what came back last month, are reasons of their own. */
#include "civil/payment/payment_internal.h"

#include "base/json.h"
#include "civil/access/access_list.h"
#include "store/store.h"

enum reason { NEW, MOVED_IN, RESUMED, LATE, ENDED, DEATH, MOVED_OUT, SUSPENDED, ELSEWHERE, BLOCKED, STANDARD, CHANGED, SETTLED, CORRECTION, CORRECTION_LAST, RETURNED_LAST, OTHER, REASONS };
static const char *const names[REASONS] = {"new", "moved_in", "resumed", "late", "ended", "death", "moved_out", "suspended", "elsewhere", "blocked", "standard", "changed", "settled",
    "correction", "correction_last", "returned_last", "other"};

struct sum { int64_t count, fen; };
struct preview {
    struct batch b;
    const struct json *blocked;
    struct sum of[REASONS];
    int64_t now, last; /* totals */
    struct json_writer *w;
    const char *only;  /* lines of this reason are listed */
    int listed;
};
enum { LISTED_MAX = 200 }; /* a page; the sums are of all */

/* One entitlement root of either month. */
struct side { int64_t entitlement, now, last, from, to, root; struct span kind, cause; bool elsewhere; };

static bool is_blocked(const struct preview *p, int64_t entitlement) {
    for (size_t i = 0; p->blocked && p->blocked->type == JSON_ARRAY && i < p->blocked->size; i++)
        if (strtoll(json_str(p->blocked->item[i], "entitlement", "0"), NULL, 10) == entitlement)
            return true;
    return false;
}

static enum reason gone(const struct preview *p, const struct side *s) {
    if (s->elsewhere)
        return ELSEWHERE;
    if (is_blocked(p, s->entitlement))
        return BLOCKED;
    if (span_is(s->cause, "death") || span_is(s->cause, "death_found"))
        return DEATH;
    if (span_is(s->kind, "moved_out"))
        return MOVED_OUT;
    if (span_is(s->kind, "suspended"))
        return SUSPENDED;
    return s->to && s->to <= p->b.month ? ENDED : OTHER;
}

static enum reason come(const struct preview *p, const struct side *s) {
    if (s->from == p->b.month)
        return s->root == s->entitlement ? NEW : MOVED_IN;
    return span_is(s->kind, "resumed") || span_is(s->kind, "restored") ? RESUMED : LATE;
}

static enum reason why(const struct preview *p, const struct side *s) {
    if (!s->now)
        return gone(p, s);
    if (!s->last)
        return come(p, s);
    if (!s->kind.size)
        return SETTLED; /* no act: what was owed or overpaid of one of the months */
    return span_is(s->cause, "standard") ? STANDARD : CHANGED;
}

static void count(struct preview *p, enum reason r, const struct side *s, int64_t fen) {
    p->of[r].count++;
    p->of[r].fen += fen;
    if (!p->only || strcmp(p->only, names[r]) != 0 || p->listed++ >= LISTED_MAX)
        return;
    json_object(p->w);
    json_kid(p->w, "entitlement", s->entitlement);
    json_kstring(p->w, "reason", names[r]);
    json_kint(p->w, "last_fen", s->last);
    json_kint(p->w, "now_fen", s->now);
    json_kint(p->w, "difference_fen", fen);
    json_kspan(p->w, "act", s->kind);
    json_kspan(p->w, "cause", s->cause);
    json_object_end(p->w);
}

#define OF_LAST "b.district = ? AND b.scheme = ? AND b.month = ? AND b.state <> 'cancelled' AND b.complete = 1 AND COALESCE(b.compartment, '') = ?"
/* The latest act that speaks of this month and is not older than the last; none when nothing happened. */
#define ACT(column) "(SELECT a." column " FROM entitlement_act a WHERE a.district = e.district AND a.entitlement = e.id AND a.month <= ? AND (a.until IS NULL OR a.until >= ?) ORDER BY a.seq DESC LIMIT 1)"

static enum status compare(struct txn *t, struct preview *p, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    const struct batch *b = &p->b;
    struct sql_value district = SQL_I(b->district), month = SQL_I(b->month), last = SQL_I(b->month - 1);
    enum status s = sql_query(t, &r, d,
        "SELECT e.id, m.now_fen, m.last_fen, e.from_month, COALESCE(e.to_month, 0), e.root, " ACT("kind") ", " ACT("cause") ", m.corrected, m.corrected_last, m.returned_last, "
        "(SELECT count(*) FROM payment y WHERE y.root = e.root AND y.month = ? AND y.correction = 0 AND y.batch <> ? AND y.state NOT IN ('cancelled', 'returned')) FROM ("
        "SELECT max(k.entitlement) AS entitlement, sum(k.now_fen) AS now_fen, sum(k.last_fen) AS last_fen, sum(k.corrected) AS corrected, sum(k.corrected_last) AS corrected_last, "
        "sum(k.returned_last) AS returned_last FROM ("
        "SELECT p.root, p.entitlement, CASE WHEN p.correction = 0 THEN p.amount_fen ELSE 0 END AS now_fen, 0 AS last_fen, CASE WHEN p.correction <> 0 THEN p.amount_fen ELSE 0 END AS corrected, "
        "0 AS corrected_last, 0 AS returned_last FROM payment p WHERE p.district = ? AND p.batch = ? AND p.state <> 'cancelled' UNION ALL "
        "SELECT p.root, p.entitlement, 0, CASE WHEN p.correction = 0 AND p.state <> 'returned' THEN p.amount_fen ELSE 0 END, 0, CASE WHEN p.correction <> 0 AND p.state <> 'returned' THEN p.amount_fen ELSE 0 END, "
        "CASE WHEN p.state = 'returned' THEN p.amount_fen ELSE 0 END FROM payment p JOIN payment_batch b ON b.district = p.district AND b.id = p.batch WHERE p.state <> 'cancelled' AND " OF_LAST
        ") k GROUP BY k.root) m JOIN entitlement e ON e.district = ? AND e.id = m.entitlement "
        "WHERE m.now_fen <> m.last_fen OR m.corrected <> 0 OR m.corrected_last <> 0 OR m.returned_last <> 0 ORDER BY e.id",
        month, last, month, last, month, SQL_I(b->id), district, SQL_I(b->id), district, SQL_S(b->scheme), last, SQL_S(b->compartment), district);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct side x = {rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), rows_int(r, 5), rows_text(r, 6), rows_text(r, 7), rows_int(r, 11) != 0};
        if (x.now != x.last)
            count(p, why(p, &x), &x, x.now - x.last);
        if (rows_int(r, 8))
            count(p, CORRECTION, &x, rows_int(r, 8));
        if (rows_int(r, 9))
            count(p, CORRECTION_LAST, &x, -rows_int(r, 9));
        if (rows_int(r, 10))
            count(p, RETURNED_LAST, &x, -rows_int(r, 10));
    }
    return s;
}

static enum status totals(struct txn *t, struct preview *p, struct diag *d) {
    const struct batch *b = &p->b;
    p->now = b->total_fen;
    return sql_int(t, &p->last, 0, d, "SELECT sum(b.total_fen) FROM payment_batch b WHERE " OF_LAST, SQL_I(b->district), SQL_S(b->scheme), SQL_I(b->month - 1), SQL_S(b->compartment));
}

static void reasons_json(struct preview *p) {
    json_key(p->w, "reasons");
    json_array(p->w);
    for (int i = 0; i < REASONS; i++) {
        if (!p->of[i].count)
            continue;
        json_object(p->w);
        json_kstring(p->w, "reason", names[i]);
        access_text_pair(p->w, "name", "payment.preview", span_of(names[i]));
        json_kint(p->w, "count", p->of[i].count);
        json_kint(p->w, "fen", p->of[i].fen);
        json_object_end(p->w);
    }
    json_array_end(p->w);
}

enum status payment_preview_json(struct civil *c, struct txn *t, const struct actor *who, int64_t batch, const char *reason, struct json_writer *w, struct diag *d) {
    struct preview p = {.w = w, .only = reason};
    int64_t explained = 0;
    char month[8];
    enum status s = batch_read(t, who, batch, &p.b, d);
    if (s == OK)
        s = totals(t, &p, d);
    if (s == OK)
        s = json_parse(txn_arena(t), span_of(p.b.blocked), &p.blocked, d);
    if (s != OK)
        return s;
    json_object(w);
    month_text(p.b.month - 1, month);
    json_kstring(w, "against", month);
    json_kint(w, "total_fen", p.now);
    json_kint(w, "last_fen", p.last);
    json_kint(w, "difference_fen", p.now - p.last);
    json_key(w, "lines");
    json_array(w);
    s = compare(t, &p, d);
    json_array_end(w);
    for (int i = 0; i < REASONS; i++)
        explained += p.of[i].fen;
    json_kint(w, "explained_fen", explained);
    reasons_json(&p);
    json_object_end(w);
    return s;
}
