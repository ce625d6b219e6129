/* minzheng ledger export|balances|months|ask-close|close: the books without the web. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/books/books.h"
#include "ledger/journal.h"
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct ledger_call { struct cli *cli; const char *login; struct actor who; month_t month; struct out_file out; struct json_writer *w; };

static enum status write_piece(void *arg, struct span text, struct diag *d) {
    return out_file_write(arg, text, d);
}

static enum status export_in(struct txn *t, void *arg, struct diag *d) {
    struct ledger_call *x = arg;
    enum status s = out_file_again(&x->out, d); /* a reading may be run again */
    return s == OK ? ledger_journal(t, x->cli->civil.district, x->month ? books_month_end(x->month) : 0, write_piece, &x->out, d) : s;
}

static enum status export_to(struct ledger_call *x, const char *file, struct diag *d) {
    enum status s = out_file_open(file, 0, &x->out, d);
    return s == OK ? out_file_close(&x->out, store_read(x->cli->store, export_in, x, d), d) : s;
}

static enum status show_in(struct txn *t, void *arg, struct diag *d) {
    struct ledger_call *x = arg;
    return books_months_json(&x->cli->civil, t, &x->who, x->w, d);
}

static enum status balances_in(struct txn *t, void *arg, struct diag *d) {
    struct ledger_call *x = arg;
    struct civil *c = &x->cli->civil;
    return books_balances_json(c, t, &x->who, x->month, x->w, d);
}

static enum status print(struct ledger_call *x, txn_fn read, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, true);
    x->w = &w;
    enum status s = store_read(x->cli->store, read, x, d);
    if (s == OK)
        printf("%s\n", buf_str(&b));
    return s;
}

int cmd_ledger(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct ledger_call x = {.cli = c, .login = cli_option(c, &argc, argv, "as")};
    const char *month = cli_option(c, &argc, argv, "month"), *verb = argc ? argv[0] : "";
    bool exporting = strcmp(verb, "export") == 0, asking = strcmp(verb, "ask-close") == 0, closing = strcmp(verb, "close") == 0, months = strcmp(verb, "months") == 0;
    if ((!exporting && !asking && !closing && !months && strcmp(verb, "balances") != 0) || (!exporting && !x.login) || ((asking || closing) && !month) || (months && month))
        return cli_usage(c);
    int want = exporting ? 2 : 1;
    enum status s = cli_rest(c, argc, argv, want, want, &d);
    if (s == OK && month)
        s = month_parse(span_of(month), &x.month, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | (asking || closing ? CLI_VAULT | CLI_PACKS | CLI_CALENDAR : 0), &d);
    if (s == OK && x.login)
        s = cli_actor(c, x.login, &x.who, &d);
    x.who.lang = c->lang;
    if (s == OK && asking)
        s = books_closing_ask(&c->civil, &x.who, x.month, &d);
    if (s == OK && closing)
        s = books_closing_close(&c->civil, &x.who, x.month, &d);
    if (s == OK)
        s = exporting ? export_to(&x, argv[1], &d) : print(&x, strcmp(verb, "balances") == 0 ? balances_in : show_in, &d);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}
