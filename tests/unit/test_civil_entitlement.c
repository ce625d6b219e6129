/* The life of a benefit on both backends: who may do what, nothing against a person unheard, and
 * random lives after every step of which months, recoveries and books add up. */
#include "../support/payment_world.h"

#include "civil/entitlement/life.h"
#include "civil/payment/payment.h"

enum { MONTH = 2026 * 12 + 10 }; /* 2026-11, the month of test_instant */
static struct actor decider, second;

struct checking { struct world *w; int n; struct buf out; };
static enum status check_in(struct txn *t, void *arg, struct diag *d) {
    struct checking *x = arg;
    return entitlement_check_in(&x->w->civil, t, LANG_EN, &x->out, &x->n, d);
}
static void adds_up(struct world *w) {
    struct checking x = {.w = w};
    buf_init(&x.out, 0);
    expect_ok(READ(w, check_in, &x), &w->f->diag);
    expect_ok(payment_check(&w->civil, LANG_EN, &x.out, &x.n, &w->f->diag), &w->f->diag);
    if (x.n)
        fail_msg("%s", buf_str(&x.out));
    buf_release(&x.out);
}

static void open_world(struct world *w, struct fixture *f) {
    paying_open(w, f);
    decider = world_actor(21, "decider", "110102");
    second = world_actor(22, "decider", "110102");
    second.grant_count = 2;
    snprintf(second.grant[1].role, sizeof second.grant[1].role, "clerk");
    snprintf(second.grant[1].division, sizeof second.grant[1].division, "110102");
}

