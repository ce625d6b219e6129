/* Files of facilities imported in chunks, confirmed, and every third taken back, while the power fails: a chunk, a confirmation and
 * a taking back are whole or not there at all, with their evidence; what was broken off goes on where it stopped. */
#include "crash_homes.h"

#include "civil/import/import.h"

#include <stdio.h>

enum { ROWS = 230, AGAIN = 40 }; /* two chunks; the last rows are the file's before, with another number of beds */
enum step { READY = 1, CONFIRMED, UNDONE };

static enum status prepare(struct store *store, const struct packs *packs, struct diag *d) { return crash_homes_make(store, packs, 0, NULL, 0, d); }

static enum status next_in(struct txn *t, void *arg, struct diag *d) { return sql_int(t, arg, 1, d, "SELECT count(*) + 1 FROM import_batch WHERE state IN ('done', 'undone')"); }

static void write_file(struct buf *out, int64_t number) {
    buf_adds(out, "设施名称,类别,街道,床位数,运营状态\n");
    for (int64_t i = 0; i < ROWS; i++) {
        bool own = i < ROWS - AGAIN || number == 1;
        buf_addf(out, "站%lld-%lld,驿站,110102001,%lld,运营\n", (long long)(own ? number : number - 1), (long long)(own ? i : i - (ROWS - AGAIN)), (long long)(own ? 5 : 5 + number));
    }
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    (void)n;
    const struct actor keeper = crash_officer(31, "district_clerk");
    AUTO(arena) struct arena *a = arena_new(0);
    struct import_result r = {0};
    int64_t number = 1, overtaken = 0, undone = 0, kept = 0;
    char name[32];
    BUF_AUTO file, rejected;
    buf_init(&file, 0);
    buf_init(&rejected, 0);
    enum status s = a ? store_read(c->store, next_in, &number, d) : arena_full(d);
    write_file(&file, number);
    snprintf(name, sizeof name, "%lld.csv", (long long)number);
    struct import_asked x = {.reg = "facility", .file = buf_span(&file), .name = name, .valid_from = date_from_ymd(2020, 1, 1) + (date_t)number, .purpose = "import"};
    if (s == OK)
        s = import_run(c, &keeper, a, &x, &rejected, &r, d);
    if (s == OK && (r.rejected || r.added + r.changed + r.same != ROWS))
        return diag_fail(d, E_CORRUPT, "crash.import_rows", DIAG_N("rejected", r.rejected), DIAG_N("added", r.added), DIAG_N("changed", r.changed), DIAG_S("why", buf_str(&rejected)));
    if (s == OK)
        crash_step_done(client, number, READY);
    if (s == OK)
        s = import_confirm(c, &keeper, r.batch, &overtaken, d);
    if (s == OK)
        crash_step_done(client, number, CONFIRMED);
    if (s != OK || number % 3)
        return s;
    s = import_undo(c, &keeper, r.batch, &undone, &kept, d);
    if (s == OK)
        crash_step_done(client, number, UNDONE);
    return s;
}

/* ---- afterwards ------------------------------------------------------------------------------ */

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    int64_t twice = 0, seen = 0, lost = 0;
    enum status s = crash_evidence_check(c, t, d);
    if (s == OK) /* one place of a name is believed once */
        s = sql_int(t, &twice, 0, d, "SELECT count(*) FROM (SELECT id FROM reg_facility WHERE superseded_at IS NULL AND valid_to IS NULL GROUP BY id HAVING count(*) > 1) q");
    if (s == OK) /* what is taken back is believed by nobody */
        s = sql_int(t, &seen, 0, d, "SELECT count(*) FROM reg_facility r JOIN import_batch b ON b.id = r.batch WHERE b.state = 'undone' AND r.superseded_at IS NULL");
    if (s == OK) /* what is confirmed is all there: each of its rows was written by it */
        s = sql_int(t, &lost, 0, d, "SELECT count(*) FROM import_batch b WHERE b.state = 'done' AND (SELECT count(DISTINCT r.id) FROM reg_facility r WHERE r.batch = b.id) <> b.added + b.changed");
    return s == OK && (twice || seen || lost) ? diag_fail(d, E_CORRUPT, "crash.import", DIAG_N("twice", twice), DIAG_N("seen", seen), DIAG_N("lost", lost)) : s;
}

static struct crash_steps steps = {
    .name = "import", .items = 30, .prepare = prepare, .fill = crash_homes_fill, .one = one, .again = true, .check = check,
    .reached = "SELECT COALESCE((SELECT CASE WHEN state = 'undone' THEN 3 WHEN state IN ('done', 'undoing') THEN 2 WHEN ready_at IS NOT NULL THEN 1 ELSE 0 END FROM import_batch WHERE file = CAST(? AS TEXT) || '.csv'), 0)",
};
const struct crash_workload crash_import = CRASH_STEPS("import", &steps);
