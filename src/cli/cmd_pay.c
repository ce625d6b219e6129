/* minzheng pay recheck|run|preview|approve|export|return|reissue|list: payment runs without the web.
 *
 * Who acts is an account of the store (--as LOGIN); its roles and the
 * four-eyes rule hold here as on the desk. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/account/account.h"
#include "civil/payment/payment.h"
#include "civil/recheck/recheck.h"
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static enum status number_of(const char *verb, const char *text, int64_t *ret, struct diag *d) {
    return cli_number(text, 1, INT64_MAX, strcmp(verb, "reissue") == 0 ? "payment" : "batch", ret, d);
}

struct show { struct cli *cli; const struct actor *who; int64_t batch; struct json_writer *w; bool preview; };

static enum status show_one(struct txn *t, void *arg, struct diag *d) {
    struct show *x = arg;
    if (x->preview)
        return payment_preview_json(&x->cli->civil, t, x->who, x->batch, NULL, x->w, d);
    return x->batch ? payment_batch_one_json(&x->cli->civil, t, x->who, x->batch, x->w, d) : payment_batches_json(&x->cli->civil, t, x->who, x->w, d);
}

static enum status print_as(struct cli *c, const struct actor *who, int64_t batch, bool preview, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, true);
    struct show x = {c, who, batch, &w, preview};
    enum status s = store_read(c->store, show_one, &x, d);
    if (s == OK)
        printf("%s\n", buf_str(&b));
    return s;
}

static enum status print(struct cli *c, const struct actor *who, int64_t batch, struct diag *d) { return print_as(c, who, batch, false, d); }

static enum status run(struct cli *c, const struct actor *who, const char *month_arg, const char *scheme, struct diag *d) {
    month_t m;
    int64_t batch = 0;
    enum status s = month_parse(span_of(month_arg), &m, d);
    if (s == OK)
        s = payment_batch_prepare(&c->civil, who, c->civil.district, scheme, m, &batch, NULL, d);
    return s == OK ? print(c, who, batch, d) : s;
}

static enum status recheck(struct cli *c, const struct actor *who, const char *month_arg, const char *scheme, struct diag *d) {
    struct recheck_report r;
    month_t m;
    enum status s = month_parse(span_of(month_arg), &m, d);
    if (s == OK)
        s = recheck_month(&c->civil, who, c->civil.district, scheme, m, &r, d);
    if (s != OK)
        return s;
    if (!c->json) {
        cli_say(c, "recheck.report", CLI_ARGS(DIAG_S("scheme", scheme), DIAG_S("month", month_arg), DIAG_N("asked", r.asked), DIAG_N("same", r.count[RECHECK_SAME]),
            DIAG_N("higher", r.count[RECHECK_HIGHER]), DIAG_N("lower", r.count[RECHECK_LOWER]), DIAG_N("ends", r.count[RECHECK_ENDS]),
            DIAG_N("undecided", r.count[RECHECK_UNDECIDED]), DIAG_N("failed", r.count[RECHECK_FAILED]), DIAG_N("death", r.count[RECHECK_DEATH])));
        return OK;
    }
    BUF_AUTO b;
    struct json_writer w;
    buf_init(&b, 0);
    json_begin(&w, &b, true);
    json_object(&w);
    json_kint(&w, "asked", r.asked);
    for (int i = 0; i < RECHECK_KINDS; i++)
        json_kint(&w, recheck_kind_name((enum recheck_kind)i), r.count[i]);
    json_object_end(&w);
    printf("%s\n", buf_str(&b));
    return OK;
}

static enum status export_file(struct cli *c, const struct actor *who, int64_t batch, const char *format, const char *file, struct diag *d) {
    struct payment_file out;
    enum status s = payment_batch_file_as(&c->civil, c->arena, who, batch, format, &out, d);
    return s == OK ? out_file_whole(file, OUT_PRIVATE, out.body, d) : s; /* account numbers are in it */
}

static enum status take_returns(struct cli *c, const struct actor *who, int64_t batch, const char *file, int64_t *ret_rejected, struct diag *d) {
    struct span body;
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    const struct json *report = NULL;
    json_begin(&w, &b, true);
    enum status s = cli_read_file(c, file, 64 << 20, &body, d);
    if (s == OK)
        s = payment_batch_returns(&c->civil, c->arena, who, batch, body, &w, d);
    if (s == OK)
        s = json_parse(c->arena, buf_span(&b), &report, d);
    if (s == OK) {
        printf("%s\n", buf_str(&b));
        *ret_rejected = (int64_t)json_get(report, "rejected")->size;
    }
    return s;
}

