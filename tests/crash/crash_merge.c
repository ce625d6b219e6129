/* Two cases of one household are merged, taken apart and merged the other way round while the power fails: each is
 * open or merged, never between; what was acknowledged is there; check-store finds nothing; it goes on. */
#include "bureau.h"
#include "crash.h"

#include "base/buf.h"
#include "civil/check/check.h"
#include "civil/evidence/keep.h"
#include "store/store.h"

#include <stdio.h>
#include <unistd.h>

enum { ROUNDS_MAX = 400 };
struct ack { int64_t merges, events; };
struct desk { struct civil civil; const struct crash_client *client; struct diag d; };
struct view { int64_t open[2], merged, merges, undone, events; };

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct view *v = arg;
    static const struct { size_t at; const char *sql; } asks[] = {
        {offsetof(struct view, open[0]), "SELECT MIN(id) FROM case_file WHERE closed_at IS NULL"},
        {offsetof(struct view, open[1]), "SELECT MAX(id) FROM case_file WHERE closed_at IS NULL"},
        {offsetof(struct view, merged), "SELECT MAX(merged) FROM case_merge WHERE undone_at IS NULL"},
        {offsetof(struct view, merges), "SELECT COUNT(*) FROM case_merge"},
        {offsetof(struct view, undone), "SELECT COUNT(*) FROM case_merge WHERE undone_at IS NOT NULL"},
        {offsetof(struct view, events), "SELECT COUNT(*) FROM case_event WHERE kind IN ('merged', 'merged_in', 'unmerged', 'unmerged_from')"},
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(asks); i++)
        s = sql_int(t, (int64_t *)((char *)v + asks[i].at), 0, d, asks[i].sql);
    return s;
}

static enum status one_round(struct desk *x, int round) {
    struct view v;
    const struct actor *clerk = bureau_officer("clerk", "110102003", round % 2);
    diag_clear(&x->d);
    enum status s = store_read(x->civil.store, look, &v, &x->d);
    bureau_pass(60);
    if (s == OK)
        s = v.merged ? case_unmerge(&x->civil, clerk, v.merged, "试验拆开", 0, &x->d)
                     : case_merge(&x->civil, clerk, v.open[v.merges % 2], v.open[1 - v.merges % 2], "试验并案", 0, &x->d);
    if (s == OK && x->client)
        crash_ack(x->client, &(struct ack){v.merges + !v.merged, v.events + 2});
    return s;
}

static void run(struct store *s, const struct crash_client *c) {
    struct desk x = {bureau_in(s), c, {0}};
    for (int round = 0; round < ROUNDS_MAX; round++) {
        enum status st = one_round(&x, round);
        if (st != OK && !(c->faults && (st == E_SYSTEM || st == E_BUSY || st == E_CORRUPT))) {
            fprintf(stderr, "merge: %s %s\n", status_name(st), x.d.code);
            _exit(4);
        }
    }
}

struct both { struct civil *c; int64_t case_id[2]; };

/* Each lives in the other's home. */
static enum status couple(struct txn *t, void *arg, struct diag *d) {
    struct both *x = arg;
    struct actor system = actor_system();
    enum status s = OK;
    for (int i = 0; s == OK && i < 2; i++) {
        s = sql_exec(t, d, "INSERT INTO case_party (district, case_id, person, party, relation, person_district, number, consent_needed) VALUES (?, ?, ?, 'member', '配偶', ?, '2', 0)",
            SQL_I(BUREAU_DISTRICT), SQL_I(x->case_id[i]), SQL_I(bureau()->home[1 - i].person), SQL_I(BUREAU_DISTRICT));
        if (s == OK)
            s = evidence_keep_one(x->c, t, &system, KEPT_PARTIES, BUREAU_DISTRICT, x->case_id[i], d);
    }
    return s;
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    enum status st = bureau_make(s, d);
    struct civil c = bureau_in(s);
    struct both both = {.c = &c};
    for (int i = 0; st == OK && i < 2; i++) {
        const struct bureau_household *h = &bureau()->home[i];
        const struct json *errors = NULL;
        struct case_ref ref = {0};
        struct application ap = {.matter = "dibao", .channel = "portal", .data = h->form, .applicant_district = BUREAU_DISTRICT, .applicant = h->person};
        AUTO(arena) struct arena *a = arena_new(0);
        bureau_pass(86400);
        st = a ? case_apply(&c, a, &h->resident, &ap, &ref, &errors, d) : arena_full(d);
        both.case_id[i] = ref.id;
    }
    return st == OK ? store_write(s, couple, &both, d) : st;
}

static enum status check(struct txn *t, void *arg, struct diag *d) {
    const struct crash_acks *acks = arg;
    static const char *const rules[] = {
        "SELECT COUNT(*) - 2 + (SELECT COUNT(*) FROM case_merge WHERE undone_at IS NULL) FROM case_file WHERE closed_at IS NULL",
        "SELECT COUNT(*) FROM case_file f WHERE (f.state = 'merged') <> EXISTS (SELECT 1 FROM case_merge m WHERE m.merged = f.id AND m.undone_at IS NULL)",
        "SELECT (SELECT COUNT(*) FROM case_event WHERE kind = 'merged') - (SELECT COUNT(*) FROM case_merge)",
        "SELECT (SELECT COUNT(*) FROM case_event WHERE kind = 'unmerged') - (SELECT COUNT(*) FROM case_merge WHERE undone_at IS NOT NULL)",
        ("SELECT COUNT(*) FROM case_file f WHERE f.closed_at IS NOT NULL AND (SELECT COUNT(*) FROM case_task k WHERE k.case_id = f.id AND k.state = 'open') + "
        "(SELECT COUNT(*) FROM case_timer k WHERE k.case_id = f.id) + (SELECT COUNT(*) FROM case_subscription k WHERE k.case_id = f.id) > 0"),
    };
    struct view v;
    enum status s = look(t, &v, d);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++) {
        int64_t n = 0;
        s = sql_int(t, &n, 0, d, rules[i]);
        if (s == OK && n)
            return diag_fail(d, E_CORRUPT, "crash.torn", DIAG_N("rule", (long long)i), DIAG_N("by", (long long)n));
    }
    if (s == OK && acks->count) {
        struct ack last;
        memcpy(&last, acks->at + (acks->count - 1) * sizeof last, sizeof last);
        if (v.merges < last.merges || v.events < last.events)
            return diag_fail(d, E_CORRUPT, "crash.lost", DIAG_N("events", last.events), DIAG_N("there", v.events));
    }
    return s;
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
    bureau_set_clock(at + INT64_C(60000000));
    return s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct desk x = {bureau_in(s), NULL, {0}};
    instant_t was = bureau_now(NULL);
    struct crash_acks list = *acks;
    bool ok = store_read(s, last_moment, NULL, d) == OK && store_read(s, check, &list, d) == OK && nothing_found(&x.civil, d);
    for (int round = 0; ok && round < 4; round++)
        if (one_round(&x, round) != OK) {
            *d = x.d;
            ok = false;
        }
    ok = ok && store_read(s, check, &list, d) == OK && nothing_found(&x.civil, d);
    bureau_set_clock(was);
    return ok;
}

const struct crash_workload crash_merge = {.name = "merge", .ack_size = sizeof(struct ack), .now = bureau_now, .prepare = prepare, .run = run, .verify = verify};
