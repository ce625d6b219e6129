/* The product's own money: preparing, approving, sending and booking returns
 * while the power fails.
 *
 * One cashier and one finance officer go through the months of the store; every
 * answer is acknowledged with the batch and the step.  Afterwards the books
 * balance, nobody was paid twice for a month, every acknowledged step is there,
 * and the interrupted one can be taken up. */
#include "crash.h"

#include "base/buf.h"
#include "base/idnum.h"
#include "base/json.h"
#include "civil/budget/appropriation.h"
#include "civil/case/case_internal.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "civil/payment/payment.h"
#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/migrations.h"

#include <stdio.h>
#include <unistd.h>

enum { DISTRICT = 110102, HOUSEHOLDS = 12, FIRST_MONTH = 2020 * 12, MONTHS = 240 };

enum step { PREPARED = 1, APPROVED, SENT, HALF_RETURNED, SETTLED };
struct ack { int64_t batch; int32_t step, count; };

struct shop {
    struct civil civil;
    struct packs *packs;
    struct vault *vault;
    struct arena *arena;
    struct actor cashier, finance;
};

/* The rules, read once: what is asked again before a month is paid. */
static struct packs *rule_packs;
static struct policies *rules;

static struct actor officer(int64_t account, const char *role) {
    struct actor a = {.account = account, .kind = "staff", .grant_count = 1};
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "%s", role);
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "110102");
    return a;
}

/* Packs and keys lie beside the test; the store is the one that crashes. */
static enum status open_shop(struct store *s, const char *key_file, struct shop *x, struct diag *d) {
    char dir[1024];
    const char *root = getenv("SOURCE_ROOT");
    snprintf(dir, sizeof dir, "%s/packs", root ? root : ".");
    *x = (struct shop){.cashier = officer(12, "cashier"), .finance = officer(13, "finance")};
    x->arena = arena_new(0);
    enum status st = x->arena ? packs_load(dir, &x->packs, d) : arena_full(d);
    if (st == OK)
        st = vault_open_or_create(key_file, &x->vault, d);
    if (st == OK && !rule_packs)
        st = packs_load(dir, &rule_packs, d);
    if (st == OK && !rules)
        st = policies_load(rule_packs, &rules, d);
    x->civil = (struct civil){.store = s, .packs = x->packs, .policies = rules, .vault = x->vault, .log_origin = "crash.example/log", .district = DISTRICT};
    return st;
}

static void close_shop(struct shop *x) {
    packs_free(x->packs);
    vault_free(x->vault);
    arena_free(x->arena);
}

/* ---- before ------------------------------------------------------------------------- */

static enum status one_case(struct txn *t, int64_t person, int64_t household, int64_t case_id, int64_t decision, int n, struct diag *d) {
    struct span x = SPAN("x");
    char number[16];
    snprintf(number, sizeof number, "C%d", n);
    enum status s = sql_exec(t, d,
        "INSERT INTO case_file (district, id, number, matter, scheme, process_file, process_sha, decision_file, state, channel, applicant, household, division, subdistrict, "
        "applied_at, due_provisional, form, form_salt, version, entered_by, closed_at) "
        "VALUES (?, ?, ?, 'dibao', 'dibao', 'p', 'p', 'd', 'approved', 'counter', ?, ?, '110102001001', '110102001', 1, 0, ?, ?, 1, 11, 1)",
        SQL_I(DISTRICT), SQL_I(case_id), SQL_S(number), SQL_I(person), SQL_I(household), SQL_B(x), SQL_B(x));
    return s == OK ? sql_exec(t, d,
                         "INSERT INTO decision_record (district, id, case_id, scheme, as_of, policy_sha, policy_file, parameters, outcome, monthly_fen, once_fen, input, result, trace, "
                         "salt, state, computed_at, decided_by, decided_at, organ, entry) VALUES (?, ?, ?, 'dibao', 1, 'p', 'p', '[]', 'eligible', 1, 0, ?, ?, ?, ?, 'confirmed', 1, 13, 1, '{}', 1)",
                         SQL_I(DISTRICT), SQL_I(decision), SQL_I(case_id), SQL_B(x), SQL_B(x), SQL_B(x), SQL_B(x)) : s;
}

#define GRANTED_FACTS \
    "{\"日期\":\"2020-01-01\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1970-01-01\",\"户籍\":\"本市\"," \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[],\"残疾\":[],\"重大疾病\":false,\"劳动能力\":\"有\",\"在读\":\"无\"," \
    "\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}],\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[]," \
    "\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}"

static enum status facts_of(struct txn *t, struct shop *x, int64_t case_id, int64_t decision, struct diag *d) {
    const struct json *facts = NULL;
    struct span sealed;
    struct case_row k;
    enum status s = json_parse(txn_arena(t), SPAN(GRANTED_FACTS), &facts, d);
    if (s == OK)
        s = case_row_read(&x->civil, t, case_id, &k, d);
    if (s == OK)
        s = case_seal_json(&x->civil, t, &k, "decision_record.input", decision, facts, &sealed, d);
    return s == OK ? sql_exec(t, d, "UPDATE decision_record SET input = ? WHERE district = ? AND id = ?", SQL_B(sealed), SQL_I(DISTRICT), SQL_I(decision)) : s;
}