static enum status run(struct world *w, month_t m, const char *state) {
    int64_t batch = 0;
    struct span file;
    const char *name;
    enum status s = payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", m, &batch, NULL, &w->f->diag);
    if (s != OK || !state) /* NULL: leave the draft */
        return s;
    expect_ok(payment_batch_approve(&w->civil, &w->finance, batch, 0, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_file(&w->civil, w->arena, &w->cashier, batch, &file, &name, &w->f->diag), &w->f->diag);
    BUF_AUTO rows, out;
    struct json_writer jw;
    buf_init(&rows, 0);
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    buf_adds(&rows, "付款编号,金额,状态,原因\n");
    char sql[160];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM payment WHERE batch = %lld", (long long)batch);
    int64_t last = 0;
    for (int64_t i = 0, n = ask_int(w->f, sql); i < n; i++) {
        snprintf(sql, sizeof sql, "SELECT min(id) FROM payment WHERE batch = %lld AND id > %lld", (long long)batch, (long long)last);
        last = ask_int(w->f, sql);
        snprintf(sql, sizeof sql, "SELECT amount_fen FROM payment WHERE id = %lld", (long long)last);
        int64_t fen = ask_int(w->f, sql);
        buf_addf(&rows, "%lld,%lld.%02lld,%s,\n", (long long)last, (long long)(fen / 100), (long long)(fen % 100), state);
    }
    expect_ok(payment_batch_returns(&w->civil, w->arena, &w->cashier, batch, buf_span(&rows), &jw, &w->f->diag), &w->f->diag);
    return OK;
}

static struct entitlement_line_new one_line(int64_t fen) { return (struct entitlement_line_new){0, "低保金", fen}; }

static enum status propose(struct world *w, const struct actor *who, int64_t e, int64_t fen, int64_t *ret) {
    struct entitlement_line_new l = one_line(fen);
    struct entitlement_proposal_new p = {.entitlement = e, .kind = fen ? "reduce" : "end", .cause = "income", .event = 20000, .line = &l, .line_count = fen ? 1 : 0, .words = "收入增加"};
    return entitlement_propose(&w->civil, who, &p, ret, &w->f->diag);
}

static enum status change(struct world *w, const struct actor *who, int64_t e, const char *kind, month_t m, int64_t fen) {
    struct entitlement_line_new l = one_line(fen);
    struct entitlement_change x = {.entitlement = e, .kind = kind, .cause = "standard", .event = DATE_NONE, .month = m, .line = &l, .line_count = 1, .words = "标准提高"};
    return entitlement_change(&w->civil, who, &x, NULL, &w->f->diag);
}

static void nobody_is_reduced_unheard(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 145000, MONTH);
    int64_t p = 0, act = 0, none = 0;
    expect_fail(change(&w, &decider, g.entitlement, "raised", MONTH, 100000), &f->diag, E_CONFLICT, "entitlement.lower");
    expect_fail(change(&w, &w.clerk, g.entitlement, "raised", MONTH, 150000), &f->diag, E_FORBIDDEN, "entitlement.role");
    expect_fail(change(&w, &decider, g.entitlement, "lowered", MONTH, 150000), &f->diag, E_INPUT, "entitlement.kind");
    expect_fail(change(&w, &decider, g.entitlement, "resumed", MONTH, 150000), &f->diag, E_CONFLICT, "entitlement.not_suspended");
    expect_fail(change(&w, &decider, g.entitlement, "raised", MONTH - 1, 150000), &f->diag, E_INPUT, "entitlement.month_before");
    expect_fail(change(&w, &decider, g.entitlement, "raised", MONTH, 0), &f->diag, E_INPUT, "entitlement.lines");
    expect_fail(change(&w, &decider, 4711, "raised", MONTH, 150000), &f->diag, E_NOT_FOUND, "entitlement.none");
    expect_fail(propose(&w, &decider, g.entitlement, 0, &p), &f->diag, E_FORBIDDEN, "entitlement.role");
    expect_fail(propose(&w, &w.clerk, g.entitlement, 145000, &p), &f->diag, E_CONFLICT, "entitlement.not_lower");
    expect_ok(propose(&w, &second, g.entitlement, 90000, &p), &f->diag);
    expect_fail(propose(&w, &w.clerk, g.entitlement, 0, &none), &f->diag, E_CONFLICT, "entitlement.proposal_open");
    expect_fail(entitlement_decide(&w.civil, &decider, p, true, "同意", &act, &f->diag), &f->diag, E_CONFLICT, "entitlement.not_heard");
    expect_fail(entitlement_answer(&w.civil, &w.clerk, p, "不同意", &f->diag), &f->diag, E_CONFLICT, "entitlement.proposal_state");
    expect_fail(entitlement_hearing_served(&w.civil, &w.clerk, p, "shouted", &f->diag), &f->diag, E_INPUT, "entitlement.how");
    expect_ok(entitlement_hearing_served(&w.civil, &w.clerk, p, "post", &f->diag), &f->diag);
    expect_fail(entitlement_decide(&w.civil, &decider, p, true, "同意", &act, &f->diag), &f->diag, E_CONFLICT, "entitlement.not_heard");
    expect_ok(entitlement_answer(&w.civil, &w.clerk, p, "收入只有一个月", &f->diag), &f->diag);
    expect_fail(entitlement_decide(&w.civil, &second, p, true, "同意", &act, &f->diag), &f->diag, E_FORBIDDEN, "entitlement.two_people");
    expect_fail(entitlement_decide(&w.civil, &decider, p, true, "", &act, &f->diag), &f->diag, E_INPUT, "entitlement.words");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement_act"), 0);
    expect_ok(entitlement_decide(&w.civil, &decider, p, true, "理由不成立", &act, &f->diag), &f->diag);
    expect_fail(entitlement_decide(&w.civil, &decider, p, true, "再次", &act, &f->diag), &f->diag, E_CONFLICT, "entitlement.proposal_state");
    assert_int_equal(ask_int(f, "SELECT monthly_fen FROM entitlement"), 90000);
    expect_ok(entitlement_decision_served(&w.civil, &w.clerk, p, "in_person", &f->diag), &f->diag);
    expect_fail(entitlement_decision_served(&w.civil, &w.clerk, p, "in_person", &f->diag), &f->diag, E_CONFLICT, "entitlement.served_already");
    expect_ok(entitlement_restore(&w.civil, &decider, p, "复议撤销", &act, &f->diag), &f->diag);
    expect_fail(entitlement_restore(&w.civil, &decider, p, "复议撤销", &act, &f->diag), &f->diag, E_CONFLICT, "entitlement.restored");
    assert_int_equal(ask_int(f, "SELECT monthly_fen FROM entitlement"), 145000);
    adds_up(&w);
    world_close(&w);
}

