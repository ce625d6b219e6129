/* Raised, corrected, suspended and resumed by hand, on both backends: two people, a hearing where it is to the person's
 * disadvantage, no benefit lowered by another name, and every month paid once. */
#include "../support/payment_world.h"

#include "civil/access/access.h"
#include "civil/entitlement/letter.h"
#include "civil/payment/payment.h"

#include <unistd.h>

enum { MONTH = 2026 * 12 + 10 }; /* 2026-11, the month of test_instant */
static struct actor decider, other;

static void open_world(struct world *w, struct fixture *f) {
    paying_open(w, f);
    decider = world_actor(21, "decider", "110102");
    other = world_actor(22, "decider", "110102");
}

static struct entitlement_proposal_new asked(int64_t e, const char *kind, const struct entitlement_line_new *l, size_t n, month_t m) {
    return (struct entitlement_proposal_new){.entitlement = e, .kind = kind, .cause = "查实", .event = 20000, .month = m, .line = l, .line_count = n, .words = "依据455号 十六", .by_hand = true};
}

static int64_t proposed(struct world *w, const struct entitlement_proposal_new *x) {
    int64_t p = 0;
    diag_clear(&w->f->diag);
    expect_ok(entitlement_propose(&w->civil, &w->clerk, x, &p, &w->f->diag), &w->f->diag);
    return p;
}

static void refused(struct world *w, const struct entitlement_proposal_new *x, enum status s, const char *code) {
    int64_t p = 0;
    diag_clear(&w->f->diag);
    expect_fail(entitlement_propose(&w->civil, &w->clerk, x, &p, &w->f->diag), &w->f->diag, s, code);
}

static int64_t batch_of(struct world *w, month_t m) {
    int64_t batch = 0;
    expect_ok(payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", m, &batch, NULL, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_approve(&w->civil, &w->finance, batch, 0, &w->f->diag), &w->f->diag);
    return batch;
}

struct checking { struct world *w; int n; };
static enum status check_in(struct txn *t, void *arg, struct diag *d) {
    struct checking *x = arg;
    BUF_AUTO out;
    buf_init(&out, 0);
    x->n = 0;
    enum status s = entitlement_check_in(&x->w->civil, t, LANG_EN, &out, &x->n, d);
    if (x->n)
        print_message("%s", buf_str(&out));
    return s;
}
static void all_adds_up(struct world *w) {
    struct checking x = {w, 0};
    expect_ok(READ(w, check_in, &x), &w->f->diag);
    assert_int_equal(x.n, 0);
}

/* What was too little of a month that was paid is a line of the next batch. */
static void a_correction_pays_the_difference(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH - 1);
    batch_of(&w, MONTH - 1);
    struct entitlement_line_new up[] = {{0, "低保金", 100000}, {g.person, "增发", 62000}}, same[] = {{0, "低保金", 100000}, {g.person, "增发", 50000}}, new[] = {{0, "低保金", 100000}, {0, "奖金", 62000}};
    struct entitlement_proposal_new x = asked(g.entitlement, "correct", up, 2, MONTH - 2);
    refused(&w, &x, E_INPUT, "entitlement.month_before");
    x = asked(g.entitlement, "correct", up, 2, 0);
    refused(&w, &x, E_INPUT, "entitlement.month_before");
    x = asked(g.entitlement, "correct", up, 2, MONTH + 25);
    refused(&w, &x, E_INPUT, "entitlement.month_before");
    x = asked(g.entitlement, "correct", same, 2, MONTH - 1);
    refused(&w, &x, E_CONFLICT, "entitlement.not_higher");
    x = asked(g.entitlement, "correct", new, 2, MONTH - 1);
    refused(&w, &x, E_INPUT, "entitlement.lines_same");
    x = asked(g.entitlement, "correct", NULL, 0, MONTH - 1);
    refused(&w, &x, E_INPUT, "entitlement.lines");
    x = asked(g.entitlement, "resume", NULL, 0, 0);
    refused(&w, &x, E_CONFLICT, "entitlement.not_suspended");
    x = asked(g.entitlement, "corrected", up, 2, MONTH - 1);
    refused(&w, &x, E_INPUT, "entitlement.kind");
    x = asked(g.entitlement, "correct", up, 2, MONTH - 1);
    int64_t p = proposed(&w, &x), act = 0;
    assert_int_equal(ask_int(f, "SELECT sum(monthly_fen) FROM entitlement"), 150000); /* nothing yet */
    expect_fail(entitlement_hearing_served(&w.civil, &w.clerk, p, "post", &f->diag), &f->diag, E_INPUT, "entitlement.kind");
    expect_fail(entitlement_decide(&w.civil, &w.clerk, p, true, "同意", NULL, &f->diag), &f->diag, E_FORBIDDEN, "entitlement.role");
    struct actor both = w.clerk;
    both.grant[both.grant_count++] = decider.grant[0];
    expect_fail(entitlement_decide(&w.civil, &both, p, true, "同意", NULL, &f->diag), &f->diag, E_FORBIDDEN, "entitlement.two_people");
    expect_ok(entitlement_decide(&w.civil, &decider, p, true, "标准算错，同意更正", &act, &f->diag), &f->diag);
    assert_true(act != 0);
    assert_int_equal(ask_int(f, "SELECT sum(monthly_fen) FROM entitlement"), 162000);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement_act WHERE kind = 'corrected' AND proposal = (SELECT max(id) FROM entitlement_proposal)"), 1);
    assert_int_equal(ask_int(f, "SELECT sum(amount_fen) FROM entitlement_adjustment"), 12000);
    expect_fail(entitlement_decide(&w.civil, &other, p, true, "再来", NULL, &f->diag), &f->diag, E_CONFLICT, "entitlement.proposal_state");
    expect_fail(entitlement_restore(&w.civil, &other, p, "撤销", NULL, &f->diag), &f->diag, E_INPUT, "entitlement.kind");
    int64_t batch = batch_of(&w, MONTH);
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT total_fen FROM payment_batch WHERE id = %lld", (long long)batch);
    assert_int_equal(ask_int(f, sql), 162000 + 12000);
    expect_ok(entitlement_decision_served(&w.civil, &w.clerk, p, "post", &f->diag), &f->diag);
    all_adds_up(&w);
    world_close(&w);
}

