/* The exchange on either store: the catalogue's mistakes, a file that is gone on with, pages that are lists or not, tokens with
 * their rate and end. */
#include "../support/civil_world.h"

#include "civil/exchange/exchange.h"
#include "civil/exchange/exchange_internal.h"

#include <stdio.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

static struct actor officer(const char *role) { return world_actor(31, role, "110102"); }

static void file_in(const char *folder, const char *name, const char *text, int rows) {
    char path[400];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    for (int i = 0; i < rows; i++)
        fprintf(f, "驿站%d,养老服务驿站,110102001001,%d号,1,运营\n", i, i);
    fclose(f);
    struct timespec then[2] = {{.tv_sec = time(NULL) - 3600}, {.tv_sec = time(NULL) - 3600}};
    assert_int_equal(utimensat(AT_FDCWD, path, then, 0), 0);
}

static const struct json *asked(struct world *w, const struct exchange_asked *x, enum status want) {
    struct actor who = officer("district_clerk");
    struct json_writer jw;
    const struct json *j = NULL;
    BUF_AUTO out;
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    diag_clear(&w->f->diag);
    enum status s = exchange_ask(&w->civil, &who, w->arena, x, &jw, &w->f->diag);
    if (s != want)
        fail_msg("%s %s", status_name(s), w->f->diag.code);
    if (s != OK)
        return NULL;
    struct diag d = {0};
    expect_ok(json_parse(w->arena, span_of(arena_dup(w->arena, buf_span(&out))), &j, &d), &d);
    return json_get(j, "items");
}

static const char HEAD[] = "设施名称,设施类别,所在区划,地址,床位数,状态\n";

static void interrupted(void **state) {
    struct world w;
    char drop[300];
    world_open(&w, *state);
    snprintf(drop, sizeof drop, "%s/drop", w.f->folder);
    assert_int_equal(mkdir(drop, 0700), 0);
    file_in(drop, "a.csv", HEAD, 700);
    struct exchange_asked x = {.source = "care_facilities", .place = drop, .stop_after = 2};
    for (int i = 0; i < 2; i++) { /* stopped as by a kill: the run is open, and gone on with */
        asked(&w, &x, E_BUSY);
        assert_int_equal(ask_int(w.f, "SELECT count(*) FROM exchange_run"), 1);
        assert_int_equal(ask_int(w.f, "SELECT count(*) FROM exchange_run WHERE state = 'running' AND ended_at IS NULL"), 1);
        x.stop_after = 1;
    }
    x.stop_after = 0;
    const struct json *items = asked(&w, &x, OK);
    assert_int_equal(items->size, 1);
    assert_string_equal(json_str(items->item[0], "state", ""), "done");
    assert_int_equal(json_int(items->item[0], "rows", 0), 700);
    assert_int_equal(json_int(items->item[0], "added", 0), 700);
    assert_int_equal(asked(&w, &x, OK)->size, 0);
    assert_int_equal(ask_int(w.f, "SELECT count(*) FROM import_batch"), 1);
    file_in(drop, "empty.csv", HEAD, 0);
    items = asked(&w, &x, OK);
    assert_string_equal(json_str(items->item[0], "state", ""), "empty");
    world_close(&w);
}

struct pages { const char *body[4]; int at; };
static enum status page(void *arg, const char *url, size_t max, struct arena *a, struct span *ret, struct diag *d) {
    struct pages *p = arg;
    const char *body = p->at < 4 ? p->body[p->at++] : NULL;
    *ret = span_of(body ? body : "");
    return body ? OK : diag_fail(d, E_BUSY, "http.timeout");
}

static void lists(void **state) {
    static const struct { struct pages pages; const char *state; int64_t rows; } row[] = {
        {{{"{\"items\":[{\"name\":\"一\",\"kind\":\"养老服务驿站\",\"division\":\"110102001001\",\"state\":\"运营\",\"beds\":3}],\"next\":\"b\"}", "{\"items\":[],\"next\":null}"}, 0}, "done", 1},
        {{{"{\"items\":[{\"name\":\"一\"}],\"next\":\"b\"}", NULL}, 0}, "failed", 0},
        {{{"{\"items\":[{\"name\":{}}]}"}, 0}, "failed", 0},
        {{{"{\"items\":[],\"next\":\"b\"}", "{\"items\":[],\"next\":\"b\"}"}, 0}, "failed", 0},
        {{{"{\"items\":{}}"}, 0}, "failed", 0}, {{{"[]"}, 0}, "failed", 0}, {{{"\xff"}, 0}, "failed", 0},
        {{{"{\"items\":[],\"as_of\":\"2026-02-30\"}"}, 0}, "failed", 0}, {{{"{\"items\":[]}"}, 0}, "empty", 0},
    };
    struct world w;
    world_open(&w, *state);
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct pages p = row[i].pages;
        struct exchange_asked x = {.source = "care_facilities", .place = "http://simulated.example/", .page = page, .page_arg = &p};
        const struct json *items = asked(&w, &x, OK);
        assert_int_equal(items->size, 1);
        if (strcmp(json_str(items->item[0], "state", ""), row[i].state) != 0 || json_int(items->item[0], "rows", -1) != row[i].rows)
            fail_msg("row %zu: %s %lld", i, json_str(items->item[0], "state", ""), (long long)json_int(items->item[0], "rows", -1));
    }
    struct exchange_asked none = {.source = "legal_entities", .place = "http://simulated.example/", .page = page, .page_arg = &(struct pages){{NULL}, 0}};
    asked(&w, &none, E_INPUT);
    assert_string_equal(w.f->diag.code, "exchange.way");
    world_close(&w);
}

