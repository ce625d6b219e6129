/* Sums shared out, approved, and taken back while the power fails: a draft with its divisions, each posting of an approval or a
 * counter-posting, and their evidence are whole or not there at all. */
#include "crash_steps.h"

#include "base/buf.h"
#include "civil/budget/allotment.h"
#include "ledger/ledger.h"

#include <stdio.h>

enum step { DRAFTED = 1, APPROVED, ASKED, REVOKED };

#define TABLE "division,floor,cap,a,b\nweight,,,0.6,0.4\n110102001,,,30,1\n110102002,1000,,70,3\n110102003,,5000,5,9\n"

static enum status divisions(struct txn *t, void *arg, struct diag *d) {
    enum status s = OK;
    for (int i = 1; s == OK && i <= 3; i++) {
        char code[16];
        snprintf(code, sizeof code, "110102%03d", i);
        s = sql_exec(t, d, "INSERT INTO division (code, name, level) VALUES (?, 'x', 3)", SQL_S(code));
    }
    return s;
}
static enum status prepare(struct store *s, const struct packs *packs, struct diag *d) {
    (void)packs;
    return store_write(s, divisions, NULL, d);
}
static void fill(struct civil *c) { (void)c; }

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    struct actor cashier = crash_officer(12, "cashier"), finance = crash_officer(13, "finance");
    static const char *const acts[] = {"approve", "ask", "revoke"};
    const struct allotment_new x = {.year = 2026, .total_fen = 10000000 + 100 * n, .unit_fen = 100, .fund = "救助资金", .document = "试验1号", .factors = SPAN(TABLE)};
    int64_t id = 0;
    enum status s = allotment_draft(c, &cashier, &x, &id, d);
    if (s == OK)
        crash_step_done(client, id, DRAFTED);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(acts); i++) {
        s = allotment_act(c, i == 1 ? &cashier : &finance, id, acts[i], "文件撤销", d);
        if (s == OK)
            crash_step_done(client, id, (int)i + APPROVED);
    }
    return s;
}

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    int count = 0;
    BUF_AUTO out;
    buf_init(&out, 0);
    enum status s = crash_evidence_check(c, t, d);
    if (s == OK)
        s = allotment_check_in(t, LANG_EN, &out, &count, d);
    if (s == OK)
        s = ledger_check(t, LANG_EN, &out, &count, d);
    return s == OK && count ? diag_fail(d, E_CORRUPT, "allotment.check.posted", DIAG_S("findings", buf_str(&out))) : s;
}

static struct crash_steps steps = {
    .name = "allotment", .items = 60, .prepare = prepare, .fill = fill, .one = one, .check = check,
    .reached = "SELECT CASE state WHEN 'drafted' THEN 1 WHEN 'approved' THEN 2 WHEN 'revoking' THEN 3 WHEN 'revoked' THEN 4 ELSE 0 END FROM allotment WHERE id = ?",
};
const struct crash_workload crash_allotment = CRASH_STEPS("allotment", &steps);
