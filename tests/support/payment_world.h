/* Households that receive dibao, without the way there: a case and a decision
 * as bare rows, the entitlement through its own door. */
#ifndef SUPPORT_PAYMENT_WORLD_H
#define SUPPORT_PAYMENT_WORLD_H

#include "civil_world.h"

#include "civil/entitlement/entitlement.h"

struct granted {
    struct world *w;
    int n;                  /* makes person and case another one */
    int64_t fen;
    month_t from;
    const char *account;    /* NULL: none known */
    const char *parameters; /* NULL: one that is certain */
    int64_t person, household, case_id, decision, entitlement; /* filled */
};

/* 低保标准 of 2019 is looked up, that of 2025 to be confirmed (packs/assistance/parameters.csv). */
#define CERTAIN "[{\"name\":\"低保标准\",\"valid_from\":\"2019-01-01\"}]"
#define TO_CONFIRM "[{\"name\":\"低保标准\",\"valid_from\":\"2025-07-01\"}]"

static inline enum status granted_case_(struct txn *t, struct granted *g, struct diag *d) {
    char number[32];
    snprintf(number, sizeof number, "T%d", g->n);
    struct span blob = SPAN("x");
    g->case_id = txn_new_id(t);
    g->decision = txn_new_id(t);
    enum status s = sql_exec(t, d,
        "INSERT INTO case_file (district, id, number, matter, scheme, process_file, process_sha, decision_file, state, channel, applicant, household, division, subdistrict, "
        "applied_at, due_provisional, form, form_salt, version, entered_by, closed_at) "
        "VALUES (?, ?, ?, 'dibao', 'dibao', 'p', 'p', 'd', 'approved', 'counter', ?, ?, '110102001001', '110102001', ?, 0, ?, ?, 1, 11, ?)",
        SQL_I(DISTRICT), SQL_I(g->case_id), SQL_S(number), SQL_I(g->person), SQL_I(g->household), SQL_I(txn_now(t)), SQL_B(blob), SQL_B(blob), SQL_I(txn_now(t)));
    return s == OK ? sql_exec(t, d,
                         "INSERT INTO decision_record (district, id, case_id, scheme, as_of, policy_sha, policy_file, parameters, outcome, monthly_fen, once_fen, input, result, trace, "
                         "salt, state, computed_at, decided_by, decided_at, organ, entry) VALUES (?, ?, ?, 'dibao', ?, 'p', 'p', ?, 'eligible', ?, 0, ?, ?, ?, ?, 'confirmed', ?, 13, ?, '{}', 1)",
                         SQL_I(DISTRICT), SQL_I(g->decision), SQL_I(g->case_id), SQL_I(txn_today(t)), SQL_S(g->parameters ? g->parameters : CERTAIN), SQL_I(g->fen),
                         SQL_B(blob), SQL_B(blob), SQL_B(blob), SQL_B(blob), SQL_I(txn_now(t)), SQL_I(txn_now(t))) : s;
}

static inline enum status grant_in(struct txn *t, void *arg, struct diag *d) {
    struct granted *g = arg;
    struct world_person p = {.w = g->w, .name = "示范人", .birth = date_from_ymd(1970, 1, 1) + g->n % 9000, .n = g->n % 400, .account = g->account, .phone = "19012345678"};
    enum status s = world_person_in(t, &p, d);
    g->person = p.id;
    if (s == OK)
        s = household_add(&g->w->civil, t, &g->w->clerk, DISTRICT, "110102001001", "一号楼", true, &g->household, d);
    if (s == OK)
        s = household_join(&g->w->civil, t, &g->w->clerk, DISTRICT, g->household, g->person, "本人", txn_today(t) - 900, d);
    if (s == OK)
        s = granted_case_(t, g, d);
    struct entitlement_line_new line[2] = {{0, "低保金", g->fen > 1 ? g->fen - g->fen / 3 : g->fen}, {g->person, "增发", g->fen > 1 ? g->fen / 3 : 0}};
    struct entitlement_new n = {.district = DISTRICT, .case_id = g->case_id, .decision = g->decision, .household = g->household, .payee = g->person, .scheme = "dibao",
        .subdistrict = "110102001", .division = "110102001001", .from = g->from, .next_review = txn_today(t) + 365, .line = line, .line_count = 2};
    return s == OK ? entitlement_open_in(&g->w->civil, t, &g->w->clerk, &n, &g->entitlement, d) : s;
}

static inline struct granted grant_one(struct world *w, int n, int64_t fen, month_t from) {
    static char account[24];
    snprintf(account, sizeof account, "68880000%08d", n);
    struct granted g = {.w = w, .n = n, .fen = fen, .from = from, .account = account};
    expect_ok(WRITE(w, grant_in, &g), &w->f->diag);
    return g;
}

#endif
