/* Payment runs on both backends: the whole way, its refusals in code and in the
 * schema, interruptions, the bank's files good and bad, and the books after
 * every step of a random life. */
#include "../support/payment_world.h"

#include "calendar/calendar.h"
#include "civil/account/account.h"
#include "civil/parameter/parameter.h"
#include "civil/payment/payment.h"
#include "civil/payment/payment_internal.h"

#include <pthread.h>

enum { MONTH = 2026 * 12 + 10 }; /* 2026-11, the month of test_instant */

static int findings(struct world *w) {
    BUF_AUTO out;
    int n = 0;
    buf_init(&out, 0);
    expect_ok(payment_check(&w->civil, LANG_EN, &out, &n, &w->f->diag), &w->f->diag);
    if (n && getenv("UNIT_VERBOSE"))
        print_message("%s", buf_str(&out));
    return n;
}

static int64_t prepare(struct world *w, month_t m) {
    int64_t batch = 0;
    expect_ok(payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", m, &batch, NULL, &w->f->diag), &w->f->diag);
    return batch;
}

static enum status approve(struct world *w, int64_t batch) { return payment_batch_approve(&w->civil, &w->finance, batch, 0, &w->f->diag); }

static struct span bank_file(struct world *w, int64_t batch) {
    struct span file = {0};
    const char *name = NULL;
    expect_ok(payment_batch_file(&w->civil, w->arena, &w->cashier, batch, &file, &name, &w->f->diag), &w->f->diag);
    return file;
}

static int64_t sent_batch(struct world *w, int n) {
    for (int i = 1; i <= n; i++)
        grant_one(w, i, 100000 + i, MONTH);
    int64_t batch = prepare(w, MONTH);
    expect_ok(approve(w, batch), &w->f->diag);
    (void)bank_file(w, batch);
    return batch;
}

struct one_json { struct world *w; int64_t batch; struct buf out; };
static enum status one_json(struct txn *t, void *arg, struct diag *d) {
    struct one_json *x = arg;
    struct json_writer w;
    buf_clear(&x->out);
    json_begin(&w, &x->out, false);
    return payment_batch_one_json(&x->w->civil, t, &x->w->cashier, x->batch, &w, d);
}

static const char *batch_json(struct world *w, int64_t batch) {
    struct one_json x = {.w = w, .batch = batch};
    buf_init(&x.out, 0);
    expect_ok(READ(w, one_json, &x), &w->f->diag);
    char *copy = arena_dup(w->arena, buf_span(&x.out));
    buf_release(&x.out);
    return copy;
}

static const struct json *returns(struct world *w, int64_t batch, const char *text, size_t size) {
    BUF_AUTO out;
    struct json_writer jw;
    const struct json *j = NULL;
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    expect_ok(payment_batch_returns(&w->civil, w->arena, &w->cashier, batch, (struct span){text, size}, &jw, &w->f->diag), &w->f->diag);
    expect_ok(json_parse(w->arena, buf_span(&out), &j, &w->f->diag), &w->f->diag);
    return j;
}

static const char *rejected(const struct json *report, size_t i) { return json_str(json_at(json_get(report, "rejected"), i), "code", ""); }

#define HEADER "付款编号,金额,状态,原因\n"

/* A good row for every payment of the batch. */
struct good_rows { int64_t batch; struct buf out; const char *state; int skip; int64_t first; };
static enum status good_rows(struct txn *t, void *arg, struct diag *d) {
    struct good_rows *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT id, amount_fen FROM payment WHERE batch = ? ORDER BY id", SQL_I(x->batch));
    buf_clear(&x->out);
    buf_adds(&x->out, HEADER);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        if (!x->first)
            x->first = rows_int(r, 0);
        buf_addf(&x->out, "%lld,%lld.%02lld,%s,\n", (long long)rows_int(r, 0), (long long)(rows_int(r, 1) / 100), (long long)(rows_int(r, 1) % 100), x->state);
    }
    return s;
}

static struct span all_rows(struct world *w, int64_t batch, const char *state) {
    struct good_rows x = {.batch = batch, .state = state};
    buf_init(&x.out, 0);
    expect_ok(READ(w, good_rows, &x), &w->f->diag);
    char *copy = arena_dup(w->arena, buf_span(&x.out));
    struct span ret = {copy, x.out.size};
    buf_release(&x.out);
    return ret;
}

/* ---- the whole way ------------------------------------------------------------------ */

