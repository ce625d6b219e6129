/* Registers from their schemas: typed tables, two times, sealed numbers, filters,
 * taking back a batch; every wrong value is refused with its field. */
#include "../support/civil_world.h"

#include "civil/register/record.h"

struct act { struct world *w; const char *name; struct record_act x; int64_t id; struct actor who; };

static enum status write_in(struct txn *t, void *arg, struct diag *d) {
    struct act *a = arg;
    return record_write_json(&a->w->civil, t, &a->who, a->name, &a->x, &a->id, d);
}

static const struct json *parsed(struct world *w, const char *text) {
    const struct json *j = NULL;
    struct diag d = {0};
    expect_ok(json_parse(w->arena, span_of(text), &j, &d), &d);
    return j;
}

static date_t day(int y, int m, int d) { return date_from_ymd(y, m, d); }

static enum status write_record(struct world *w, const char *name, const char *what, int64_t *id, int64_t version, const char *values, date_t on, const char *why) {
    struct act a = {.w = w, .name = name, .who = world_actor(21, "district_clerk", "110102"),
        .x = {.act = what, .id = *id, .version = version, .values = values ? parsed(w, values) : NULL, .on = on, .reason = why}};
    enum status s = WRITE(w, write_in, &a);
    if (s == OK)
        *id = a.id;
    return s;
}

static void code_of(char out[19], int n) {
    char text[64];
    snprintf(text, sizeof text, "52110102MJ%07d", n);
    memcpy(out, text, 17);
    out[17] = credit_check_digit(out);
    out[18] = 0;
}

static char *organisation(struct world *w, int n, const char *name) {
    char code[19], number[19];
    code_of(code, n);
    world_number(number, day(1980, 2, 3), true, n);
    return arena_printf(w->arena, "{\"credit_code\":\"%s\",\"name\":\"%s\",\"kind\":\"service_body\",\"division\":\"110102001001\",\"state\":\"active\",\"capital\":3000050,"
        "\"representative\":\"欧阳晓明\",\"representative_number\":\"%s\",\"phone\":\"19012345678\"}", code, name, number);
}

/* ---- reading back --------------------------------------------------------------------------- */

struct look { struct world *w; const char *name; int64_t id, version, total; date_t on; instant_t known; struct record_query q; struct buf out; const struct json *json; const char *column, *purpose; struct span value; int64_t entry; struct actor who; };

static enum status look_in(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    struct json_writer jw;
    buf_clear(&x->out);
    json_begin(&jw, &x->out, false);
    return x->id ? record_json(&x->w->civil, t, &x->who, x->name, x->id, x->on, x->known, &jw, &x->version, d) : records_json(&x->w->civil, t, &x->who, x->name, &x->q, &jw, d);
}

static const struct json *look(struct world *w, struct look *x) {
    x->w = w;
    if (!x->who.account)
        x->who = world_actor(21, "district_clerk", "110102");
    buf_init(&x->out, 0);
    if (!x->q.on)
        x->q.on = DATE_NONE;
    expect_ok(READ(w, look_in, x), &w->f->diag);
    x->json = parsed(w, arena_dup(w->arena, buf_span(&x->out)));
    buf_release(&x->out);
    return x->json;
}

static const struct json *record_of(struct world *w, const char *name, int64_t id, date_t on, instant_t known, int64_t *ret_version) {
    struct look x = {.name = name, .id = id, .on = on, .known = known};
    const struct json *j = look(w, &x);
    if (ret_version)
        *ret_version = x.version;
    return j;
}

static int64_t found(struct world *w, const char *name, const char *filter, const char *text) {
    struct look x = {.name = name, .q = {.filter = filter ? parsed(w, filter) : NULL, .text = text, .on = DATE_NONE}};
    const struct json *j = look(w, &x);
    assert_int_equal(json_int(j, "total", -1), json_get(j, "items")->size);
    return json_int(j, "total", -1);
}