static enum status one_household(struct txn *t, struct shop *x, int n, struct diag *d) {
    struct actor system = actor_system();
    int64_t person = 0, household = 0, entitlement = 0, case_id = txn_new_id(t), decision = txn_new_id(t);
    char number[19] = "";
    snprintf(number, sizeof number, "11010219700101%03d", (n % 400) * 2 + 1);
    number[17] = citizen_check_digit(number);
    struct person_new p = {.id_number = {number, 18}, .name = "示范人", .male = true, .birth = date_from_ymd(1970, 1, 1), .division = "110102001001",
        .bank_account = "6888000011112222", .bank_name = "示范银行", .source = "synthetic"};
    enum status s = person_add(&x->civil, t, &system, DISTRICT, &p, &person, d);
    if (s == OK)
        s = household_add(&x->civil, t, &system, DISTRICT, "110102001001", "", true, &household, d);
    if (s == OK)
        s = one_case(t, person, household, case_id, decision, n, d);
    if (s == OK)
        s = facts_of(t, x, case_id, decision, d);
    struct entitlement_line_new line = {0, "低保金", 100000 + n};
    struct entitlement_new e = {.district = DISTRICT, .case_id = case_id, .decision = decision, .household = household, .payee = person, .scheme = "dibao",
        .subdistrict = "110102001", .division = "110102001001", .from = FIRST_MONTH, .line = &line, .line_count = 1};
    return s == OK ? entitlement_open_in(&x->civil, t, &system, &e, &entitlement, d) : s;
}

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    struct shop *x = arg;
    enum status s = register_create_tables(&x->civil, t, d);
    for (int i = 1; s == OK && i <= HOUSEHOLDS; i++)
        s = one_household(t, arg, i, d);
    return s;
}

static enum status prepare(struct store *s, void *arg, struct diag *d) {
    struct shop x;
    enum status st = store_migrate(s, store_migrations, store_migration_count, d);
    if (st == OK)
        st = open_shop(s, arg, &x, d);
    if (st == OK)
        st = store_write(s, fill, &x, d);
    /* Every year's money, so that approval locks and returns free and spend. */
    for (int64_t year = FIRST_MONTH / 12; st == OK && year <= (FIRST_MONTH + MONTHS) / 12; year++)
        for (int level = 1; st == OK && level < BUDGET_LEVELS; level++) {
            int64_t id = 0;
            st = appropriation_enter(&x.civil, &x.cashier, &(struct appropriation_new){year, "dibao", budget_level[level], "试验1号", 100000000}, &id, d);
            if (st == OK)
                st = appropriation_register(&x.civil, &x.finance, id, d);
        }
    close_shop(&x);
    return st;
}

/* ---- paying ---------------------------------------------------------------------------- */

struct listed { int64_t batch; struct buf out; int count; };
static enum status list_rows(struct txn *t, void *arg, struct diag *d) {
    struct listed *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT id, amount_fen FROM payment WHERE batch = ? ORDER BY id", SQL_I(x->batch));
    buf_clear(&x->out);
    buf_adds(&x->out, "付款编号,金额,状态,原因\n");
    x->count = 0;
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        buf_addf(&x->out, "%lld,%lld.%02lld,%s,\n", (long long)rows_int(r, 0), (long long)(rows_int(r, 1) / 100), (long long)(rows_int(r, 1) % 100),
            x->count++ % 5 == 4 ? "失败" : "成功");
    }
    return s;
}

/* The first `part` bytes up to a line's end, then all of it. */
static enum status book_returns(struct shop *x, struct listed *l, bool half, struct diag *d) {
    BUF_AUTO out;
    struct json_writer w;
    struct span text = buf_span(&l->out);
    buf_init(&out, 0);
    json_begin(&w, &out, false);
    if (half)
        for (text.size /= 2; text.size && text.at[text.size - 1] != '\n';)
            text.size--;
    return payment_batch_returns(&x->civil, x->arena, &x->cashier, l->batch, text, &w, d);
}

static enum status pay_month(struct shop *x, const struct crash_client *c, month_t m, struct diag *d) {
    struct ack a = {0};
    struct span file;
    const char *name;
    struct listed l = {0};
    buf_init(&l.out, 0);
    enum status s = payment_batch_prepare(&x->civil, &x->cashier, DISTRICT, "dibao", m, &a.batch, NULL, d);
    for (int step = PREPARED; s == OK && step <= SETTLED; step++) {
        if (step == APPROVED)
            s = payment_batch_approve(&x->civil, &x->finance, a.batch, 0, d);
        else if (step == SENT)
            s = payment_batch_file(&x->civil, x->arena, &x->cashier, a.batch, &file, &name, d);
        else if (step == HALF_RETURNED || step == SETTLED)
            s = book_returns(x, &l, step == HALF_RETURNED, d);
        else
            l.batch = a.batch;
        if (s == OK && step == PREPARED)
            s = store_read(x->civil.store, list_rows, &l, d);
        if (s == OK) {
            a.step = step;
            a.count = l.count;
            crash_ack(c, &a);
        }
    }
    buf_release(&l.out);
    return s;
}