static void a_month_from_preparing_to_settled(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    for (int i = 1; i <= 5; i++)
        grant_one(&w, i, 145000, MONTH);
    grant_one(&w, 6, 145000, MONTH + 1); /* begins next month */
    int64_t batch = prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch"), 5);
    assert_int_equal(ask_int(f, "SELECT total_fen FROM payment_batch"), 725000);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), 0);
    assert_int_equal(findings(&w), 0);

    int64_t again = 0;
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &again, NULL, &f->diag), &f->diag, E_CONFLICT, "payment.batch_exists");
    expect_fail(payment_batch_approve(&w.civil, &w.cashier, batch, 0, &f->diag), &f->diag, E_FORBIDDEN, "payment.role");
    struct span file;
    const char *name;
    expect_fail(payment_batch_file(&w.civil, w.arena, &w.cashier, batch, &file, &name, &f->diag), &f->diag, E_CONFLICT, "payment.state");
    expect_fail(payment_batch_approve(&w.civil, &w.finance, batch, 9, &f->diag), &f->diag, E_CONFLICT, "payment.version");

    expect_ok(payment_batch_approve(&w.civil, &w.finance, batch, 1, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT debit_fen FROM ledger_account WHERE code = '5001'"), 725000);
    assert_int_equal(ask_int(f, "SELECT credit_fen FROM ledger_account WHERE code = '2202'"), 725000);
    assert_int_equal(findings(&w), 0);
    expect_fail(approve(&w, batch), &f->diag, E_CONFLICT, "payment.state");

    file = bank_file(&w, batch);
    assert_non_null(strstr(file.at, "#minzheng-payment,1,"));
    assert_non_null(strstr(file.at, ",2026-11,5,7250.00\r\n"));
    assert_non_null(strstr(file.at, "示范人,6888000000000003,示范银行,1450.00,最低生活保障 2026-11\r\n"));
    assert_non_null(strstr(file.at, "\r\n#sm3,"));
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE state = 'sent'"), 5);
    assert_int_equal(findings(&w), 0);

    struct span rows = all_rows(&w, batch, "成功");
    const struct json *report = returns(&w, batch, rows.at, rows.size);
    assert_int_equal(json_int(report, "paid", -1), 5);
    assert_int_equal(json_get(report, "rejected")->size, 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_batch WHERE state = 'settled'"), 1);
    assert_int_equal(ask_int(f, "SELECT credit_fen - debit_fen FROM ledger_account WHERE code = '1002'"), 725000);
    assert_int_equal(ask_int(f, "SELECT credit_fen - debit_fen FROM ledger_account WHERE code = '1002.9'"), 0);
    assert_int_equal(findings(&w), 0);

    /* A supplementary batch takes up what is new, and only that. */
    grant_one(&w, 7, 1000, MONTH);
    (void)prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment"), 6);
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch WHERE state = 'draft'"), 1);
    world_close(&w);
}

static void the_file_is_the_same_bytes_for_ever(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t batch = sent_batch(&w, 3);
    struct span first = bank_file(&w, batch);
    must_run(f, "UPDATE person SET bank_account = NULL, bank_name = 'B'");
    must_run(f, "UPDATE person_record SET name = 'N'");
    struct span second = bank_file(&w, batch);
    assert_int_equal(first.size, second.size);
    assert_memory_equal(first.at, second.at, first.size);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE purpose = 'payment'"), 3); /* each is a read */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer WHERE kind = 'send'"), 3);
    world_close(&w);
}

/* ---- refusals --------------------------------------------------------------------------- */

static void two_people_in_code_and_in_the_schema(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    grant_one(&w, 1, 145000, MONTH);
    struct actor both = w.cashier;
    both.grant[both.grant_count++] = w.finance.grant[0];
    int64_t batch = 0;
    expect_ok(payment_batch_prepare(&w.civil, &both, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag);
    expect_fail(payment_batch_approve(&w.civil, &both, batch, 0, &f->diag), &f->diag, E_FORBIDDEN, "payment.two_people");
    expect_fail(run_sql(f, "UPDATE payment_batch SET approved_by = prepared_by"), &f->diag, E_CONFLICT, "store.constraint");
    assert_string_equal(f->diag.arg[0].value, "payment_batch_two_people");
    expect_fail(run_sql(f, "UPDATE payment_batch SET state = 'approved'"), &f->diag, E_CONFLICT, "store.constraint");
    assert_string_equal(f->diag.arg[0].value, "payment_batch_approved");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), 0);
    world_close(&w);
}

static void a_month_twice_is_impossible_in_the_schema(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    grant_one(&w, 1, 145000, MONTH);
    (void)prepare(&w, MONTH);
    static const char again[] =
        "INSERT INTO payment (district, id, batch, entitlement, root, month, amount_fen, payee, state) "
        "SELECT district, id + 1, batch, entitlement, root, month, amount_fen, payee, 'prepared' FROM payment";
    expect_fail(run_sql(f, again), &f->diag, E_CONFLICT, "store.constraint");
    assert_string_equal(f->diag.arg[0].value, "payment_once");
    must_run(f, "UPDATE payment SET state = 'cancelled'");
    must_run(f, again); /* the month is free again */
    world_close(&w);
}