static void two_times(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    int64_t id = 0, version = 0;
    assert_int_equal(write_record(&w, "organisation", "new", &id, 0, organisation(&w, 1, "一号服务社"), day(2020, 1, 1), NULL), OK);
    const struct json *first = record_of(&w, "organisation", id, DATE_NONE, 0, &version), *v = json_get(json_get(first, "record"), "values");
    assert_int_equal(version, 1);
    assert_string_equal(json_str(v, "name", ""), "一号服务社");
    assert_int_equal(json_int(v, "capital", 0), 3000050);
    assert_string_equal(json_str(v, "representative", ""), "欧＊＊＊");
    assert_string_equal(json_str(v, "phone", ""), "190****5678");
    assert_non_null(strstr(json_str(v, "representative_number", ""), "********"));
    assert_string_equal(json_str(json_get(json_get(first, "record"), "names"), "division", ""), "一社区");

    /* A change keeps what was so before. */
    assert_int_equal(write_record(&w, "organisation", "change", &id, 1, "{\"name\":\"二号服务社\"}", day(2024, 5, 1), "更名"), OK);
    const struct json *before = record_of(&w, "organisation", id, day(2024, 4, 30), 0, &version), *after = record_of(&w, "organisation", id, day(2024, 5, 1), 0, NULL);
    assert_string_equal(json_str(json_get(json_get(before, "record"), "values"), "name", ""), "一号服务社");
    assert_string_equal(json_str(json_get(json_get(after, "record"), "values"), "name", ""), "二号服务社");
    assert_int_equal(version, 3);
    assert_int_equal(json_get(after, "history")->size, 3);
    assert_true(json_is_null(json_get(record_of(&w, "organisation", id, day(2019, 12, 31), 0, NULL), "record")));

    /* A correction says that it was never so; what was on record then is still known. */
    const struct json *last = json_get(record_of(&w, "organisation", id, DATE_NONE, 0, NULL), "record");
    instant_t then = 0;
    expect_ok(instant_parse(span_of(json_str(last, "recorded_at", "")), &then, &f->diag), &f->diag);
    assert_int_equal(write_record(&w, "organisation", "correct", &id, 3, "{\"name\":\"三号服务社\"}", DATE_NONE, "录入有误"), OK);
    assert_string_equal(json_str(json_get(json_get(record_of(&w, "organisation", id, day(2024, 5, 1), 0, &version), "record"), "values"), "name", ""), "三号服务社");
    assert_string_equal(json_str(json_get(json_get(record_of(&w, "organisation", id, day(2024, 5, 1), then, NULL), "record"), "values"), "name", ""), "二号服务社");

    assert_int_equal(write_record(&w, "organisation", "change", &id, 3, "{\"name\":\"x\"}", day(2024, 6, 1), "旧版本"), E_CONFLICT);
    assert_int_equal(write_record(&w, "organisation", "change", &id, 4, "{\"name\":\"x\"}", day(2024, 4, 1), "太早"), E_CONFLICT);
    assert_int_equal(write_record(&w, "organisation", "change", &id, 4, "{\"name\":\"x\"}", day(2199, 4, 1), "未来"), E_INPUT);
    assert_int_equal(write_record(&w, "organisation", "change", &id, 4, "{\"name\":\"x\"}", day(2024, 6, 1), ""), E_INPUT);
    assert_int_equal(write_record(&w, "organisation", "end", &id, 4, NULL, day(2025, 1, 1), "注销"), OK);
    assert_int_equal(found(&w, "organisation", NULL, NULL), 0);
    assert_int_equal(write_record(&w, "organisation", "change", &id, 5, "{\"name\":\"x\"}", day(2025, 2, 1), "终止之后"), E_CONFLICT);
    int64_t again = 0; /* the key of what ended is free */
    assert_int_equal(write_record(&w, "organisation", "new", &again, 0, organisation(&w, 1, "再设立"), day(2025, 3, 1), NULL), OK);
    assert_int_equal(write_record(&w, "organisation", "new", &again, 0, organisation(&w, 1, "重复"), day(2025, 3, 1), NULL), E_CONFLICT);
    assert_string_equal(f->diag.code, "register.key_taken");
    world_close(&w);
}

