/* Another office takes applications in, hands papers on, and the applicants withdraw, while the power fails: a case is there
 * whole, with who took it in, its history, its tasks where it is decided and the look on record, or not at all. */
#include "bureau.h"
#include "crash.h"
#include "crash_steps.h"

#include "../support/papers.h"

#include "base/buf.h"
#include "civil/check/check.h"
#include "store/store.h"

#include <stdio.h>
#include <unistd.h>

#define COUNTER "110102004"
enum { ROUNDS_MAX = 400, HOMES = 4 };
struct ack { int64_t taken, papers, withdrawn; };
struct desk { struct civil civil; const struct crash_client *client; struct diag d; };
struct view { int64_t open, own_papers, taken, papers, withdrawn; };
struct asked { int home; struct view v; };

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    struct view *v = &x->v;
    enum status s = sql_int(t, &v->open, 0, d, "SELECT id FROM case_file WHERE applicant = ? AND closed_at IS NULL", SQL_I(bureau()->home[x->home].person));
    if (s == OK)
        s = sql_int(t, &v->own_papers, 0, d, "SELECT COUNT(*) FROM archive_file WHERE case_id = ? AND handed_in IS NOT NULL", SQL_I(v->open));
    if (s == OK)
        s = sql_int(t, &v->taken, 0, d, "SELECT COUNT(*) FROM case_file WHERE taken_in IS NOT NULL");
    if (s == OK)
        s = sql_int(t, &v->papers, 0, d, "SELECT COUNT(*) FROM archive_file WHERE handed_in IS NOT NULL");
    return s == OK ? sql_int(t, &v->withdrawn, 0, d, "SELECT COUNT(*) FROM case_event WHERE kind = 'withdrawn'") : s;
}

static enum status take(struct desk *x, const struct bureau_household *h) {
    const struct json *errors = NULL;
    struct case_ref ref = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    struct application ap = {.matter = "dibao", .channel = "counter", .data = h->form, .applicant_number = json_str(h->form, "applicant_idnum", "")};
    return a ? case_apply(&x->civil, a, bureau_officer("clerk", COUNTER, 0), &ap, &ref, &errors, &x->d) : arena_full(&x->d);
}

/* Taken in, a paper, withdrawn: the next of the three for this household. */
static enum status one_round(struct desk *x, int round) {
    struct asked q = {.home = round % HOMES};
    const struct bureau_household *h = &bureau()->home[q.home];
    int64_t file = 0;
    diag_clear(&x->d);
    enum status s = store_read(x->civil.store, look, &q, &x->d);
    bureau_pass(9000); /* so many of one applicant are of several days */
    struct ack ack = {q.v.taken, q.v.papers, q.v.withdrawn};
    if (s != OK)
        return s;
    if (!q.v.open && ++ack.taken)
        s = take(x, h);
    else if (!q.v.own_papers && ++ack.papers)
        s = case_paper_add(&x->civil, bureau_officer("clerk", COUNTER, 0), q.v.open, "a.png", "other", SPAN(paper_png), &file, &x->d);
    else if (++ack.withdrawn)
        s = case_withdraw(&x->civil, &h->resident, q.v.open, "", 0, &x->d);
    if (s == OK && x->client)
        crash_ack(x->client, &ack);
    return s;
}

static void run(struct store *s, const struct crash_client *c) {
    struct desk x = {bureau_in(s), c, {0}};
    for (int round = 0; round < ROUNDS_MAX; round++) {
        enum status st = one_round(&x, round);
        if (st != OK && !(c->faults && (st == E_SYSTEM || st == E_BUSY || st == E_CORRUPT))) {
            fprintf(stderr, "elsewhere: %s %s\n", status_name(st), x.d.code);
            _exit(4);
        }
    }
}

static enum status prepare(struct store *s, void *arg, struct diag *d) { return bureau_make(s, d); }