static void cancelling_frees_the_month(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    grant_one(&w, 1, 145000, MONTH);
    int64_t batch = prepare(&w, MONTH);
    expect_fail(payment_batch_cancel(&w.civil, &w.cashier, batch, 0, "", &f->diag), &f->diag, E_INPUT, "payment.reason");
    expect_fail(payment_batch_cancel(&w.civil, &w.clerk, batch, 0, "算错了", &f->diag), &f->diag, E_NOT_FOUND, "payment.batch");
    expect_fail(payment_batch_cancel(&w.civil, &w.cashier, batch, 3, "算错了", &f->diag), &f->diag, E_CONFLICT, "payment.version");
    expect_ok(payment_batch_cancel(&w.civil, &w.cashier, batch, 1, "算错了", &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_cancel WHERE reason = '算错了'"), 1);
    expect_fail(approve(&w, batch), &f->diag, E_CONFLICT, "payment.state");
    expect_fail(payment_batch_cancel(&w.civil, &w.cashier, batch, 0, "算错了", &f->diag), &f->diag, E_CONFLICT, "payment.state");
    int64_t next = prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE state = 'prepared'"), 1);
    expect_ok(approve(&w, next), &f->diag);
    expect_fail(payment_batch_cancel(&w.civil, &w.finance, next, 0, "后悔了", &f->diag), &f->diag, E_CONFLICT, "payment.state");
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static enum status confirm(struct txn *t, void *arg, struct diag *d) {
    struct world *w = arg;
    return parameter_confirm_in(&w->civil, t, &w->finance, "低保标准", date_from_ymd(2025, 7, 1), "京民社救发〔2025〕1号", false, d);
}

static void an_unconfirmed_parameter_and_a_missing_account_block(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    struct receiver a = {.w = &w, .n = 1, .fen = 1000, .from = MONTH, .account = "6888000011112222", .parameters = TO_CONFIRM};
    struct receiver b = {.w = &w, .n = 2, .fen = 2000, .from = MONTH};
    expect_ok(WRITE(&w, grant_in, &a), &f->diag);
    expect_ok(WRITE(&w, grant_in, &b), &f->diag);
    int64_t batch = prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch"), 0);
    expect_fail(approve(&w, batch), &f->diag, E_CONFLICT, "payment.unconfirmed");
    const char *json = batch_json(&w, batch);
    assert_non_null(strstr(json, "参数“低保标准”待确认"));
    assert_non_null(strstr(json, "没有登记收款账号"));
    expect_ok(payment_batch_cancel(&w.civil, &w.cashier, batch, 0, "等待确认", &f->diag), &f->diag);

    grant_one(&w, 3, 3000, MONTH);
    batch = prepare(&w, MONTH); /* the others are not kept waiting */
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch WHERE state = 'draft'"), 1);
    expect_ok(approve(&w, batch), &f->diag);
    expect_ok(WRITE(&w, confirm, &w), &f->diag);
    (void)prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT total_fen FROM payment_batch WHERE state = 'draft'"), 1000);
    /* A confirmation is of a value. */
    must_run(f, "UPDATE parameter_confirmation SET value = '1400'");
    expect_ok(payment_batch_cancel(&w.civil, &w.cashier, ask_int(f, "SELECT id FROM payment_batch WHERE state = 'draft'"), 0, "再看看", &f->diag), &f->diag);
    (void)prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch WHERE state = 'draft'"), 0);
    world_close(&w);
}

static void who_what_and_when_are_asked(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t batch = 0;
    struct actor elsewhere = world_actor(20, "cashier", "110115");
    expect_fail(payment_batch_prepare(&w.civil, &w.finance, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag, E_FORBIDDEN, "payment.role");
    expect_fail(payment_batch_prepare(&w.civil, &elsewhere, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag, E_FORBIDDEN, "payment.role");
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "tibao", MONTH, &batch, NULL, &f->diag), &f->diag, E_INPUT, "payment.scheme");
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH + 2, &batch, NULL, &f->diag), &f->diag, E_CONFLICT, "payment.month_future");
    expect_fail(approve(&w, 12345), &f->diag, E_NOT_FOUND, "payment.batch");
    /* Nobody is entitled: there is no empty batch to approve. */
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag, E_CONFLICT, "payment.nobody");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_batch"), 0);
    world_close(&w);
}

static void settle_as(struct world *w, int64_t batch, const char *how) {
    (void)bank_file(w, batch);
    struct span rows = all_rows(w, batch, how);
    (void)returns(w, batch, rows.at, rows.size);
}

