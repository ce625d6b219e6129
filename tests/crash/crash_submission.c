/* Files reported, acknowledged with every row refused, and reported again, while the power fails: a file with its rows, its looks and
 * its evidence is whole or not there at all, numbers have no holes, and an acknowledgement is read once and whole. */
#include "crash_homes.h"

#include "civil/exchange/submission.h"
#include "crypto/hash.h"

#include <stdio.h>

enum { HOMES = 6, FILES = 8, GRANTED_DAYS_AGO = 30 };
enum step { MADE = 1, ANSWERED };
static struct crash_home home[HOMES];

static enum status prepare(struct store *store, const struct packs *packs, struct diag *d) { return crash_homes_make(store, packs, GRANTED_DAYS_AGO, home, HOMES, d); }

/* ---- the work ------------------------------------------------------------------------------ */

struct newest { int64_t id, number; bool answered; char sm3[2 * HASH_BYTES + 1]; struct buf *receipt; };

static enum status newest_in(struct txn *t, void *arg, struct diag *d) {
    struct newest *x = arg;
    AUTO(rows) struct rows *r = NULL;
    AUTO(rows) struct rows *w = NULL;
    bool row = false;
    int n = 0;
    enum status s = sql_query(t, &r, d, "SELECT id, number, sm3, answered_at FROM exchange_submission WHERE district = ? ORDER BY number DESC LIMIT 1", SQL_I(CRASH_DISTRICT));
    if (s == OK)
        s = rows_next(r, &row, d);
    x->id = x->number = 0;
    x->answered = true;
    if (s != OK || !row)
        return s;
    x->id = rows_int(r, 0);
    x->number = rows_int(r, 1);
    x->answered = !rows_null(r, 3);
    buf_clear(x->receipt);
    buf_addf(x->receipt, "回执,JZDA,1.0,city_assistance,%lld,%.*s,2026-11-25\n业务编号,处理结果,原因代码,原因说明,上级编号\n", (long long)x->number, SPAN_ARG(rows_text(r, 2)));
    s = sql_query(t, &w, d, "SELECT number FROM exchange_submission_row WHERE district = ? AND submission = ? ORDER BY line", SQL_I(CRASH_DISTRICT), SQL_I(x->id));
    for (; s == OK && (s = rows_next(w, &row, d)) == OK && row; n++)
        buf_addf(x->receipt, "%.*s,退回,E01,不符,\n", SPAN_ARG(rows_text(w, 0)));
    buf_addf(x->receipt, "合计,%d\n", n);
    return s;
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    const struct actor keeper = crash_officer(31, "district_clerk");
    AUTO(arena) struct arena *a = arena_new(0);
    BUF_AUTO receipt, out;
    struct json_writer w;
    buf_init(&receipt, 0);
    buf_init(&out, 0);
    json_begin(&w, &out, false);
    struct newest x = {.receipt = &receipt};
    (void)n;
    enum status s = a ? store_read(c->store, newest_in, &x, d) : arena_full(d);
    if (s == OK && x.answered) {
        struct submission_asked ask = {.target = "city_assistance", .basis = "报送通知第八号", .again = x.id};
        int64_t id = 0;
        s = submission_make(c, &keeper, &ask, &id, d);
        if (s == OK)
            s = store_read(c->store, newest_in, &x, d);
        if (s == OK)
            crash_step_done(client, x.number, MADE);
    }
    if (s == OK)
        s = submission_receive(c, &keeper, a, "city_assistance", buf_span(&receipt), "a.csv", &w, d);
    if (s == OK)
        crash_step_done(client, x.number, ANSWERED);
    return s;
}

/* ---- afterwards ---------------------------------------------------------------------------- */

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    int64_t holes = 0, rows = 0, open = 0, returns = 0, looks = 0;
    enum status s = crash_evidence_check(c, t, d);
    if (s == OK)
        s = sql_int(t, &holes, 0, d, "SELECT COALESCE(max(number), 0) - count(*) FROM exchange_submission");
    if (s == OK)
        s = sql_int(t, &rows, 0, d, "SELECT count(*) FROM exchange_submission b WHERE b.rows <> (SELECT count(*) FROM exchange_submission_row w WHERE w.district = b.district AND w.submission = b.id)");
    if (s == OK)
        s = sql_int(t, &open, 0, d, "SELECT count(*) FROM exchange_submission b JOIN exchange_submission_row w ON w.district = b.district AND w.submission = b.id WHERE (b.answered_at IS NULL) <> (w.state = 'waiting')");
    if (s == OK)
        s = sql_int(t, &returns, 0, d, "SELECT (SELECT count(*) FROM exchange_return WHERE state = 'taken') - (SELECT count(*) FROM exchange_submission WHERE answered_at IS NOT NULL)");
    if (s == OK)
        s = sql_int(t, &looks, 0, d, "SELECT (SELECT count(*) FROM access_entry WHERE purpose = 'exchange') - (SELECT count(*) FROM exchange_submission)");
    return s == OK && (holes || rows || open || returns || looks)
        ? diag_fail(d, E_CORRUPT, "crash.submission", DIAG_N("holes", holes), DIAG_N("rows", rows), DIAG_N("open", open), DIAG_N("returns", returns), DIAG_N("looks", looks)) : s;
}

static struct crash_steps steps = {
    .name = "submission", .items = FILES, .prepare = prepare, .fill = crash_homes_fill, .one = one, .check = check, .again = true,
    .reached = "SELECT COALESCE((SELECT CASE WHEN answered_at IS NULL THEN 1 ELSE 2 END FROM exchange_submission WHERE number = ?), 0)",
};
const struct crash_workload crash_submission = CRASH_STEPS("submission", &steps);