static void lists_and_filters(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    for (int i = 0; i < 12; i++) {
        int64_t id = 0;
        char *values = arena_printf(w.arena, "{\"name\":\"驿站%d%s\",\"kind\":\"%s\",\"division\":\"%s\",\"beds\":%d,\"longitude\":116.3%02d4567,\"state\":\"open\",\"phone\":\"190000000%02d\"}", i,
            i == 3 ? "_%特" : "", i % 2 ? "care_station" : "care_home", i < 6 ? "110102001001" : "110102002001", i * 10, i, i);
        assert_int_equal(write_record(&w, "facility", "new", &id, 0, values, day(2021, 1, 1), NULL), OK);
    }
    assert_int_equal(found(&w, "facility", NULL, NULL), 12);
    assert_int_equal(found(&w, "facility", "{\"kind\":\"care_home\"}", NULL), 6);
    assert_int_equal(found(&w, "facility", "{\"kind\":[\"care_home\",\"care_station\"],\"beds\":{\"min\":40,\"max\":70}}", NULL), 4);
    assert_int_equal(found(&w, "facility", "{\"division\":\"110102001\"}", NULL), 6);
    assert_int_equal(found(&w, "facility", "{\"longitude\":{\"min\":116.300000,\"max\":116.302999}}", NULL), 3);
    assert_int_equal(found(&w, "facility", "{\"phone\":\"19000000004\"}", NULL), 1); /* by the blind index */
    assert_int_equal(found(&w, "facility", NULL, "_%"), 1); /* the pattern's own characters are characters */
    assert_int_equal(found(&w, "facility", NULL, "驿站1"), 3);
    struct look page = {.name = "facility", .q = {.limit = 5, .on = DATE_NONE}};
    const struct json *one = look(&w, &page);
    assert_int_equal(json_get(one, "items")->size, 5);
    page.q.after = strtoll(json_str(one, "next", "0"), NULL, 10);
    const struct json *two = look(&w, &page);
    assert_string_not_equal(json_str(two->item[0]->item[0], "id", ""), json_str(one->item[0]->item[4], "id", ""));
    static const char *const wrong[] = {"[1]", "{\"nothing\":1}", "{\"beds\":\"many\"}", "{\"beds\":{\"least\":1}}", "{\"kind\":\"castle\"}", "{\"kind\":[]}", "{\"kind\":{\"min\":1}}",
        "{\"division\":\"11x\"}", "{\"manager\":\"王\"}", "{\"phone\":\"x\"}", "{\"beds\":null}", "{\"name\":\"\"}"};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct look x = {.w = &w, .name = "facility", .who = world_actor(21, "district_clerk", "110102"), .q = {.filter = parsed(&w, wrong[i]), .on = DATE_NONE}};
        buf_init(&x.out, 0);
        assert_int_equal(READ(&w, look_in, &x), E_INPUT);
        buf_release(&x.out);
    }
    world_close(&w);
}

static void wrong_values(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    static const struct { const char *column, *value, *code; } bad[] = {
        {"credit_code", "\"52110102MJ0000001\"", "register.value.credit_code"}, {"credit_code", "\"52110102MJ00000010\"", "register.value.credit_code"},
        {"credit_code", "null", "register.value.required"}, {"name", "\"\"", "register.value.required"}, {"name", "\"a\\u202eb\"", "register.value.characters"},
        {"kind", "\"castle\"", "register.value.code"}, {"kind", "\"社会服务机构\"", "register.value.code"}, {"division", "\"999999\"", "register.value.division"},
        {"capital", "-1", "register.value.range"}, {"capital", "1e30", "register.value.range"}, {"capital", "\"100\"", "register.value.type"}, {"capital", "0.5", "register.value.digits"},
        {"registered_on", "\"2024-02-30\"", "register.value.date"}, {"registered_on", "\"2024/2/3\"", "register.value.date"},
        {"representative", "\"王＊\"", "register.value.masked"}, {"representative_number", "\"110102198002030012\"", "register.value.id_number"}, {"phone", "\"call me\"", "register.value.phone"},
        {"phone", "true", "register.value.type"}, {"owner", "1", "register.fact_unknown"},
    };
    const struct json *good = parsed(&w, organisation(&w, 7, "七号"));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct act a = {.w = &w, .name = "organisation", .who = world_actor(21, "district_clerk", "110102"),
            .x = {.act = "new", .on = day(2020, 1, 1), .values = json_with(w.arena, good, bad[i].column, parsed(&w, bad[i].value))}};
        assert_int_equal(WRITE(&w, write_in, &a), E_INPUT);
        assert_string_equal(f->diag.code, bad[i].code);
        if (strcmp(bad[i].code, "register.fact_unknown") != 0)
            assert_string_equal(f->diag.where, bad[i].column);
    }
    assert_int_equal(found(&w, "organisation", NULL, NULL), 0);
    struct act outside = {.w = &w, .name = "organisation", .who = world_actor(22, "clerk", "110102002"), .x = {.act = "new", .on = day(2020, 1, 1), .values = good}};
    assert_int_equal(WRITE(&w, write_in, &outside), E_FORBIDDEN);
    outside.who = world_actor(23, "leader", "110102");
    assert_int_equal(WRITE(&w, write_in, &outside), E_FORBIDDEN);
    outside.name = "income"; /* of people: not by this door */
    assert_int_equal(WRITE(&w, write_in, &outside), E_NOT_FOUND);
    world_close(&w);
}