/* What came back is paid again on order, once, with the corrected account; the books hold the expense once. */
static void what_came_back_is_paid_again(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    struct receiver g = grant_one(&w, 1, 145000, MONTH);
    grant_one(&w, 2, 100000, MONTH);
    int64_t first = prepare(&w, MONTH), none = 0;
    expect_ok(approve(&w, first), &f->diag);
    int64_t line = ask_int(f, "SELECT id FROM payment WHERE amount_fen = 145000");
    expect_fail(payment_reissue(&w.civil, &w.cashier, line, NULL, NULL, "退回原因已核实", &f->diag), &f->diag, E_CONFLICT, "payment.not_returned");
    settle_as(&w, first, "失败");
    assert_int_equal(findings(&w), 0);
    /* Not by itself: nobody ordered it. */
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &none, NULL, &f->diag), &f->diag, E_CONFLICT, "payment.nothing_new");
    expect_fail(payment_reissue(&w.civil, &w.finance, line, NULL, NULL, "退回原因已核实", &f->diag), &f->diag, E_FORBIDDEN, "payment.role");
    expect_fail(payment_reissue(&w.civil, &w.cashier, 4711, NULL, NULL, "退回原因已核实", &f->diag), &f->diag, E_NOT_FOUND, "payment.none");
    expect_fail(payment_reissue(&w.civil, &w.cashier, line, "12", "示例银行", "退回原因已核实", &f->diag), &f->diag, E_INPUT, "register.bank_account");
    expect_fail(payment_reissue(&w.civil, &w.cashier, line, "6222000000000001", "", "退回原因已核实", &f->diag), &f->diag, E_INPUT, "payment.bank_name");
    static const char *const bad_bank[] = {"=1+1,\"x\"\n", "=cmd|calc", "+银行", "-银行", "@银行", "银行\n", "银\r\n行", "银\t行", "银\x01行", " 银行", "（银行）", "银行,二", "银行\"二", "银行=二",
        "银行-二", "银\xe2\x80\xae行", "银\xe2\x80\x8b行"};
    for (size_t i = 0; i < ARRAY_LEN(bad_bank); i++)
        expect_fail(payment_reissue(&w.civil, &w.cashier, line, "6222000000000001", bad_bank[i], "退回原因已核实", &f->diag), &f->diag, E_INPUT, "register.bank_name");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person WHERE bank_name <> '示范银行'"), 0);
    expect_fail(payment_reissue(&w.civil, &w.cashier, line, NULL, NULL, NULL, &f->diag), &f->diag, E_INPUT, "payment.reason");
    expect_fail(payment_reissue(&w.civil, &w.cashier, line, NULL, NULL, "　 ", &f->diag), &f->diag, E_INPUT, "payment.reason");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_reissue"), 0);
    expect_ok(payment_reissue(&w.civil, &w.cashier, line, "6222000000000001", "中国银行 (ABC)（西城·2支行）", "退回原因已核实", &f->diag), &f->diag);
    expect_fail(payment_reissue(&w.civil, &w.cashier, line, NULL, NULL, "退回原因已核实", &f->diag), &f->diag, E_CONFLICT, "payment.reissued");
    /* What is due of that month (test_civil_entitlement has one that changed meanwhile). */
    int64_t second = prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch WHERE state = 'draft'"), 1);
    assert_int_equal(ask_int(f, "SELECT total_fen FROM payment_batch WHERE state = 'draft'"), 145000);
    assert_int_equal(findings(&w), 0);
    expect_ok(approve(&w, second), &f->diag);
    assert_int_equal(ask_int(f, "SELECT debit_fen - credit_fen FROM ledger_account WHERE code = '5001'"), 245000); /* once each */
    assert_int_equal(ask_int(f, "SELECT credit_fen - debit_fen FROM ledger_account WHERE code = '2202'"), 245000);
    assert_int_equal(findings(&w), 0);
    struct span file = bank_file(&w, second);
    assert_non_null(strstr(file.at, "6222000000000001,中国银行 (ABC)（西城·2支行）,1450.00"));
    /* It comes back again, and is ordered again; then it arrives. */
    settle_as(&w, second, "失败");
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &none, NULL, &f->diag), &f->diag, E_CONFLICT, "payment.nothing_new");
    expect_ok(payment_reissue(&w.civil, &w.cashier, ask_int(f, "SELECT max(id) FROM payment"), NULL, NULL, "退回原因已核实", &f->diag), &f->diag);
    int64_t third = prepare(&w, MONTH);
    expect_ok(approve(&w, third), &f->diag);
    settle_as(&w, third, "成功");
    assert_int_equal(findings(&w), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE state = 'paid'"), 1);
    assert_int_equal(ask_int(f, "SELECT credit_fen - debit_fen FROM ledger_account WHERE code = '1002'"), 145000);
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &none, NULL, &f->diag), &f->diag, E_CONFLICT, "payment.nothing_new");
    /* The schema knows it too: no second live line beside the paid one, nor can a returned one turn. */
    expect_fail(run_sql(f, "UPDATE payment SET state = 'paid' WHERE state = 'returned' AND amount_fen = 145000"), &f->diag, E_CONFLICT, "store.constraint");
    assert_string_equal(f->diag.arg[0].value, "payment_once");
    assert_int_equal(g.fen, 145000);
    world_close(&w);
}