/* {"bank_account": "…", "bank_name": "…"}, as over the API; from a file, since
 * everybody on the machine sees a command line. */
static enum status read_account(struct cli *c, const char *file, const char **ret_account, const char **ret_bank, struct diag *d) {
    struct span text;
    const struct json *j = NULL;
    enum status s = cli_read_file(c, file, 1 << 16, &text, d);
    if (s == OK)
        s = json_parse(c->arena, text, &j, d);
    if (s != OK)
        return s;
    *ret_account = json_str(j, "bank_account", "");
    *ret_bank = json_str(j, "bank_name", "");
    return j->type == JSON_OBJECT && j->size == 2 && **ret_account && **ret_bank ? OK : diag_fail(d, E_INPUT, "cli.pay_account", DIAG_S("file", file));
}

static enum status reissue(struct cli *c, const struct actor *who, int64_t payment, const char *file, const char *reason, struct diag *d) {
    const char *account = NULL, *bank = NULL;
    enum status s = file ? read_account(c, file, &account, &bank, d) : OK;
    if (s == OK)
        s = payment_reissue(&c->civil, who, payment, account, bank, reason, d);
    if (s == OK && c->json)
        printf("{\"payment\": \"%lld\"}\n", (long long)payment);
    else if (s == OK)
        cli_say(c, "pay.reissued", (const struct diag_arg[]){DIAG_N("payment", (long long)payment)}, 1);
    return s;
}

int cmd_pay(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct actor actor = {0};
    const char *login = cli_option(c, &argc, argv, "as");
    const char *month = cli_option(c, &argc, argv, "month"), *scheme = cli_option(c, &argc, argv, "scheme"), *account = cli_option(c, &argc, argv, "account"), *format = cli_option(c, &argc, argv, "format"), *reason = cli_option(c, &argc, argv, "reason"), *verb = argc ? argv[0] : "";
    int want = strcmp(verb, "run") == 0 || strcmp(verb, "list") == 0 || strcmp(verb, "recheck") == 0 ? 1 : strcmp(verb, "approve") == 0 || strcmp(verb, "preview") == 0 || strcmp(verb, "reissue") == 0 ? 2 : 3;
    bool known = want < 3 || strcmp(verb, "export") == 0 || strcmp(verb, "return") == 0;
    if (!known || !login || ((strcmp(verb, "run") == 0 || strcmp(verb, "recheck") == 0) && !month) || (account && strcmp(verb, "reissue") != 0) || !reason != (strcmp(verb, "reissue") != 0) || (format && strcmp(verb, "export") != 0))
        return cli_usage(c);
    int64_t number = 0, rejected = 0;
    enum status s = cli_rest(c, argc, argv, want, want, &d);
    if (s == OK && want > 1)
        s = number_of(verb, argv[1], &number, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_CALENDAR, &d);
    if (s == OK)
        s = cli_actor(c, login, &actor, &d);
    if (s == OK && strcmp(verb, "run") == 0)
        s = run(c, &actor, month, scheme ? scheme : "dibao", &d);
    else if (s == OK && strcmp(verb, "recheck") == 0)
        s = recheck(c, &actor, month, scheme ? scheme : "dibao", &d);
    else if (s == OK && strcmp(verb, "list") == 0)
        s = print(c, &actor, 0, &d);
    else if (s == OK && strcmp(verb, "preview") == 0)
        s = print_as(c, &actor, number, true, &d);
    else if (s == OK && strcmp(verb, "reissue") == 0)
        s = reissue(c, &actor, number, account, reason, &d);
    else if (s == OK && strcmp(verb, "approve") == 0) {
        s = payment_batch_approve(&c->civil, &actor, number, 0, &d);
        if (s == OK)
            s = print(c, &actor, number, &d);
    } else if (s == OK && strcmp(verb, "export") == 0)
        s = export_file(c, &actor, number, format, argv[2], &d);
    else if (s == OK)
        s = take_returns(c, &actor, number, argv[2], &rejected, &d);
    if (s != OK)
        return cli_fail(c, &d);
    return rejected ? EXIT_NO : EXIT_DONE;
}
