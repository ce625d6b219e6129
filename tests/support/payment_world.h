/* Households that receive dibao, without the way there: a case and a decision
 * as bare rows, the entitlement through its own door. */
#ifndef SUPPORT_PAYMENT_WORLD_H
#define SUPPORT_PAYMENT_WORLD_H

#include "civil_world.h"

#include "civil/case/case_internal.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/entitlement.h"

struct receiver {
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

/* What the rules are asked again with before a month is paid; what comes to another sum than `fen` goes on as it is. */
#define GRANTED_FACTS \
    "{\"日期\":\"2026-11-22\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1970-01-01\",\"户籍\":\"本市\"," \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[],\"残疾\":[],\"重大疾病\":false,\"劳动能力\":\"有\",\"在读\":\"无\"," \
    "\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}],\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[]," \
    "\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}"

/* Of this process, on packs of its own: tests open many worlds. */
static inline struct policies *paying_policies(void) {
    static struct packs *packs;
    static struct policies *policies;
    struct diag d = {0};
    char dir[1024];
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    if (!packs)
        expect_ok(packs_load(dir, &packs, &d), &d);
    if (!policies)
        expect_ok(policies_load(packs, &policies, &d), &d);
    return policies;
}

static inline void paying_open(struct world *w, struct fixture *f) {
    world_open(w, f);
    w->civil.policies = paying_policies();
}

static inline enum status granted_facts_(struct txn *t, struct receiver *g, struct diag *d) {
    const struct json *facts = NULL;
    struct span sealed;
    struct case_row k;
    enum status s = json_parse(txn_arena(t), SPAN(GRANTED_FACTS), &facts, d);
    if (s == OK)
        s = case_row_read(&g->w->civil, t, g->case_id, &k, d);
    if (s == OK)
        s = case_seal_json(&g->w->civil, t, &k, "decision_record.input", g->decision, facts, &sealed, d);
    return s == OK ? sql_exec(t, d, "UPDATE decision_record SET input = ? WHERE district = ? AND id = ?", SQL_B(sealed), SQL_I(DISTRICT), SQL_I(g->decision)) : s;
}

static inline enum status granted_case_(struct txn *t, struct receiver *g, struct diag *d) {
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
    struct receiver *g = arg;
    struct world_person p = {.w = g->w, .name = "示范人", .birth = date_from_ymd(1970, 1, 1) + g->n % 9000, .n = g->n % 400, .account = g->account, .phone = "19012345678"};
    enum status s = world_person_in(t, &p, d);
    g->person = p.id;
    if (s == OK)
        s = household_add(&g->w->civil, t, &g->w->clerk, DISTRICT, "110102001001", "一号楼", true, &g->household, d);
    if (s == OK)
        s = household_join(&g->w->civil, t, &g->w->clerk, DISTRICT, g->household, g->person, "本人", txn_today(t) - 900, d);
    if (s == OK)
        s = granted_case_(t, g, d);
    if (s == OK)
        s = granted_facts_(t, g, d);
    struct entitlement_line_new line[2] = {{0, "低保金", g->fen > 1 ? g->fen - g->fen / 3 : g->fen}, {g->person, "增发", g->fen > 1 ? g->fen / 3 : 0}};
    struct entitlement_new n = {.district = DISTRICT, .case_id = g->case_id, .decision = g->decision, .household = g->household, .payee = g->person, .scheme = "dibao",
        .subdistrict = "110102001", .division = "110102001001", .from = g->from, .next_review = txn_today(t) + 365, .line = line, .line_count = 2};
    return s == OK ? entitlement_open_in(&g->w->civil, t, &g->w->clerk, &n, &g->entitlement, d) : s;
}

static inline struct receiver grant_one(struct world *w, int n, int64_t fen, month_t from) {
    static char account[24];
    snprintf(account, sizeof account, "68880000%08d", n);
    struct receiver g = {.w = w, .n = n, .fen = fen, .from = from, .account = account};
    expect_ok(WRITE(w, grant_in, &g), &w->f->diag);
    return g;
}

#endif