static enum status check(struct txn *t, void *arg, struct diag *d) {
    const struct crash_acks *acks = arg;
    static const char *const rules[] = {
        "SELECT COUNT(*) FROM case_file WHERE taken_in IS NULL OR division NOT LIKE '110102003%'",
        "SELECT COUNT(*) FROM case_file f WHERE (SELECT COUNT(*) FROM case_event e WHERE e.case_id = f.id AND e.kind IN ('applied', 'taken_in') AND e.office = '" COUNTER "') <> 2",
        "SELECT COUNT(*) FROM case_file f WHERE NOT EXISTS (SELECT 1 FROM case_task k WHERE k.case_id = f.id) OR NOT EXISTS (SELECT 1 FROM case_process p WHERE p.case_id = f.id)",
        "SELECT COUNT(*) FROM case_task WHERE division NOT LIKE '110102003%' AND division <> '110102'",
        "SELECT (SELECT COUNT(*) FROM case_file) - (SELECT COUNT(*) FROM access_entry WHERE office = '" COUNTER "' AND purpose = 'counter_application')",
        "SELECT (SELECT COUNT(*) FROM archive_file WHERE handed_in IS NOT NULL) - (SELECT COUNT(*) FROM case_event WHERE kind = 'paper_handed')",
        "SELECT (SELECT COUNT(*) FROM archive_file) - (SELECT COUNT(*) FROM archive_file WHERE handed_in IS NOT NULL)",
        "SELECT (SELECT COUNT(*) FROM case_file WHERE closed_at IS NOT NULL) - (SELECT COUNT(*) FROM case_event WHERE kind = 'withdrawn')",
    };
    struct asked q = {.home = 0};
    enum status s = look(t, &q, d);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++) {
        int64_t n = 0;
        s = sql_int(t, &n, 0, d, rules[i]);
        if (s == OK && n)
            return diag_fail(d, E_CORRUPT, "crash.torn", DIAG_N("rule", (long long)i), DIAG_N("by", (long long)n));
    }
    if (s == OK && acks->count) {
        struct ack last;
        memcpy(&last, acks->at + (acks->count - 1) * sizeof last, sizeof last);
        if (q.v.taken < last.taken || q.v.papers < last.papers || q.v.withdrawn < last.withdrawn)
            return diag_fail(d, E_CORRUPT, "crash.lost", DIAG_N("taken", last.taken), DIAG_N("there", q.v.taken));
    }
    struct civil c = bureau_in(txn_store(t));
    return s == OK ? crash_evidence_check(&c, t, d) : s;
}

static bool nothing_found(struct civil *c, struct diag *d) {
    BUF_AUTO findings;
    int count = 0;
    buf_init(&findings, 0);
    if (check_store(c, LANG_EN, &findings, &count, d) != OK)
        return false;
    if (count)
        diag_fail(d, E_CORRUPT, "crash.found", DIAG_N("count", count), DIAG_S("first", buf_str(&findings)));
    return count == 0;
}

static enum status last_moment(struct txn *t, void *arg, struct diag *d) {
    int64_t at = 0;
    enum status s = sql_int(t, &at, 0, d, "SELECT MAX(at) FROM case_event");
    bureau_set_clock((at ? at : bureau_start()) + INT64_C(60000000));
    return s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct desk x = {bureau_in(s), NULL, {0}};
    instant_t was = bureau_now(NULL);
    struct crash_acks list = *acks;
    bool ok = store_read(s, last_moment, NULL, d) == OK && store_read(s, check, &list, d) == OK && nothing_found(&x.civil, d);
    for (int round = 0; ok && round < 2 * HOMES; round++)
        if (one_round(&x, round) != OK) {
            *d = x.d;
            ok = false;
        }
    ok = ok && store_read(s, check, &list, d) == OK && nothing_found(&x.civil, d);
    bureau_set_clock(was);
    return ok;
}

const struct crash_workload crash_elsewhere = {.name = "elsewhere", .ack_size = sizeof(struct ack), .now = bureau_now, .prepare = prepare, .run = run, .verify = verify};