static void another_database(void **state) {
    struct world w;
    struct fixture *f = *state;
    world_open(&w, f);
    /* Its own store serves as the other one: numbers come as texts from either. */
    assert_int_equal(run_sql(f, "CREATE TABLE legal_entity (credit_code TEXT, name TEXT, kind TEXT, division TEXT, address TEXT, registered_on TEXT, registrar TEXT, supervisor TEXT, capital BIGINT, state TEXT, representative TEXT)"), OK);
    assert_int_equal(run_sql(f, "INSERT INTO legal_entity VALUES ('x', '甲', NULL, '110102001001', '', '2020-01-02', '', '', 1234567, '', 'a,\"b')"), OK);
    struct arrival got;
    struct diag d = {0};
    BUF_AUTO csv;
    buf_init(&csv, 0);
    expect_ok(exchange_by_sql(exchange_item(&w.civil, "sources", "legal_entities"), w.arena, f->url, &csv, &got, &d), &d);
    assert_int_equal(got.rows, 1);
    assert_string_equal(buf_str(&csv), "credit_code,name,kind,division,address,registered_on,registrar,supervisor,capital,state,representative\nx,甲,,110102001001,,2020-01-02,,,1234567,,\"a,\"\"b\"\n");
    world_close(&w);
}

static void tokens(void **state) {
    struct world w;
    world_open(&w, *state);
    struct actor leader = officer("leader"), clerk = officer("district_clerk");
    char token[EXCHANGE_TOKEN_CHARS + 1];
    int64_t id = 0;
    struct diag d = {0};
    BUF_AUTO out;
    buf_init(&out, 0);
    date_t today = instant_date(test_now(NULL));
    struct exchange_token_new n = {.offer = "facilities", .consumer = "sjj", .name = "区数据局", .division = "110102", .basis = "", .per_minute = 2, .expires_on = today};
    assert_int_equal(exchange_token_make(&w.civil, &clerk, &n, token, &id, &d), E_FORBIDDEN);
    struct exchange_token_new bad[] = {n, n, n, n, n, n, n, n};
    bad[0].offer = "none", bad[1].consumer = "-x", bad[2].name = "a\xE2\x80\xAE" "b", bad[3].division = "1101", bad[4].per_minute = 0, bad[5].expires_on = today - 1, bad[6].basis = "x", bad[7].division = "110115";
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        diag_clear(&d);
        if (exchange_token_make(&w.civil, &leader, &bad[i], token, &id, &d) == OK)
            fail_msg("row %zu was taken", i);
    }
    diag_clear(&d);
    expect_ok(exchange_token_make(&w.civil, &leader, &n, token, &id, &d), &d);
    for (int i = 0; i < 2; i++)
        expect_ok(exchange_fetch(&w.civil, span_of(token), "facilities", 0, &out, &d), &d);
    assert_int_equal(exchange_fetch(&w.civil, span_of(token), "facilities", 0, &out, &d), E_BUSY);
    assert_string_equal(d.code, "exchange.rate");
    assert_int_equal(ask_int(w.f, "SELECT count(*) FROM exchange_read"), 2);
    diag_clear(&d);
    assert_int_equal(exchange_fetch(&w.civil, span_of(token), "assistance_list", 0, &out, &d), E_AUTH);
    diag_clear(&d);
    assert_int_equal(exchange_token_revoke(&w.civil, &clerk, id, &d), E_NOT_FOUND);
    diag_clear(&d);
    expect_ok(exchange_token_revoke(&w.civil, &leader, id, &d), &d);
    assert_int_equal(exchange_fetch(&w.civil, span_of(token), "facilities", 0, &out, &d), E_AUTH);
    assert_int_equal(ask_int(w.f, "SELECT count(*) FROM evidence_row WHERE name = 'exchange_token'"), 2);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(interrupted), ON_BOTH(lists), ON_BOTH(another_database), ON_BOTH(tokens)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
