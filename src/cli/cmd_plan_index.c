/* minzheng plan index [INDEX] [--as-of DATE] [--weights "PART=N ..."] [--spread PERCENT] [--db URL]
 * Divisions side by side on a composite index, its weights shown, and how firm each rank is. */
#include "cli/cli.h"

#include "calendar/clock.h"
#include "civil/indicator/composite.h"
#include "store/store.h"

#include <stdio.h>

struct job { struct cli *cli; struct plans plans; struct composite_query q; struct composite x; };

static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    return composite_read(&j->cli->civil, t, j->cli->arena, &j->plans, &j->q, &j->x, d);
}

static const char *text_of(struct dec n, char out[DEC_TEXT_MAX]) {
    dec_text(dec_round(n, 2, DEC_HALF_UP), out);
    return out;
}

static void say(const struct job *j) {
    const struct composite *x = &j->x;
    bool zh = j->cli->lang == LANG_ZH;
    char number[DEC_TEXT_MAX];
    for (size_t k = 0; k < x->parts; k++)
        cli_say(j->cli, x->used[k] ? "index.part" : "index.unused", CLI_ARGS(DIAG_S("name", zh ? x->part[k].name : x->part[k].name_en), DIAG_S("key", x->part[k].key),
            DIAG_S("weight", text_of(x->weight[k], number)), DIAG_N("moves", x->moves[k]), DIAG_N("without", (int64_t)x->without[k])));
    for (size_t i = 0; i < x->rows && x->row[i].rank; i++)
        cli_say(j->cli, "index.row", CLI_ARGS(DIAG_N("rank", x->row[i].rank), DIAG_S("name", x->row[i].name), DIAG_S("score", text_of(x->row[i].score, number)),
            DIAG_N("best", x->row[i].best), DIAG_N("worst", x->row[i].worst), DIAG_N("spread", x->spread)));
    if (!x->rows || !x->row[0].rank)
        cli_say(j->cli, "index.nothing", NULL, 0);
}

int cmd_plan_index(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *as_of = cli_option(c, &argc, argv, "as-of"), *weights = cli_option(c, &argc, argv, "weights"), *spread = cli_option(c, &argc, argv, "spread");
    struct job j = {.cli = c, .q = {.weights = weights, .as_of = instant_date(clock_now()), .spread = COMPOSITE_SPREAD}};
    int64_t percent = COMPOSITE_SPREAD;
    enum status s = cli_rest(c, argc, argv, 0, 1, &d);
    if (s == OK && as_of && date_parse(span_of(as_of), &j.q.as_of, &d) != OK)
        s = (diag_at(&d, "--as-of"), E_USAGE);
    if (s == OK && spread)
        s = cli_number(spread, 0, COMPOSITE_SPREAD_MAX, "spread", &percent, &d);
    j.q.spread = (int)percent;
    if (s == OK)
        s = cli_open(c, CLI_PACKS | CLI_STORE, &d);
    if (s == OK)
        s = plans_read(c->arena, c->packs, &j.plans, &d);
    j.q.index = argc > 0 ? argv[0] : j.plans.composite_count ? j.plans.composite->index : "";
    if (s == OK)
        s = store_read(c->store, ask, &j, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (c->json) {
        BUF_AUTO b;
        buf_init(&b, 0);
        struct json_writer w;
        json_begin(&w, &b, true);
        composite_json(&j.x, &w);
        printf("%s\n", buf_str(&b));
    } else
        say(&j);
    return EXIT_DONE;
}