/* ---- who looks, exports, batches ------------------------------------------------------------ */

static enum status reveal_in(struct txn *t, void *arg, struct diag *d) {
    struct look *x = arg;
    return record_reveal(&x->w->civil, t, &x->who, x->purpose, x->name, x->id, x->column, x->w->arena, &x->value, &x->entry, d);
}

static void revealed_on_record(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    int64_t id = 0;
    assert_int_equal(write_record(&w, "organisation", "new", &id, 0, organisation(&w, 3, "=三号,\\\"服务社\\\""), day(2020, 1, 1), NULL), OK);
    struct look x = {.w = &w, .name = "organisation", .id = id, .column = "representative_number", .purpose = "enquiry", .who = world_actor(21, "district_clerk", "110102")};
    expect_ok(WRITE(&w, reveal_in, &x), &f->diag);
    assert_int_equal(x.value.size, 18);
    assert_true(x.entry > 0);
    x.purpose = "payment"; /* not one of the role's */
    assert_int_equal(WRITE(&w, reveal_in, &x), E_FORBIDDEN);
    x.purpose = "enquiry";
    x.column = "name";
    assert_int_equal(WRITE(&w, reveal_in, &x), E_INPUT);
    x.column = "representative_number";
    x.who = world_actor(24, "leader", "110102");
    x.purpose = "supervision";
    assert_int_equal(WRITE(&w, reveal_in, &x), E_FORBIDDEN);

    struct record_query all = {.on = DATE_NONE};
    int64_t rows = 0;
    BUF_AUTO out;
    buf_init(&out, 0);
    struct actor clerk = world_actor(21, "district_clerk", "110102");
    expect_ok(records_export(&w.civil, &clerk, "organisation", &all, "case_handling", &out, &rows, &f->diag), &f->diag);
    assert_int_equal(rows, 1);
    assert_non_null(strstr(buf_str(&out), "\xEF\xBB\xBF统一社会信用代码,"));
    assert_non_null(strstr(buf_str(&out), ",\"'=三号,\"\"服务社\"\"\","));
    assert_non_null(strstr(buf_str(&out), "30000.50"));
    assert_null(strstr(buf_str(&out), "欧阳"));
    assert_null(strstr(buf_str(&out), "19012345678"));
    world_close(&w);
}

struct batch { struct world *w; int64_t id, batch; bool done; const char *values; date_t on; };

static enum status batch_in(struct txn *t, void *arg, struct diag *d) {
    struct batch *x = arg;
    struct schema s;
    struct record r;
    struct field_value name;
    struct actor who = actor_system();
    enum status st = schema_find(&x->w->civil, txn_arena(t), "facility", &s, d);
    struct record_writing w = {.civil = &x->w->civil, .schema = &s, .who = &who, .source = "file.csv", .reason = "", .batch = x->batch};
    if (st == OK && !x->values)
        return record_undo(t, &w, x->id, x->batch, &x->done, d);
    if (st == OK)
        st = record_read(w.civil, t, &s, x->id, &r, d);
    if (st == OK)
        st = field_parse(w.civil, t, &s, &s.field[0], span_of(x->values), true, &name, d);
    if (st != OK)
        return st;
    r.v[0] = name.v;
    struct record former;
    st = record_read(w.civil, t, &s, x->id, &former, d);
    return st == OK ? record_change(t, &w, &former, r.v, x->on, false, d) : st;
}

static void a_batch_is_taken_back(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    int64_t id = 0, version = 0;
    assert_int_equal(write_record(&w, "facility", "new", &id, 0, "{\"name\":\"原名\",\"kind\":\"meal\",\"division\":\"110102001001\",\"state\":\"open\"}", day(2020, 1, 1), NULL), OK);
    struct batch x = {.w = &w, .id = id, .batch = 77, .values = "批次改名", .on = day(2023, 1, 1)};
    expect_ok(WRITE(&w, batch_in, &x), &f->diag);
    assert_string_equal(json_str(json_get(json_get(record_of(&w, "facility", id, DATE_NONE, 0, NULL), "record"), "values"), "name", ""), "批次改名");
    x.values = NULL;
    expect_ok(WRITE(&w, batch_in, &x), &f->diag);
    assert_true(x.done);
    const struct json *now = json_get(record_of(&w, "facility", id, DATE_NONE, 0, &version), "record");
    assert_string_equal(json_str(json_get(now, "values"), "name", ""), "原名");
    assert_string_equal(json_str(now, "valid_from", ""), "2020-01-01");
    assert_true(json_is_null(json_get(now, "valid_to")));
    /* Changed by hand since: it stays. */
    x.values = "批次再改名";
    x.batch = 78;
    expect_ok(WRITE(&w, batch_in, &x), &f->diag);
    record_of(&w, "facility", id, DATE_NONE, 0, &version);
    assert_int_equal(write_record(&w, "facility", "change", &id, version, "{\"beds\":5}", day(2024, 1, 1), "核实"), OK);
    x.values = NULL;
    expect_ok(WRITE(&w, batch_in, &x), &f->diag);
    assert_false(x.done);
    world_close(&w);
}