static void run(struct store *s, const struct crash_client *c) {
    struct shop x;
    struct diag d = {0};
    enum status st = open_shop(s, c->arg, &x, &d);
    for (month_t m = FIRST_MONTH; st == OK && m < FIRST_MONTH + MONTHS; m++) {
        diag_clear(&d);
        st = pay_month(&x, c, m, &d);
        if (st == E_SYSTEM && c->faults) /* that month waits for its officer */
            st = OK;
    }
    if (st != OK) {
        fprintf(stderr, "payment: %s %s\n", status_name(st), d.code);
        _exit(4);
    }
    close_shop(&x);
}

/* ---- afterwards ------------------------------------------------------------------------------ */

static int step_of(struct span state) {
    static const struct { const char *state; int step; } table[] = {{"draft", PREPARED}, {"approved", APPROVED}, {"sent", SENT}, {"settled", SETTLED}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (span_is(state, table[i].state))
            return table[i].step;
    return 0;
}

struct seen { const struct crash_acks *acks; };

static enum status check_ack(struct txn *t, const struct ack *a, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    int64_t settled = 0;
    enum status s = sql_one(t, &r, d, "SELECT state, count, complete FROM payment_batch WHERE id = ?", SQL_I(a->batch));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_CORRUPT, "payment.batch", DIAG_N("batch", a->batch));
    if (s == OK && (!rows_int(r, 2) || rows_int(r, 1) != a->count))
        return diag_fail(d, E_CORRUPT, "payment.check.total", DIAG_N("id", a->batch));
    int reached = s == OK ? step_of(rows_text(r, 0)) : 0;
    if (s == OK && reached < (a->step == HALF_RETURNED ? SENT : a->step))
        return diag_fail(d, E_CORRUPT, "payment.check.state", DIAG_N("id", a->batch), DIAG_N("acknowledged", a->step), DIAG_N("reached", reached));
    if (s == OK && a->step == HALF_RETURNED) {
        s = sql_int(t, &settled, 0, d, "SELECT count(*) FROM payment WHERE batch = ? AND state IN ('paid', 'returned')", SQL_I(a->batch));
        if (s == OK && settled == 0)
            return diag_fail(d, E_CORRUPT, "payment.check.state", DIAG_N("id", a->batch), DIAG_N("acknowledged", a->step));
    }
    return s;
}

static enum status check_acks(struct txn *t, void *arg, struct diag *d) {
    const struct seen *x = arg;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->acks->count; i++) {
        struct ack a;
        memcpy(&a, x->acks->at + i * x->acks->ack_size, sizeof a);
        s = check_ack(t, &a, d);
    }
    return s;
}

/* Nothing is stuck: the step that was interrupted is done again, and the next month paid. */
static enum status go_on(struct shop *x, struct diag *d) {
    int64_t batch = 0;
    struct span file;
    const char *name;
    enum status s = OK;
    for (month_t m = FIRST_MONTH; s == OK && m < FIRST_MONTH + MONTHS; m++) {
        s = payment_batch_prepare(&x->civil, &x->cashier, DISTRICT, "dibao", m, &batch, NULL, d);
        if (s == E_CONFLICT && strcmp(d->code, "payment.batch_exists") == 0)
            s = OK; /* whole, and waiting for approval */
        else if (s == E_CONFLICT && (strcmp(d->code, "payment.nothing_new") == 0 || strcmp(d->code, "payment.nobody") == 0))
            s = OK; /* that month was paid before */
        else if (s == OK)
            break;
    }
    if (s == OK && batch)
        s = payment_batch_approve(&x->civil, &x->finance, batch, 0, d);
    return s == OK && batch ? payment_batch_file(&x->civil, x->arena, &x->cashier, batch, &file, &name, d) : s;
}

static bool verify(struct store *s, const struct crash_acks *acks, void *arg, struct diag *d) {
    struct shop x;
    struct seen seen = {acks};
    BUF_AUTO out;
    int findings = 0;
    buf_init(&out, 0);
    enum status st = open_shop(s, arg, &x, d);
    for (int pass = 0; st == OK && pass < 2; pass++) { /* as found, and after going on */
        st = payment_check(&x.civil, LANG_EN, &out, &findings, d);
        if (st == OK && findings)
            st = diag_fail(d, E_CORRUPT, "payment.check.total", DIAG_S("findings", buf_str(&out)));
        if (st == OK)
            st = store_read(s, check_acks, &seen, d);
        if (st == OK && pass == 0)
            st = go_on(&x, d);
    }
    close_shop(&x);
    return st == OK;
}

static char key_file[64] = "crash-payment.key";

const struct crash_workload crash_payment = {
    .name = "payment",
    .ack_size = sizeof(struct ack),
    .arg = key_file,
    .prepare = prepare,
    .run = run,
    .verify = verify,
};
