/* applications: what the heads of COUNT households of a demonstration would
 * enter, for bench_submissions, and clerks to enter it.
 *
 *   applications DB CLERKS COUNT > FILE
 *
 * A line each: the body of POST /api/cases.  The clerks bench-0, bench-1, … are
 * added to the store with the password of the demonstration, for the whole
 * district. */
#include "bench.h"

#include "calendar/clock.h"
#include "cli/cli.h"
#include "civil/demo/demo_form.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

struct job {
    struct cli *cli;
    int64_t clerks, count, written;
    struct { int64_t household, head; } *at;
};

static enum status add_clerks(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    enum status s = OK;
    for (int64_t i = 0; s == OK && i < j->clerks; i++) {
        int64_t id = txn_new_id(t);
        const char *login = arena_printf(txn_arena(t), "bench-%lld", (long long)i), *division = arena_printf(txn_arena(t), "%lld", (long long)j->cli->civil.district);
        s = sql_exec(t, d,
            "INSERT INTO account (id, login, password, name, kind, district, person, state, demo, must_change, failed, locked_until, created_at) "
            "SELECT ?, ?, password, name, kind, NULL, NULL, state, demo, 0, 0, NULL, created_at FROM account WHERE login = 'clerk'", SQL_I(id), SQL_S(login));
        if (s == OK)
            s = sql_exec(t, d, "INSERT INTO account_role (account, role, division) VALUES (?, 'clerk', ?)", SQL_I(id), SQL_S(division));
    }
    return s;
}

static enum status choose(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT m.household, m.person FROM household_member m "
        "JOIN person_record p ON p.district = m.district AND p.person = m.person AND p.superseded_at IS NULL AND p.valid_to IS NULL "
        "WHERE m.relation = '本人' AND m.superseded_at IS NULL AND m.valid_to IS NULL AND p.hukou = '本市' ORDER BY m.household LIMIT ?", SQL_I(j->count));
    int64_t n = 0;
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        j->at[n].household = rows_int(r, 0);
        j->at[n++].head = rows_int(r, 1);
    }
    j->count = n;
    return s;
}

static enum status write_one(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct json *form = NULL;
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    int64_t household = j->at[j->written].household, head = j->at[j->written].head;
    enum status s = demo_form(&j->cli->civil, t, a, j->cli->civil.district, household, head, txn_today(t), false, &form, d);
    if (s != OK)
        return s;
    json_begin(&w, &out, false);
    json_object(&w);
    json_kstring(&w, "matter", "dibao");
    json_kstring(&w, "channel", "counter");
    json_kid(&w, "applicant_person", head);
    json_kbool(&w, "declared", true);
    json_key(&w, "data");
    json_value(&w, form);
    json_object_end(&w);
    printf("%s\n", buf_str(&out));
    return OK;
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "applications DB CLERKS COUNT\n");
        return 2;
    }
    struct cli cli = {.db = argv[1], .arena = arena_new(0)};
    struct job j = {.cli = &cli, .clerks = strtoll(argv[2], NULL, 10), .count = strtoll(argv[3], NULL, 10)};
    BENCH_OK(clock_start(&bench_diag));
    BENCH_OK(cli_open(&cli, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_CALENDAR, &bench_diag));
    j.at = calloc((size_t)j.count, sizeof *j.at);
    BENCH_CHECK(j.at);
    BENCH_OK(store_write(cli.store, add_clerks, &j, &bench_diag));
    BENCH_OK(store_read(cli.store, choose, &j, &bench_diag));
    for (; j.written < j.count; j.written++)
        BENCH_OK(store_read(cli.store, write_one, &j, &bench_diag));
    store_free(cli.store);
    return 0;
}