/* Several calls at once: one made the batch, the others found it. */
struct preparing { struct world *w; int64_t batch; bool made; enum status status; char code[64]; };
static void *prepare_too(void *arg) {
    struct preparing *x = arg;
    struct diag d = {0};
    x->status = payment_batch_prepare(&x->w->civil, &x->w->cashier, DISTRICT, "dibao", MONTH, &x->batch, &x->made, &d);
    snprintf(x->code, sizeof x->code, "%s", d.code);
    return NULL;
}
static void one_of_many_calls_makes_the_batch(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    for (int i = 1; i <= 20; i++)
        grant_one(&w, i, 1000, MONTH);
    enum { CALLS = 4 };
    struct preparing x[CALLS];
    pthread_t thread[CALLS];
    int made = 0;
    for (int i = 0; i < CALLS; i++) {
        x[i] = (struct preparing){.w = &w};
        assert_int_equal(pthread_create(&thread[i], NULL, prepare_too, &x[i]), 0);
    }
    for (int i = 0; i < CALLS; i++)
        pthread_join(thread[i], NULL);
    for (int i = 0; i < CALLS; i++) {
        made += x[i].status == OK && x[i].made;
        if (x[i].status == OK)
            assert_int_equal(x[i].batch, ask_int(f, "SELECT id FROM payment_batch"));
        else if (x[i].status != E_CONFLICT && x[i].status != E_BUSY)
            fail_msg("%s %s", status_name(x[i].status), x[i].code);
    }
    assert_int_equal(made, 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment"), 20);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

/* ---- interruptions ----------------------------------------------------------------------- */

static void an_interrupted_preparation_is_resumed(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    for (int i = 1; i <= 4; i++)
        grant_one(&w, i, 1000 * i, MONTH);
    int64_t batch = prepare(&w, MONTH);
    /* As it was after the first chunk: two are in, the place is kept. */
    must_run(f, "DELETE FROM payment WHERE amount_fen > 2000");
    must_run(f, "UPDATE payment_batch SET complete = 0, count = 2, total_fen = 3000, cursor = (SELECT max(entitlement) FROM payment)");
    expect_fail(approve(&w, batch), &f->diag, E_NOT_FOUND, "payment.batch"); /* not visible yet */
    assert_int_equal(prepare(&w, MONTH), batch);
    assert_int_equal(ask_int(f, "SELECT total_fen FROM payment_batch"), 10000);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment"), 4);
    assert_int_equal(findings(&w), 0);

    /* Taken up by another cashier it is prepared anew, in his name. */
    must_run(f, "UPDATE payment_batch SET complete = 0");
    struct actor other = world_actor(14, "cashier", "110102");
    int64_t same = 0;
    expect_ok(payment_batch_prepare(&w.civil, &other, DISTRICT, "dibao", MONTH, &same, NULL, &f->diag), &f->diag);
    assert_int_equal(same, batch);
    assert_int_equal(ask_int(f, "SELECT prepared_by FROM payment_batch"), 14);
    assert_int_equal(ask_int(f, "SELECT total_fen FROM payment_batch"), 10000);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static void an_approval_under_way_is_finished_not_cancelled(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    for (int i = 1; i <= 3; i++)
        grant_one(&w, i, 1000, MONTH);
    int64_t batch = prepare(&w, MONTH);
    must_run(f, "UPDATE payment_batch SET approved_by = 13, approved_at = 1");
    expect_fail(payment_batch_cancel(&w.civil, &w.cashier, batch, 0, "不要了", &f->diag), &f->diag, E_CONFLICT, "payment.approving");
    assert_non_null(strstr(batch_json(&w, batch), "\"approved_by\":null"));
    struct actor other = world_actor(15, "finance", "110102");
    expect_ok(payment_batch_approve(&w.civil, &other, batch, 0, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT approved_by FROM payment_batch"), 15);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer WHERE kind = 'approve'"), 3);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

/* Two entitlements of one root, as a move leaves them. */
static void one_root_is_paid_once(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    grant_one(&w, 1, 1000, MONTH);
    grant_one(&w, 2, 2000, MONTH);
    must_run(f, "UPDATE entitlement SET root = (SELECT min(id) FROM entitlement)");
    (void)prepare(&w, MONTH);
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch"), 1);
    assert_int_equal(ask_int(f, "SELECT total_fen FROM payment_batch"), 1000);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static void many_chunks(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t batch = sent_batch(&w, 620); /* above the chunks' 500 and 200 */
    assert_int_equal(ask_int(f, "SELECT count FROM payment_batch"), 620);
    struct span rows = all_rows(&w, batch, "成功");
    assert_int_equal(json_int(returns(&w, batch, rows.at, rows.size), "paid", 0), 620);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

/* ---- returns ------------------------------------------------------------------------------ */

static void returns_good_failed_again_and_contradictory(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t batch = sent_batch(&w, 4);
    int64_t p[4];
    for (int i = 0; i < 4; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT id FROM payment WHERE amount_fen = %d", 100001 + i);
        p[i] = ask_int(f, sql);
    }
    char *text = arena_printf(w.arena,
        HEADER
        "%lld,1000.01,成功,\n"   /* good */
        "%lld,1000.02,失败,closed\n"
        "%lld,1000.02,失败,closed\n" /* twice */
        "%lld,1000.03,成功,\n"
        "%lld,1000.03,失败,\n"   /* contradicts */
        "%lld,999.99,成功,\n"    /* another amount */
        "12345,10,成功,\n"       /* unknown */
        "x12,10,成功,\n"
        "99999999999999999999,10,成功,\n"
        "7,10.001,成功,\n"
        "8,-1,成功,\n"
        "9,10,也许,\n",
        (long long)p[0], (long long)p[1], (long long)p[1], (long long)p[2], (long long)p[2], (long long)p[3]);
    const struct json *r = returns(&w, batch, text, strlen(text));
    assert_int_equal(json_int(r, "accepted", -1), 2);
    assert_int_equal(json_int(r, "paid", -1), 1);
    assert_int_equal(json_int(r, "returned", -1), 1);
    static const char *const codes[] = {"payment.returns_twice", "payment.returns_contradict", "payment.returns_contradict", "payment.returns_differs",
        "payment.returns_unknown", "payment.returns_number", "payment.returns_number", "payment.returns_amount", "payment.returns_amount", "payment.returns_state"};
    assert_int_equal(json_get(r, "rejected")->size, ARRAY_LEN(codes));
    for (size_t i = 0; i < ARRAY_LEN(codes); i++)
        assert_string_equal(rejected(r, i), codes[i]);
    assert_string_equal(json_str(json_at(json_get(r, "rejected"), 0), "path", ""), "4");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_batch WHERE state = 'sent'"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE return_code = 'closed'"), 1);
    assert_int_equal(findings(&w), 0);

    r = returns(&w, batch, text, strlen(text)); /* the same file again books nothing */
    assert_int_equal(json_int(r, "accepted", -1), 0);
    assert_string_equal(rejected(r, 0), "payment.returns_again");
    char *flip = arena_printf(w.arena, HEADER "%lld,1000.01,失败,\n", (long long)p[0]);
    assert_string_equal(rejected(returns(&w, batch, flip, strlen(flip)), 0), "payment.returns_settled");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer WHERE kind IN ('paid', 'returned')"), 2);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static void returns_files_that_cannot_be_read(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t batch = sent_batch(&w, 1);
    static const struct { struct span text; const char *code; } bad[] = {
        {SPAN(""), "csv.empty"},
        {SPAN(HEADER), "payment.returns_empty"},
        {SPAN("编号,金额,状态,原因\n1,2,成功,\n"), "csv.header"},
        {SPAN("付款编号,金额,状态\n1,2,成功\n"), "csv.header"},
        {SPAN(HEADER "1,2,成功\n"), "csv.columns"},
        {SPAN(HEADER "1,\"2,成功,\n"), "csv.quote"},
        {SPAN(HEADER "1,2,\xb3\xc9\xb9\xa6,\n"), "csv.utf8"}, /* GB18030 */
        {SPAN("PK\3\4\0\0"), "csv.utf8"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        BUF_AUTO out;
        struct json_writer jw;
        buf_init(&out, 0);
        json_begin(&jw, &out, false);
        diag_clear(&f->diag);
        enum status s = payment_batch_returns(&w.civil, w.arena, &w.cashier, batch, bad[i].text, &jw, &f->diag);
        assert_int_equal(s, E_INPUT);
        if (strcmp(bad[i].code, "csv.utf8") != 0) /* a broken header may be named first */
            assert_string_equal(f->diag.code, bad[i].code);
    }
    /* A large one: 60,000 unknown rows, each named. */
    BUF_AUTO huge;
    buf_init(&huge, 0);
    buf_adds(&huge, HEADER);
    for (int i = 1; i <= 60000; i++)
        buf_addf(&huge, "%d,1.00,成功,\n", i);
    const struct json *r = returns(&w, batch, buf_str(&huge), huge.size);
    assert_int_equal(json_get(r, "rejected")->size, 60000);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE state = 'sent'"), 1);
    /* The same file as a bank's Windows writes it: GB18030. */
    static const char GB_HEADER[] = "\xB8""\xB6""\xBF""\xEE""\xB1""\xE0""\xBA""\xC5"",\xBD""\xF0""\xB6""\xEE"",\xD7""\xB4""\xCC""\xAC"",\xD4""\xAD""\xD2""\xF2""\n";
    int64_t one = ask_int(f, "SELECT min(id) FROM payment WHERE state = 'sent'");
    char gb[200];
    int n = snprintf(gb, sizeof gb, "%s%lld,1001.01,\xB3""\xC9""\xB9""\xA6"",\n", GB_HEADER, (long long)one);
    r = returns(&w, batch, gb, (size_t)n);
    assert_true(json_get(r, "rejected")->size == 0 || strcmp(rejected(r, 0), "payment.returns_differs") == 0); /* read, whatever the sum */
    struct actor outsider = w.clerk;
    BUF_AUTO out;
    struct json_writer jw;
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    expect_fail(payment_batch_returns(&w.civil, w.arena, &outsider, batch, SPAN(HEADER "1,2,成功,\n"), &jw, &f->diag), &f->diag, E_NOT_FOUND, "payment.batch");
    world_close(&w);
}

/* ---- findings ------------------------------------------------------------------------------- */

static void the_check_finds_each_planted_fault(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t batch = sent_batch(&w, 2);
    struct span rows = all_rows(&w, batch, "成功");
    (void)returns(&w, batch, rows.at, rows.size);
    assert_int_equal(findings(&w), 0);
    static const struct { const char *fault, *repair; } planted[] = {
        {"UPDATE payment_batch SET total_fen = total_fen + 1", "UPDATE payment_batch SET total_fen = total_fen - 1"},
        {"UPDATE payment_batch SET count = count + 1", "UPDATE payment_batch SET count = count - 1"},
        {"UPDATE ledger_account SET debit_fen = debit_fen + 1 WHERE code = '5001'", "UPDATE ledger_account SET debit_fen = debit_fen - 1 WHERE code = '5001'"},
        {"UPDATE payment SET state = 'sent' WHERE amount_fen = 100001", "UPDATE payment SET state = 'paid' WHERE amount_fen = 100001"},
        {"UPDATE payment SET state = 'cancelled' WHERE amount_fen = 100001", "UPDATE payment SET state = 'paid' WHERE amount_fen = 100001"},
        {"UPDATE payment SET entry = -entry WHERE amount_fen = 100001", "UPDATE payment SET entry = -entry WHERE amount_fen = 100001"},
        {"UPDATE ledger_transfer SET reference = -reference WHERE kind = 'paid' AND amount_fen = 100001",
            "UPDATE ledger_transfer SET reference = -reference WHERE kind = 'paid' AND amount_fen = 100001"},
        {"UPDATE ledger_transfer SET kind = 'x' WHERE kind = 'send' AND amount_fen = 100001", "UPDATE ledger_transfer SET kind = 'send' WHERE kind = 'x'"},
        {"UPDATE payment_batch SET state = 'cancelled'", "UPDATE payment_batch SET state = 'settled'"},
        {"UPDATE payment_file SET sm3 = sm3 || 'x'", "UPDATE payment_file SET sm3 = substr(sm3, 1, 64)"},
    };
    for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
        must_run(f, planted[i].fault);
        if (findings(&w) == 0)
            fail_msg("not found: %s", planted[i].fault);
        must_run(f, planted[i].repair);
        assert_int_equal(findings(&w), 0);
    }
    must_run(f, "DROP INDEX payment_once"); /* what the schema forbids */
    must_run(f, "INSERT INTO payment (district, id, batch, entitlement, root, month, amount_fen, payee, state) "
        "SELECT district, 1, batch, entitlement, root, month, amount_fen, payee, 'prepared' FROM payment WHERE amount_fen = 100001");
    assert_true(findings(&w) > 0);
    world_close(&w);
}

/* ---- a random life ------------------------------------------------------------------------------ */

static int64_t any_batch(struct fixture *f, uint64_t *seed) {
    char sql[128];
    int64_t n = ask_int(f, "SELECT count(*) FROM payment_batch");
    snprintf(sql, sizeof sql, "SELECT id FROM payment_batch ORDER BY id LIMIT 1 OFFSET %lld", (long long)(n ? unit_random(seed) % (uint64_t)n : 0));
    return n ? ask_int(f, sql) : 1;
}

static enum status random_step(struct world *w, uint64_t *seed, int *grants) {
    struct fixture *f = w->f;
    int64_t batch = any_batch(f, seed), ret = 0;
    struct span file;
    const char *name;
    diag_clear(&f->diag);
    switch (unit_random(seed) % 7) {
    case 0: {
        int n = ++*grants;
        grant_one(w, n, 1 + (int64_t)(unit_random(seed) % 200000), MONTH - (int64_t)(unit_random(seed) % 2));
        return OK;
    }
    case 1: return payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", MONTH - (int64_t)(unit_random(seed) % 2), &ret, NULL, &f->diag);
    case 2:
    case 3: return approve(w, batch);
    case 4: return payment_batch_cancel(&w->civil, &w->cashier, batch, 0, "随机", &f->diag);
    case 5: return payment_batch_file(&w->civil, w->arena, &w->cashier, batch, &file, &name, &f->diag);
    default: {
        struct span rows = all_rows(w, batch, unit_random(seed) % 3 ? "成功" : "失败");
        BUF_AUTO out;
        struct json_writer jw;
        buf_init(&out, 0);
        json_begin(&jw, &out, false);
        diag_clear(&f->diag);
        return payment_batch_returns(&w->civil, w->arena, &w->cashier, batch, (struct span){rows.at, unit_random(seed) % 2 ? rows.size : rows.size / 2}, &jw, &f->diag);
    }
    }
}

static void the_books_balance_after_every_step(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    uint64_t seed = unit_seed(__func__);
    int grants = 0, done = 0;
    for (int i = 0; i < 120; i++) {
        enum status s = random_step(&w, &seed, &grants);
        if (s != OK && s != E_CONFLICT && s != E_INPUT && s != E_NOT_FOUND)
            fail_msg("step %d: %s %s", i, status_name(s), f->diag.code);
        done += s == OK;
        if (findings(&w) != 0)
            fail_msg("findings after step %d", i);
        assert_int_equal(ask_int(f, "SELECT COALESCE(sum(debit_fen) - sum(credit_fen), 0) FROM ledger_account"), 0);
    }
    assert_true(done > 20);
    world_close(&w);
}

/* By the 10th; where that is a day off, by the working day before, make-up days among them. */
static void a_payday_on_a_holiday_comes_earlier(void **state) {
    static const struct { int year, month, day_month, day; } CASES[] = {
        {2026, 11, 11, 10}, /* a Tuesday */
        {2026, 10, 10, 10}, /* a Saturday that is worked */
        {2026, 5, 5, 9},    /* a Sunday; the Saturday before is worked */
        {2026, 1, 1, 9},    /* a Saturday like any other */
        {2027, 2, 2, 4},    /* amid a week of holidays */
        {2027, 1, 12, 31},  /* ten days off: into the year before */
    };
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    AUTO(arena) struct arena *a = arena_new(0);
    BUF_AUTO csv;
    buf_init(&csv, 0);
    buf_adds(&csv, "date,kind,name\n2026-01-01,holiday,元旦\n2026-05-09,workday,劳动节\n2026-10-10,workday,国庆节\n");
    for (int day = 1; day <= 10; day++)
        buf_addf(&csv, "2027-01-%02d,holiday,元旦\n", day);
    for (int day = 5; day <= 11; day++)
        buf_addf(&csv, "2027-02-%02d,holiday,春节\n", day);
    expect_ok(calendar_load(a, buf_span(&csv), &w.civil.calendar, &f->diag), &f->diag);
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++) {
        struct batch batch = {.month = CASES[i].year * 12 + CASES[i].month - 1};
        date_t due = date_from_ymd(CASES[i].year - (CASES[i].day_month > CASES[i].month), CASES[i].day_month, CASES[i].day);
        assert_int_equal(batch_due_on(&w.civil, &batch), due);
    }
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_month_from_preparing_to_settled),
        ON_BOTH(the_file_is_the_same_bytes_for_ever),
        ON_BOTH(two_people_in_code_and_in_the_schema),
        ON_BOTH(a_month_twice_is_impossible_in_the_schema),
        ON_BOTH(cancelling_frees_the_month),
        ON_BOTH(what_came_back_is_paid_again),
        ON_BOTH(one_of_many_calls_makes_the_batch),
        ON_BOTH(an_unconfirmed_parameter_and_a_missing_account_block),
        ON_BOTH(who_what_and_when_are_asked),
        ON_BOTH(an_interrupted_preparation_is_resumed),
        ON_BOTH(an_approval_under_way_is_finished_not_cancelled),
        ON_SQLITE_ONLY(a_payday_on_a_holiday_comes_earlier),
        ON_BOTH(one_root_is_paid_once),
        ON_BOTH(many_chunks),
        ON_BOTH(returns_good_failed_again_and_contradictory),
        ON_BOTH(returns_files_that_cannot_be_read),
        ON_BOTH(the_check_finds_each_planted_fault),
        ON_BOTH(the_books_balance_after_every_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