/* From the month that the rule says; a colleague may also say no. */
static void a_raise_is_decided_by_another(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH - 1);
    struct entitlement_line_new up[] = {{0, "低保金", 100000}, {g.person, "增发", 62000}}, down[] = {{0, "低保金", 100000}, {g.person, "增发", 4200}};
    struct entitlement_proposal_new x = asked(g.entitlement, "raise", down, 2, 0);
    refused(&w, &x, E_CONFLICT, "entitlement.not_higher");
    x = asked(g.entitlement, "raise", up, 2, 0);
    int64_t p = proposed(&w, &x);
    refused(&w, &x, E_CONFLICT, "entitlement.proposal_open");
    expect_ok(entitlement_decide(&w.civil, &decider, p, false, "没有依据", NULL, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement_act"), 0);
    p = proposed(&w, &x);
    expect_ok(entitlement_decide(&w.civil, &decider, p, true, "同意", NULL, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT monthly_fen FROM entitlement"), 162000);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement_note WHERE kind = 'decided'"), 0); /* why it is so stands with the proposal */
    all_adds_up(&w);
    world_close(&w);
}

/* Suspended after a hearing; goes on as it was, from the month that a colleague agrees to. */
static void suspended_and_resumed(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH - 1);
    batch_of(&w, MONTH - 1);
    struct entitlement_line_new up[] = {{0, "低保金", 100000}, {g.person, "增发", 62000}};
    struct entitlement_proposal_new x = asked(g.entitlement, "suspend", NULL, 0, 0);
    int64_t p = proposed(&w, &x);
    expect_fail(entitlement_decide(&w.civil, &decider, p, true, "联系不上", NULL, &f->diag), &f->diag, E_CONFLICT, "entitlement.not_heard");
    expect_ok(entitlement_hearing_served(&w.civil, &w.clerk, p, "post", &f->diag), &f->diag);
    expect_ok(entitlement_answer(&w.civil, &w.clerk, p, "在外地住院", &f->diag), &f->diag);
    expect_ok(entitlement_decide(&w.civil, &decider, p, true, "三次核查未配合", NULL, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement WHERE state = 'suspended' AND monthly_fen = 0"), 1);
    refused(&w, &x, E_CONFLICT, "entitlement.suspended");
    x = asked(g.entitlement, "raise", up, 2, 0);
    refused(&w, &x, E_CONFLICT, "entitlement.suspended");
    expect_fail(entitlement_death_refute(&w.civil, &decider, g.entitlement, "他活着", NULL, &f->diag), &f->diag, E_CONFLICT, "entitlement.not_suspended");
    month_t from = ask_int(f, "SELECT max(month) FROM entitlement_act");
    x = asked(g.entitlement, "resume", NULL, 0, from - 1);
    refused(&w, &x, E_INPUT, "entitlement.month_before");
    x = asked(g.entitlement, "resume", NULL, 0, 0);
    p = proposed(&w, &x);
    expect_ok(entitlement_decide(&w.civil, &decider, p, true, "已补齐材料", NULL, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement WHERE state = 'active' AND monthly_fen = 150000"), 1);
    assert_int_equal(ask_int(f, "SELECT month FROM entitlement_act WHERE kind = 'resumed'"), from);
    all_adds_up(&w);
    must_run(f, "UPDATE entitlement_proposal SET served_at = NULL, state = 'dropped' WHERE kind = 'suspend'");
    struct checking c = {&w, 0};
    expect_ok(READ(&w, check_in, &c), &f->diag);
    assert_int_equal(c.n, 1);
    world_close(&w);
}

/* Who is suspended since a register says that he died is not resumed around that. */
static void a_death_is_refuted_not_resumed(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH - 1);
    expect_ok(entitlement_death_found(&w.civil, &w.clerk, g.entitlement, month_first(MONTH) - 40, "比对", NULL, &f->diag), &f->diag);
    struct entitlement_proposal_new x = asked(g.entitlement, "resume", NULL, 0, 0);
    refused(&w, &x, E_CONFLICT, "entitlement.death_open");
    expect_ok(entitlement_death_refute(&w.civil, &decider, g.entitlement, "同名", NULL, &f->diag), &f->diag);
    all_adds_up(&w);
    world_close(&w);
}

/* ---- letters ------------------------------------------------------------------------------- */

struct printing { struct world *w; const struct actor *who; const char *role; int64_t id; const char *which; struct buf out; };
static enum status print_in(struct txn *t, void *arg, struct diag *d) {
    struct printing *x = arg;
    struct access *a = NULL;
    enum status s = access_begin(x->w->arena, x->who, x->role, NULL, DISTRICT, 0, &a, d);
    if (s != OK)
        return s;
    return x->which ? proposal_letter(&x->w->civil, t, a, x->who, x->id, x->which, &x->out, d) : recovery_letter(&x->w->civil, t, a, x->who, x->id, &x->out, d);
}

/* Its text as poppler reads it, without spaces; NULL and the failure in the fixture's diag. */
static char *printed(struct world *w, const struct actor *who, int64_t id, const char *which) {
    struct printing x = {.w = w, .who = who, .role = who->grant[0].role, .id = id, .which = which};
    char path[] = "letter-XXXXXX", command[64], *ret = NULL;
    diag_clear(&w->f->diag);
    buf_init(&x.out, 16 << 20);
    if (READ(w, print_in, &x) == OK) {
        ret = arena_alloc(w->arena, 65536);
        int fd = mkstemp(path);
        assert_true(fd >= 0 && ret && write(fd, x.out.at, x.out.size) == (ssize_t)x.out.size);
        close(fd);
        snprintf(command, sizeof command, "pdftotext -raw %s -", path);
        FILE *f = popen(command, "r");
        assert_non_null(f);
        size_t n = 0;
        for (int c; (c = fgetc(f)) != EOF && n < 65535;)
            if (c != ' ' && c != '\n' && c != '\f')
                ret[n++] = (char)c;
        ret[n] = 0;
        assert_int_equal(pclose(f), 0);
        unlink(path);
    }
    buf_release(&x.out);
    return ret;
}

static void has(const char *letter, const char *words) {
    if (!letter || !strstr(letter, words))
        fail_msg("%s is not in: %.3000s", words, letter ? letter : "(no letter)");
}

/* What the person is told before and after; with his own words, of another division not at all. */
static void letters_say_what_was_proposed_and_decided(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct actor stranger = world_actor(23, "clerk", "110102002");
    struct receiver g = grant_one(&w, 1, 150000, MONTH - 1);
    struct entitlement_line_new less[] = {{0, "低保金", 80000}}, up[] = {{0, "低保金", 100000}};
    struct entitlement_proposal_new x = asked(g.entitlement, "reduce", less, 1, 0);
    int64_t p = proposed(&w, &x);
    char *told = printed(&w, &w.clerk, p, "hearing");
    has(told, "示范人：");
    has(told, "事先告知书");
    has(told, "每月1500.00元");
    has(told, "减少为每月800.00元");
    has(told, "低保金800.00");
    has(told, "800.00合计Total800.00");
    has(told, "依据455号十六");
    has(told, "陈述和申辩");
    assert_null(printed(&w, &w.clerk, p, "decision"));
    assert_string_equal(f->diag.code, "entitlement.letter_undecided");
    assert_null(printed(&w, &stranger, p, "hearing"));
    assert_string_equal(f->diag.code, "entitlement.no_proposal");
    assert_null(printed(&w, &w.clerk, p, "order"));
    assert_string_equal(f->diag.code, "entitlement.letter");
    expect_ok(entitlement_hearing_served(&w.civil, &w.clerk, p, "post", &f->diag), &f->diag);
    expect_ok(entitlement_answer(&w.civil, &w.clerk, p, "那笔钱只有一次", &f->diag), &f->diag);
    expect_ok(entitlement_decide(&w.civil, &decider, p, true, "工资单证明每月都有", NULL, &f->diag), &f->diag);
    char *done = printed(&w, &w.clerk, p, "decision");
    has(done, "那笔钱只有一次");
    has(done, "由每月1500.00元减少为每月800.00元");
    has(done, "工资单证明每月都有");
    has(done, "行政复议");
    x = asked(g.entitlement, "raise", up, 1, 0);
    p = proposed(&w, &x);
    assert_null(printed(&w, &w.clerk, p, "hearing"));
    assert_string_equal(f->diag.code, "entitlement.letter");
    expect_ok(entitlement_decide(&w.civil, &decider, p, false, "没有依据", NULL, &f->diag), &f->diag);
    has(printed(&w, &w.clerk, p, "decision"), "不作变更，仍为每月800.00元");
    world_close(&w);
}

static void a_letter_asks_back_what_is_open(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH - 2);
    batch_of(&w, MONTH - 2);
    batch_of(&w, MONTH - 1);
    expect_ok(entitlement_death_found(&w.civil, &w.clerk, g.entitlement, month_first(MONTH - 2) + 3, "比对", NULL, &f->diag), &f->diag);
    expect_ok(entitlement_death_confirm(&w.civil, &decider, g.entitlement, month_first(MONTH - 2) + 3, "死亡证明", NULL, &f->diag), &f->diag);
    int64_t v = ask_int(f, "SELECT max(id) FROM recovery"), fen = ask_int(f, "SELECT amount_fen FROM recovery");
    assert_true(v && fen > 1000);
    expect_ok(recovery_receive(&w.civil, &w.cashier, v, 1000, "退回", &f->diag), &f->diag);
    char open[48];
    snprintf(open, sizeof open, "还应退还%lld.%02lld元", (long long)((fen - 1000) / 100), (long long)((fen - 1000) % 100));
    char *letter = printed(&w, &w.clerk, v, NULL);
    has(letter, open);
    has(letter, "2026年10月");
    has(letter, "可以约定分期");
    expect_ok(recovery_receive(&w.civil, &w.cashier, v, fen - 1000, "退回", &f->diag), &f->diag);
    assert_null(printed(&w, &w.clerk, v, NULL));
    assert_string_equal(f->diag.code, "recovery.settled");
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_correction_pays_the_difference),
        ON_BOTH(a_raise_is_decided_by_another),
        ON_BOTH(suspended_and_resumed),
        ON_BOTH(a_death_is_refuted_not_resumed),
        ON_BOTH(letters_say_what_was_proposed_and_decided),
        ON_BOTH(a_letter_asks_back_what_is_open),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
