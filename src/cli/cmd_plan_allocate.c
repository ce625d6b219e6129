/* minzheng plan allocate FILE.csv --total YUAN [--unit fen|yuan|wan] [--json]
 * A sum shared out over divisions by weighted factors (因素法), every step shown.  Needs no store. */
#include "cli/cli.h"

#include "civil/budget/factors.h"

#include <stdio.h>
#include <string.h>

enum { FILE_BYTES_MAX = 16 << 20 /* FACTOR_DIVISIONS_MAX rows of FACTOR_MAX numbers of 16 digits take 6 MB */, PERCENT_DIGITS = 4 };

static const struct { const char *name; int64_t fen; } UNITS[] = {{"fen", 1}, {"yuan", 100}, {"wan", 1000000}};

static enum status unit_of(const char *name, int64_t *ret, struct diag *d) {
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++)
        if (strcmp(UNITS[i].name, name) == 0)
            return *ret = UNITS[i].fen, OK;
    return diag_fail(d, E_USAGE, "allocate.unit", DIAG_S("unit", name));
}

static enum status total_of(const char *text, int64_t *ret, struct diag *d) {
    struct dec yuan;
    if (!text)
        return diag_fail(d, E_USAGE, "allocate.total_needed");
    if (dec_parse(span_of(text), &yuan, NULL) != OK || !dec_is_int(dec_mul(yuan, dec_int(100))) || dec_to_fen(yuan, ret, NULL) != OK)
        return diag_fail(d, E_USAGE, "allocate.total", DIAG_S("text", text));
    return OK;
}

static const char *text_of(struct dec n, int scale, char out[DEC_TEXT_MAX]) {
    dec_text(dec_round(n, scale, DEC_HALF_EVEN), out);
    return out;
}

static void print_rounds(struct cli *c, const struct allocation *x) {
    for (size_t i = 0; i < x->round_count; i++) {
        const struct factor_round *g = &x->round[i];
        char rest[DEC_TEXT_MAX];
        text_of(dec_div(g->rest_fen, dec_int(100)), 2, rest);
        cli_say(c, g->at_floor || g->at_cap ? "allocate.round_held" : "allocate.round", CLI_ARGS(DIAG_N("round", (int64_t)i + 1), DIAG_S("rest", rest),
            DIAG_N("free", (int64_t)g->free), DIAG_N("floor", (int64_t)g->at_floor), DIAG_N("cap", (int64_t)g->at_cap)));
    }
    if (x->units_left)
        cli_say(c, "allocate.units", CLI_ARGS(DIAG_N("n", x->units_left)));
}

static void print_rows(struct cli *c, const struct allocation *x) {
    for (size_t i = 0; i < x->row_count; i++) {
        const struct factor_row *r = &x->row[i];
        char share[DEC_TEXT_MAX], amount[DEC_TEXT_MAX];
        text_of(dec_mul(r->share, dec_int(100)), PERCENT_DIGITS, share);
        text_of(dec_from_fen(r->amount_fen), 2, amount);
        cli_say(c, r->held < 0 ? "allocate.row_floor" : r->held > 0 ? "allocate.row_cap" : "allocate.row",
            CLI_ARGS(DIAG_S("division", r->division), DIAG_S("share", share), DIAG_S("amount", amount)));
    }
}

static int print(struct cli *c, const struct allocation *x) {
    BUF_AUTO b;
    buf_init(&b, 0);
    if (c->json) {
        struct json_writer w;
        json_begin(&w, &b, true);
        factors_json(x, &w);
        printf("%s\n", buf_str(&b));
        return EXIT_DONE;
    }
    print_rounds(c, x);
    print_rows(c, x);
    return EXIT_DONE;
}

int cmd_plan_allocate(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct allocation x = {0};
    struct span text;
    const char *total = cli_option(c, &argc, argv, "total"), *unit = cli_option(c, &argc, argv, "unit");
    enum status s = cli_rest(c, argc, argv, 1, 1, &d);
    if (s == OK)
        s = total_of(total, &x.total_fen, &d);
    if (s == OK)
        s = unit_of(unit ? unit : "yuan", &x.unit_fen, &d);
    if (s == OK)
        s = cli_read_file(c, argv[0], FILE_BYTES_MAX, &text, &d);
    if (s == OK)
        s = factors_read(c->arena, text, &x, &d);
    if (s == OK)
        s = factors_allocate(c->arena, &x, &d);
    return s == OK ? print(c, &x) : cli_fail(c, &d);
}