static enum status create_in(struct txn *t, void *arg, struct diag *d) {
    struct world *w = arg;
    return register_create_tables(&w->civil, t, d);
}

static void schemas(void **state) {
    FIXTURE(f);
    struct world w;
    world_open(&w, f);
    expect_ok(WRITE(&w, create_in, &w), &f->diag); /* again: nothing to do */
    static const char head[] = "\"name\":\"thing\",\"zh\":\"物\",\"en\":\"Thing\",\"owner\":\"self\",\"title\":\"name\",\"read\":[\"clerk\"],\"write\":[\"clerk\"]";
    static const char name[] = "{\"column\":\"name\",\"type\":\"text\",\"zh\":\"名\",\"en\":\"Name\",\"required\":true}";
    static const char *const bad[] = {
        "{\"column\":\"name\",\"type\":\"text\",\"zh\":\"名\",\"en\":\"Name\"}", /* a title that may be missing */
        "%s,{\"column\":\"name\",\"type\":\"int\",\"zh\":\"名\",\"en\":\"Name\"}", "%s,{\"column\":\"select\",\"type\":\"int\",\"zh\":\"名\",\"en\":\"Name\"}",
        "%s,{\"column\":\"x; DROP\",\"type\":\"int\",\"zh\":\"名\",\"en\":\"Name\"}", "%s,{\"column\":\"kind\",\"type\":\"code\",\"zh\":\"名\",\"en\":\"Name\"}",
        "%s,{\"column\":\"kind\",\"type\":\"code\",\"zh\":\"名\",\"en\":\"Name\",\"codes\":[{\"code\":\"a\",\"zh\":\"甲\",\"en\":\"A\"},{\"code\":\"a\",\"zh\":\"乙\",\"en\":\"B\"}]}",
        "%s,{\"column\":\"who\",\"type\":\"text\",\"zh\":\"名\",\"en\":\"Name\",\"personal\":true}", "%s,{\"column\":\"number\",\"type\":\"id_number\",\"zh\":\"名\",\"en\":\"Name\"}",
        "%s,{\"column\":\"beds\",\"type\":\"float\",\"zh\":\"名\",\"en\":\"Name\"}", "%s,{\"column\":\"beds\",\"type\":\"int\",\"zh\":\"名\",\"en\":\"\"}",
        "%s,{\"column\":\"beds\",\"type\":\"decimal\",\"scale\":12,\"zh\":\"名\",\"en\":\"Beds\"}", "%s,{\"column\":\"version\",\"type\":\"int\",\"zh\":\"名\",\"en\":\"Beds\"}",
        "%s,{\"column\":\"beds\",\"type\":\"int\",\"min\":5,\"max\":1,\"zh\":\"名\",\"en\":\"Beds\"}",
    };
    struct schema s;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        BUF_AUTO text;
        buf_init(&text, 0);
        buf_addf(&text, "{%s,\"fields\":[", head);
        const char *rest = strncmp(bad[i], "%s", 2) == 0 ? bad[i] + 2 : bad[i];
        buf_adds(&text, rest == bad[i] ? "" : name);
        buf_addf(&text, "%s]}", rest);
        struct diag d = {0};
        assert_int_equal(schema_read(w.arena, parsed(&w, arena_dup(w.arena, buf_span(&text))), "test", &s, &d), E_INPUT);
        assert_string_equal(d.code, "register.schema");
    }
    struct diag d = {0};
    char *good = arena_printf(w.arena, "{%s,\"fields\":[%s]}", head, name);
    expect_ok(schema_read(w.arena, parsed(&w, good), "test", &s, &d), &d);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(two_times), ON_BOTH(lists_and_filters), ON_BOTH(wrong_values), ON_BOTH(revealed_on_record), ON_BOTH(a_batch_is_taken_back), ON_BOTH(schemas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