/* What came back is paid again as it is due by then; a draft follows what is decided while it waits. */
static void a_draft_and_a_return_follow_the_act(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 145000, MONTH);
    expect_ok(run(&w, MONTH, NULL), &f->diag);
    expect_ok(change(&w, &decider, g.entitlement, "raised", MONTH, 150000), &f->diag);
    assert_int_equal(ask_int(f, "SELECT total_fen FROM payment_batch"), 150000);
    adds_up(&w);
    expect_ok(payment_batch_cancel(&w.civil, &w.cashier, ask_int(f, "SELECT id FROM payment_batch"), 0, "重新生成", &f->diag), &f->diag);
    expect_ok(run(&w, MONTH, "失败"), &f->diag);
    expect_ok(change(&w, &decider, g.entitlement, "corrected", MONTH, 160000), &f->diag);
    expect_ok(payment_reissue(&w.civil, &w.cashier, ask_int(f, "SELECT max(id) FROM payment WHERE state = 'returned'"), NULL, NULL, "退回原因已核实", &f->diag), &f->diag);
    expect_ok(run(&w, MONTH, "成功"), &f->diag);
    assert_int_equal(ask_int(f, "SELECT sum(amount_fen) FROM payment WHERE state = 'paid'"), 160000);
    adds_up(&w);
    world_close(&w);
}

/* Any order of deaths found, refuted, confirmed, changes, runs, returns, receipts and waivers. */
static void random_lives_add_up(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    uint64_t seed = unit_seed(__func__);
    int64_t e[3], p = 0, waiver = 0;
    for (int i = 0; i < 3; i++)
        e[i] = grant_one(&w, i + 1, 100000 + i * 1000, MONTH).entitlement;
    month_t m = MONTH;
    expect_ok(run(&w, m++, "成功"), &f->diag); /* so that there is something to correct, whatever is drawn */
    expect_ok(change(&w, &decider, e[0], "corrected", MONTH, 200000), &f->diag);
    for (int step = 0; step < 40; step++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t x = e[(seed >> 40) % 3], fen = 50000 + (int64_t)((seed >> 20) % 100000);
        date_t died = month_first(MONTH) - 40 + (date_t)((seed >> 30) % 40);
        struct diag *d = &f->diag;
        diag_clear(d);
        enum status s = OK;
        switch ((seed >> 50) % 10) {
        case 0: s = change(&w, &decider, x, "corrected", MONTH + (month_t)((seed >> 12) % 3), fen); break;
        case 1: s = propose(&w, &w.clerk, x, fen, &p); break;
        case 2: s = propose(&w, &w.clerk, x, 0, &p); break;
        case 3:
            s = entitlement_hearing_served(&w.civil, &w.clerk, p, "post", d);
            if (s == OK && (s = entitlement_answer(&w.civil, &w.clerk, p, "知道了", d)) == OK)
                s = entitlement_decide(&w.civil, &decider, p, (seed >> 9) % 4 != 0, "理由", NULL, d);
            break;
        case 4: s = entitlement_restore(&w.civil, &decider, p, "撤销", NULL, d); break;
        case 5: s = entitlement_death_found(&w.civil, &w.clerk, x, died, "比对", NULL, d); break;
        case 6: s = (seed >> 9) % 2 ? entitlement_death_confirm(&w.civil, &decider, x, died, "证明", NULL, d) : entitlement_death_refute(&w.civil, &decider, x, "有误", NULL, d); break;
        case 7:
            s = run(&w, m <= MONTH ? m++ : MONTH + 1, (seed >> 9) % 5 ? "成功" : "失败");
            break;
        case 8: s = recovery_receive(&w.civil, &w.cashier, ask_int(f, "SELECT COALESCE(max(id), 1) FROM recovery"), fen % 3000 + 1, "退款", d); break;
        default:
            s = recovery_waiver_ask(&w.civil, &w.clerk, ask_int(f, "SELECT COALESCE(max(id), 1) FROM recovery"), fen % 2000 + 1, "困难", &waiver, d);
            if (s == OK)
                s = recovery_waiver_answer(&w.civil, &w.finance, waiver, (seed >> 9) % 2, "同意", d);
        }
        if (s != OK && s != E_CONFLICT && s != E_INPUT && s != E_NOT_FOUND)
            fail_msg("step %d: %s", step, d->code);
        adds_up(&w);
    }
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(nobody_is_reduced_unheard),
        ON_BOTH(a_draft_and_a_return_follow_the_act),
        ON_BOTH(random_lives_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
