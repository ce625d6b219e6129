#include "unit.h"

#include "base/message.h"
#include "form/form.h"
#include "mini_feel.h"

/* One component in a form around it. */
#define FORM(components) "{\"type\":\"default\",\"id\":\"F\",\"components\":[" components "]}"

struct given {
    struct arena *a;
    const struct form *form;
    struct form_context ctx;
    const struct json *clean;
    struct form_errors errors;
    struct diag d;
};

static struct given load(const char *schema) {
    struct given g = {.a = arena_new(0)};
    g.ctx = (struct form_context){.feel = &MINI_FEEL, .today = date_from_ymd(2026, 7, 1)};
    expect_ok(form_load(g.a, span_of(schema), &MINI_FEEL, &g.form, &g.d), &g.d);
    return g;
}

static const struct json *json(struct given *g, const char *text) {
    const struct json *j;
    expect_ok(json_parse(g->a, span_of(text), &j, &g->d), &g->d);
    return j;
}

static void send(struct given *g, const char *data) {
    expect_ok(form_validate(g->form, json(g, data), &g->ctx, g->a, &g->clean, &g->errors, &g->d), &g->d);
}

static void expect_clean(struct given *g, const char *data, const char *wanted) {
    send(g, data);
    if (g->errors.size > 0)
        fail_msg("%s: %s at %s", data, g->errors.at[0].code, g->errors.at[0].where);
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, false);
    json_value(&w, g->clean);
    assert_string_equal(buf_str(&b), wanted);
}

static void expect_mistake(struct given *g, const char *data, const char *code, const char *where) {
    send(g, data);
    if (g->errors.size != 1)
        fail_msg("%s: %zu mistakes, first %s", data, g->errors.size, g->errors.size ? g->errors.at[0].code : "");
    assert_string_equal(g->errors.at[0].code, code);
    assert_string_equal(g->errors.at[0].where, where);
    assert_null(g->clean);
    assert_true(message_known(code));
}

static void done(struct given *g) { arena_free(g->a); }

static void text_rules(void **state) {
    (void)state;
    struct given g = load(FORM("{\"type\":\"textfield\",\"key\":\"t\",\"label\":\"名\",\"validate\":{\"required\":true,"
                               "\"minLength\":2,\"maxLength\":4}}"));
    expect_clean(&g, "{\"t\":\"  王小明 \"}", "{\"t\":\"王小明\"}");
    expect_mistake(&g, "{}", "form.required", "t");
    expect_mistake(&g, "{\"t\":null}", "form.required", "t");
    expect_mistake(&g, "{\"t\":\"  \"}", "form.required", "t");
    expect_mistake(&g, "{\"t\":\"王\"}", "form.min_length", "t");
    expect_mistake(&g, "{\"t\":\"一二三四五\"}", "form.max_length", "t");
    expect_mistake(&g, "{\"t\":\"\xF0\xA0\xAE\xB7\xF0\xA0\xAE\xB7\xF0\xA0\xAE\xB7\"}", "form.max_length", "t");
    expect_mistake(&g, "{\"t\":7}", "form.type_text", "t");
    expect_mistake(&g, "{\"t\":[\"a\"]}", "form.type_text", "t");
    expect_mistake(&g, "{\"t\":\"a\\u0001b\"}", "form.characters", "t");
    expect_mistake(&g, "{\"t\":\"张\\u202e三\"}", "form.characters", "t");
    expect_mistake(&g, "{\"t\":\"\\u2066张三\"}", "form.characters", "t");
    expect_mistake(&g, "{\"t\":\"张\\u200b三\"}", "form.characters", "t");
    expect_mistake(&g, "{\"t\":\"\\ufeff\"}", "form.characters", "t");
    assert_string_equal(g.errors.at[0].arg[0].value, "名");
    done(&g);
}

static void pattern(void **state) {
    (void)state;
    struct given g = load(FORM("{\"type\":\"textfield\",\"key\":\"t\",\"validate\":{\"pattern\":\"^[\\\\d-]{3}$\"}},"
                               "{\"type\":\"textfield\",\"key\":\"slow\",\"validate\":{\"pattern\":\"^(a+)+$\"}}"));
    expect_clean(&g, "{\"t\":\"1-2\"}", "{\"t\":\"1-2\"}");
    expect_mistake(&g, "{\"t\":\"1234\"}", "form.pattern", "t");
    expect_mistake(&g, "{\"t\":\"１２３\"}", "form.pattern", "t"); /* \d is ASCII, as in the browser */
    /* a pattern that would backtrack for ever answers all the same */
    expect_mistake(&g, "{\"slow\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"}", "form.pattern", "slow");
    done(&g);
}

static void numbers(void **state) {
    (void)state;
    struct given g = load(FORM("{\"type\":\"number\",\"key\":\"n\",\"decimalDigits\":2,\"increment\":\"0.05\","
                               "\"validate\":{\"min\":0,\"max\":\"=limit\"}},"
                               "{\"type\":\"number\",\"key\":\"limit\",\"decimalDigits\":0}"));
    expect_clean(&g, "{\"n\":12.35}", "{\"n\":12.35}");
    expect_clean(&g, "{\"n\":\" 12.35 \"}", "{\"n\":12.35}");
    expect_clean(&g, "{\"n\":0,\"limit\":0}", "{\"n\":0,\"limit\":0}");
    expect_mistake(&g, "{\"n\":-0.05}", "form.min", "n");
    expect_mistake(&g, "{\"n\":7,\"limit\":6}", "form.max", "n");
    expect_mistake(&g, "{\"n\":1.005}", "form.decimals", "n");
    expect_mistake(&g, "{\"n\":1.02}", "form.step", "n");
    expect_mistake(&g, "{\"limit\":1.5}", "form.integer", "limit");
    expect_mistake(&g, "{\"n\":\"twelve\"}", "form.type_number", "n");
    expect_mistake(&g, "{\"n\":\"NaN\"}", "form.type_number", "n");
    expect_mistake(&g, "{\"n\":true}", "form.type_number", "n");
    expect_mistake(&g, "{\"n\":\"1e30\"}", "form.number_size", "n");
    done(&g);
}

static void choices(void **state) {
    (void)state;
    struct given g =
        load(FORM("{\"type\":\"radio\",\"key\":\"r\",\"values\":[{\"label\":\"是\",\"value\":true},"
                  "{\"label\":\"否\",\"value\":false},{\"label\":\"二\",\"value\":2}]},"
                  "{\"type\":\"checklist\",\"key\":\"c\",\"values\":[\"a\",\"b\"],\"validate\":{\"required\":true}},"
                  "{\"type\":\"select\",\"key\":\"s\",\"valuesKey\":\"offer\"},"
                  "{\"type\":\"taglist\",\"key\":\"e\",\"valuesExpression\":\"=[\\\"x\\\", \\\"y\\\"]\"}"));
    g.ctx.given = json(&g, "{\"offer\":[{\"label\":\"L\",\"value\":\"one\"}]}");
    expect_clean(&g, "{\"r\":false,\"c\":[\"b\"],\"s\":\"one\",\"e\":[\"y\",\"x\"]}",
        "{\"r\":false,\"c\":[\"b\"],\"s\":\"one\",\"e\":[\"y\",\"x\"]}");
    expect_clean(&g, "{\"r\":2,\"c\":[\"a\"]}", "{\"r\":2,\"c\":[\"a\"]}");
    expect_mistake(&g, "{\"r\":\"true\",\"c\":[\"a\"]}", "form.not_offered", "r");
    expect_mistake(&g, "{\"r\":{\"a\":1},\"c\":[\"a\"]}", "form.not_offered", "r");
    expect_mistake(&g, "{\"c\":[]}", "form.required", "c");
    expect_mistake(&g, "{\"c\":\"a\"}", "form.type_list", "c");
    expect_mistake(&g, "{\"c\":[\"a\",\"a\"]}", "form.twice", "c");
    expect_mistake(&g, "{\"c\":[\"a\",\"z\"]}", "form.not_offered", "c");
    expect_mistake(&g, "{\"c\":[\"a\"],\"s\":\"two\"}", "form.not_offered", "s");
    expect_mistake(&g, "{\"c\":[\"a\"],\"e\":[\"z\"]}", "form.not_offered", "e");
    done(&g);
}

static void other_types(void **state) {
    (void)state;
    struct given g = load(FORM(
        "{\"type\":\"checkbox\",\"key\":\"agree\",\"validate\":{\"required\":true}},"
        "{\"type\":\"datetime\",\"key\":\"d\",\"disallowPassedDates\":true},"
        "{\"type\":\"datetime\",\"subtype\":\"time\",\"key\":\"t\"},"
        "{\"type\":\"datetime\",\"subtype\":\"datetime\",\"key\":\"dt\"},"
        "{\"type\":\"filepicker\",\"key\":\"f\"},{\"type\":\"filepicker\",\"key\":\"ff\",\"multiple\":true},"
        "{\"type\":\"textfield\",\"key\":\"mail\",\"validate\":{\"validationType\":\"email\"}},"
        "{\"type\":\"textfield\",\"key\":\"tel\",\"validate\":{\"validationType\":\"phone\"}},"
        "{\"type\":\"textfield\",\"key\":\"id\",\"properties\":{\"mz.idnum\":\"true\"}},"
        "{\"type\":\"text\",\"text\":\"# 说明\"},{\"type\":\"button\",\"key\":\"b\"}"));
    expect_clean(&g,
        "{\"agree\":true,\"d\":\"2026-07-01\",\"t\":\"08:30\",\"dt\":\"2026-01-31T08:30:00+08:00\",\"f\":\"files::u-1\","
        "\"ff\":[\"a\",\"b\"],\"mail\":\"wang@example.com\",\"tel\":\"010-8888 9999\",\"id\":\"11010519491231002x\"}",
        "{\"agree\":true,\"d\":\"2026-07-01\",\"t\":\"08:30\",\"dt\":\"2026-01-31T08:30:00+08:00\",\"f\":[\"u-1\"],"
        "\"ff\":[\"a\",\"b\"],\"mail\":\"wang@example.com\",\"tel\":\"010-8888 9999\",\"id\":\"11010519491231002X\"}");
    static const char *const BAD[][3] = {
        {"{}", "form.required", "agree"},
        {"{\"agree\":false}", "form.required", "agree"},
        {"{\"agree\":\"yes\"}", "form.type_boolean", "agree"},
        {"{\"agree\":true,\"d\":\"2026-06-30\"}", "form.past", "d"},
        {"{\"agree\":true,\"d\":\"2026-02-30\"}", "form.type_date", "d"},
        {"{\"agree\":true,\"d\":20260101}", "form.type_date", "d"},
        {"{\"agree\":true,\"t\":\"24:00\"}", "form.type_time", "t"},
        {"{\"agree\":true,\"dt\":\"2026-01-31 08:30\"}", "form.type_date", "dt"},
        {"{\"agree\":true,\"f\":[\"a\",\"b\"]}", "form.one_file", "f"},
        {"{\"agree\":true,\"f\":\"../etc/passwd\"}", "form.type_file", "f"},
        {"{\"agree\":true,\"mail\":\"wang@\"}", "form.email", "mail"},
        {"{\"agree\":true,\"mail\":\"a@b..c\"}", "form.email", "mail"},
        {"{\"agree\":true,\"tel\":\"12345\"}", "form.phone", "tel"},
        {"{\"agree\":true,\"tel\":\"1380000abcd\"}", "form.phone", "tel"},
        {"{\"agree\":true,\"id\":\"110105194912310021\"}", "idnum.check_digit", "id"},
        {"{\"agree\":true,\"id\":\"1101\"}", "idnum.length", "id"},
        {"{\"agree\":true,\"b\":1}", "form.unknown_key", "b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        expect_mistake(&g, BAD[i][0], BAD[i][1], BAD[i][2]);
    done(&g);
}

static void hidden_and_locked(void **state) {
    (void)state;
    struct given g = load(FORM(
        "{\"type\":\"checkbox\",\"key\":\"car\"},"
        "{\"type\":\"group\",\"path\":\"vehicle\",\"conditional\":{\"hide\":\"=car != true\"},\"components\":["
        "{\"type\":\"textfield\",\"key\":\"plate\",\"validate\":{\"required\":true}}]},"
        "{\"type\":\"textfield\",\"key\":\"off\",\"disabled\":true,\"validate\":{\"required\":true}},"
        "{\"type\":\"textfield\",\"key\":\"name\",\"readonly\":true},"
        "{\"type\":\"textfield\",\"key\":\"origin\",\"readonly\":true,\"defaultValue\":\"网上\"},"
        "{\"type\":\"textfield\",\"key\":\"broken\",\"conditional\":{\"hide\":\"=nothing.here > 1\"}}"));
    g.ctx.given = json(&g, "{\"name\":\"王小明\"}");
    expect_clean(&g, "{\"car\":true,\"vehicle\":{\"plate\":\"京A\"}}",
        "{\"car\":true,\"vehicle\":{\"plate\":\"京A\"},\"name\":\"王小明\",\"origin\":\"网上\"}");
    expect_clean(&g, "{\"car\":false,\"vehicle\":{\"plate\":\"京A\"},\"off\":\"x\",\"origin\":\"网上\",\"broken\":\"b\"}",
        "{\"car\":false,\"name\":\"王小明\",\"origin\":\"网上\",\"broken\":\"b\"}");
    expect_mistake(&g, "{\"car\":true}", "form.required", "vehicle.plate");
    expect_mistake(&g, "{\"name\":\"别人\"}", "form.readonly", "name");
    expect_mistake(&g, "{\"origin\":\"柜台\"}", "form.readonly", "origin");
    expect_mistake(&g, "{\"vehicle\":{\"color\":\"red\"}}", "form.unknown_key", "vehicle.color");
    expect_mistake(&g, "{\"vehicle\":7}", "form.type_object", "vehicle");
    done(&g);
}

/* What a person may not write does not steer the conditions either. */
static void locked_fields_steer_nothing(void **state) {
    (void)state;
    struct given g = load(FORM(
        "{\"type\":\"checkbox\",\"key\":\"exempt\",\"disabled\":true},"
        "{\"type\":\"textfield\",\"key\":\"level\",\"readonly\":true},"
        "{\"type\":\"number\",\"key\":\"income\",\"conditional\":{\"hide\":\"=exempt = true or level = \\\"x\\\"\"},"
        "\"validate\":{\"required\":true}}"));
    expect_mistake(&g, "{\"exempt\":true}", "form.required", "income");
    send(&g, "{\"level\":\"x\"}");
    assert_int_equal(g.errors.size, 2); /* read-only, and the income all the same */
    g.ctx.given = json(&g, "{\"exempt\":true}");
    expect_clean(&g, "{}", "{}");
    done(&g);
}

/* What is hidden is no answer, however far down the chain and whichever way round. */
static void hidden_answers_steer_nothing(void **state) {
    (void)state;
    static const char *const CHAIN[] = {
        "{\"type\":\"textfield\",\"key\":\"a\"}",
        "{\"type\":\"textfield\",\"key\":\"b\",\"conditional\":{\"hide\":\"=a = \\\"1\\\"\"}}",
        "{\"type\":\"textfield\",\"key\":\"c\",\"conditional\":{\"hide\":\"=b = \\\"1\\\"\"}}",
        "{\"type\":\"textfield\",\"key\":\"d\",\"conditional\":{\"hide\":\"=c = \\\"1\\\"\"}}",
    };
    char forwards[1000], backwards[1000];
    snprintf(forwards, sizeof forwards, FORM("%s,%s,%s,%s"), CHAIN[0], CHAIN[1], CHAIN[2], CHAIN[3]);
    snprintf(backwards, sizeof backwards, FORM("%s,%s,%s,%s"), CHAIN[3], CHAIN[2], CHAIN[1], CHAIN[0]);
    struct given g = load(forwards);
    expect_clean(&g, "{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\"}", "{\"a\":\"1\",\"c\":\"1\"}");
    done(&g);
    g = load(backwards);
    expect_clean(&g, "{\"a\":\"1\",\"b\":\"1\",\"c\":\"1\",\"d\":\"1\"}", "{\"c\":\"1\",\"a\":\"1\"}");
    done(&g);
    /* one that hides itself never comes to rest, and comes to an end */
    g = load(FORM("{\"type\":\"textfield\",\"key\":\"a\",\"conditional\":{\"hide\":\"=a = \\\"1\\\"\"}}"));
    send(&g, "{\"a\":\"1\"}");
    assert_int_equal(g.errors.size, 0);
    done(&g);
    /* a list that is hidden counts nothing; what hides is told when somebody asks */
    struct form_places hidden = {0};
    g = load(FORM("{\"type\":\"checkbox\",\"key\":\"none\"},"
                  "{\"type\":\"dynamiclist\",\"path\":\"l\",\"conditional\":{\"hide\":\"=none\"},\"components\":[{\"type\":\"number\",\"key\":\"n\"}]},"
                  "{\"type\":\"expression\",\"key\":\"count\",\"expression\":\"=count(l)\"}"));
    g.ctx.hidden = &hidden;
    expect_clean(&g, "{\"none\":true,\"l\":[{\"n\":1}]}", "{\"none\":true,\"count\":0}");
    assert_int_equal(hidden.size, 1);
    assert_string_equal(hidden.at[0], "l");
    expect_clean(&g, "{\"l\":[{\"n\":1}]}", "{\"l\":[{\"n\":1}],\"count\":1}");
    assert_int_equal(hidden.size, 0);
    done(&g);
}

/* A condition sees answers as they are kept: a number that came as text is one. */
static void answers_as_read(void **state) {
    (void)state;
    struct given g = load(FORM("{\"type\":\"number\",\"key\":\"n\"},{\"type\":\"number\",\"key\":\"s\",\"serializeToString\":true},"
                               "{\"type\":\"checkbox\",\"key\":\"c\"},"
                               "{\"type\":\"textfield\",\"key\":\"a\",\"conditional\":{\"hide\":\"=n > 3\"}},"
                               "{\"type\":\"textfield\",\"key\":\"b\",\"conditional\":{\"hide\":\"=c = false\"}},"
                               "{\"type\":\"textarea\",\"key\":\"lines\"}"));
    expect_clean(&g, "{\"n\":\"4\",\"a\":\"x\",\"b\":\"y\"}", "{\"n\":4}");
    expect_clean(&g, "{\"n\":\"3\",\"a\":\"x\",\"c\":true,\"b\":\"y\"}", "{\"n\":3,\"c\":true,\"a\":\"x\",\"b\":\"y\"}");
    expect_clean(&g, "{\"s\":1.50,\"a\":\"x\",\"lines\":\"x\\ny\"}", "{\"s\":\"1.5\",\"a\":\"x\",\"lines\":\"x\\ny\"}");
    expect_mistake(&g, "{\"a\":\"x\\ny\"}", "form.characters", "a");
    done(&g);
}

static void how_many(void **state) {
    (void)state;
    struct given g = load(FORM(
        "{\"type\":\"number\",\"key\":\"least\"},"
        "{\"type\":\"textfield\",\"key\":\"t\",\"validate\":{\"minLength\":\"=least\",\"maxLength\":\"4\"}},"
        "{\"type\":\"checklist\",\"key\":\"c\",\"values\":[\"a\",\"b\",{\"label\":\"o\",\"value\":{\"k\":1}}],\"validate\":{\"minItems\":1,\"maxItems\":2}},"
        "{\"type\":\"dynamiclist\",\"path\":\"l\",\"validate\":{\"maxItems\":2},\"components\":[{\"type\":\"number\",\"key\":\"n\"}]},"
        "{\"type\":\"dynamiclist\",\"path\":\"two\",\"allowAddRemove\":false,\"defaultRepetitions\":2,\"components\":[{\"type\":\"number\",\"key\":\"n\"}]},"
        "{\"type\":\"dynamiclist\",\"path\":\"single\",\"isRepeating\":false,\"components\":[{\"type\":\"number\",\"key\":\"n\"}]}"));
#define TWO ",\"two\":[{},{}]"
    expect_clean(&g, "{\"least\":2,\"t\":\"ab\",\"c\":[{\"k\":1}],\"single\":{\"n\":7}" TWO "}", "{\"least\":2,\"t\":\"ab\",\"c\":[{\"k\":1}]" TWO ",\"single\":{\"n\":7}}");
    expect_mistake(&g, "{\"least\":3,\"t\":\"ab\"" TWO "}", "form.min_length", "t");
    expect_mistake(&g, "{\"t\":\"abcde\"" TWO "}", "form.max_length", "t");
    expect_mistake(&g, "{\"c\":[\"a\",\"b\",{\"k\":1}]" TWO "}", "form.max_items", "c");
    expect_mistake(&g, "{\"c\":[{\"k\":2}]" TWO "}", "form.not_offered", "c");
    expect_mistake(&g, "{\"l\":[{},{},{}]" TWO "}", "form.max_items", "l");
    expect_mistake(&g, "{\"two\":[{}]}", "form.rows_fixed", "two");
    expect_mistake(&g, "{}", "form.rows_fixed", "two");
    g.ctx.given = json(&g, "{\"two\":[{\"n\":1},{\"n\":2},{\"n\":3}]}");
    expect_mistake(&g, "{\"two\":[{},{}]}", "form.rows_fixed", "two");
    done(&g);
}

static void times_are_kept_one_way(void **state) {
    (void)state;
    static const struct { const char *format, *subtype, *sent, *kept; } SAMPLE[] = {
        {"utc_normalized", "time", "08:30+08:00", "00:30Z"},
        {"utc_normalized", "time", "07:00", "23:00Z"},
        {"utc_offset", "time", "08:30", "08:30+08:00"},
        {"utc_offset", "time", "08:30:05-03:30", "08:30:05-03:30"},
        {"no_timezone", "time", "20:00Z", "04:00"},
        {"utc_normalized", "datetime", "2026-03-01T07:00", "2026-02-28T23:00Z"},
        {"no_timezone", "datetime", "2025-12-31T20:00Z", "2026-01-01T04:00"},
        {"utc_offset", "datetime", "2026-03-01T07:00", "2026-03-01T07:00+08:00"},
    };
    for (size_t i = 0; i < ARRAY_LEN(SAMPLE); i++) {
        char form[400], sent[100], kept[100];
        snprintf(form, sizeof form, FORM("{\"type\":\"datetime\",\"subtype\":\"%s\",\"key\":\"t\",\"timeSerializingFormat\":\"%s\"}"), SAMPLE[i].subtype, SAMPLE[i].format);
        snprintf(sent, sizeof sent, "{\"t\":\"%s\"}", SAMPLE[i].sent);
        snprintf(kept, sizeof kept, "{\"t\":\"%s\"}", SAMPLE[i].kept);
        struct given g = load(form);
        expect_clean(&g, sent, kept);
        expect_clean(&g, kept, kept);
        done(&g);
    }
    /* a day is passed where we are, not in Greenwich */
    struct given g = load(FORM("{\"type\":\"datetime\",\"subtype\":\"datetime\",\"key\":\"t\",\"disallowPassedDates\":true}"));
    expect_clean(&g, "{\"t\":\"2026-06-30T20:00Z\"}", "{\"t\":\"2026-06-30T20:00Z\"}");
    expect_mistake(&g, "{\"t\":\"2026-06-30T15:00Z\"}", "form.past", "t");
    static const char *const BAD[] = {"2026-06-31T08:00", "2026-07-01T08:60", "2026-07-01T08:00+8", "2026-07-01T08:00+19:00", "2026-07-01T", "T08:00", "2026-07-01T08:00:", "08:00"};
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        char sent[100];
        snprintf(sent, sizeof sent, "{\"t\":\"%s\"}", BAD[i]);
        expect_mistake(&g, sent, "form.type_date", "t");
    }
    done(&g);
}

/* What locks a group or a list locks what is in it. */
static void locks_are_inherited(void **state) {
    (void)state;
    struct given g = load(FORM(
        "{\"type\":\"group\",\"readonly\":true,\"components\":[{\"type\":\"textfield\",\"key\":\"a\",\"validate\":{\"required\":true}}]},"
        "{\"type\":\"group\",\"disabled\":true,\"components\":[{\"type\":\"textfield\",\"key\":\"b\",\"validate\":{\"required\":true}}]},"
        "{\"type\":\"dynamiclist\",\"path\":\"l\",\"readonly\":true,\"components\":[{\"type\":\"number\",\"key\":\"n\"}]},"
        "{\"type\":\"textfield\",\"key\":\"c\",\"conditional\":{\"hide\":\"=a = \\\"x\\\"\"}}"));
    g.ctx.given = json(&g, "{\"a\":\"x\",\"l\":[{\"n\":1}]}");
    expect_clean(&g, "{\"c\":\"z\"}", "{\"a\":\"x\",\"l\":[{\"n\":1}]}");
    expect_clean(&g, "{\"a\":\"x\",\"b\":\"y\",\"l\":[{\"n\":1}]}", "{\"a\":\"x\",\"l\":[{\"n\":1}]}");
    expect_mistake(&g, "{\"a\":\"y\"}", "form.readonly", "a");
    expect_mistake(&g, "{\"l\":[{\"n\":2}]}", "form.readonly", "l");
    expect_mistake(&g, "{\"l\":[{\"n\":1},{}]}", "form.readonly", "l");
    done(&g);
}

/* Lists in lists in lists, each within its own bound. */
static void rows_of_rows(void **state) {
    (void)state;
    struct given g = load(FORM("{\"type\":\"dynamiclist\",\"path\":\"l\",\"components\":[{\"type\":\"dynamiclist\",\"path\":\"m\",\"components\":["
                               "{\"type\":\"number\",\"key\":\"n\",\"conditional\":{\"hide\":\"=this.n = 1\"}}]}]}"));
    BUF_AUTO b;
    for (int rows = 60; rows <= 120; rows += 60) {
        buf_init(&b, 0);
        buf_adds(&b, "{\"l\":[");
        for (int i = 0; i < rows; i++) {
            buf_adds(&b, i == 0 ? "{\"m\":[{}" : "]},{\"m\":[{}");
            for (int k = 1; k < 60; k++)
                buf_adds(&b, ",{}");
        }
        buf_adds(&b, "]}]}");
        if (rows == 60) {
            send(&g, buf_str(&b));
            assert_int_equal(g.errors.size, 0);
        } else {
            expect_mistake(&g, buf_str(&b), "form.too_many_rows_all", "");
        }
        buf_release(&b);
    }
    done(&g);
}

#define HOUSEHOLD                                                                                                      \
    "{\"type\":\"textfield\",\"key\":\"kind\"},"                                                                       \
    "{\"type\":\"dynamiclist\",\"path\":\"members\",\"components\":["                                                  \
    "{\"type\":\"textfield\",\"key\":\"name\",\"validate\":{\"required\":true}},"                                      \
    "{\"type\":\"number\",\"key\":\"age\",\"conditional\":{\"hide\":\"=this.name = \\\"x\\\" or kind = \\\"k\\\"\"}}," \
    "{\"type\":\"dynamiclist\",\"path\":\"incomes\",\"components\":["                                                  \
    "{\"type\":\"number\",\"key\":\"amount\",\"validate\":{\"max\":\"=parent.age\"}},"                                 \
    "{\"type\":\"expression\",\"key\":\"where\",\"expression\":\"=i\"}]}]},"                                           \
    "{\"type\":\"expression\",\"key\":\"count\",\"expression\":\"=count(members)\"}"

static void lists(void **state) {
    (void)state;
    struct given g = load(FORM(HOUSEHOLD));
    expect_clean(&g, "{\"members\":[{\"name\":\"a\",\"age\":40,\"incomes\":[{\"amount\":1},{\"amount\":2}]},"
                     "{\"name\":\"x\",\"age\":3}]}",
        "{\"members\":[{\"name\":\"a\",\"age\":40,\"incomes\":[{\"amount\":1,\"where\":[1,1]},"
        "{\"amount\":2,\"where\":[1,2]}]},{\"name\":\"x\"}],\"count\":2}");
    expect_clean(&g, "{\"kind\":\"k\",\"members\":[{\"name\":\"a\",\"age\":3}]}",
        "{\"kind\":\"k\",\"members\":[{\"name\":\"a\"}],\"count\":1}");
    expect_clean(&g, "{\"members\":[]}", "{\"members\":[],\"count\":0}");
    /* the browser's computed value is not believed */
    expect_clean(&g, "{\"members\":[],\"count\":99}", "{\"members\":[],\"count\":0}");
    expect_mistake(&g, "{\"members\":[{\"name\":\"a\"},{}]}", "form.required", "members[1].name");
    expect_mistake(&g, "{\"members\":[{\"name\":\"a\",\"age\":5,\"incomes\":[{\"amount\":6}]}]}", "form.max",
        "members[0].incomes[0].amount");
    expect_mistake(&g, "{\"members\":[{\"name\":\"a\",\"incomes\":[{\"rate\":6}]}]}", "form.unknown_key",
        "members[0].incomes[0].rate");
    expect_mistake(&g, "{\"members\":{}}", "form.type_list", "members");
    expect_mistake(&g, "{\"members\":[7]}", "form.type_object", "members[0]");
    done(&g);
    g = load(FORM("{\"type\":\"dynamiclist\",\"path\":\"l\",\"validate\":{\"required\":true},\"components\":["
                  "{\"type\":\"number\",\"key\":\"n\"}]}"));
    expect_mistake(&g, "{}", "form.required", "l");
    expect_mistake(&g, "{\"l\":[]}", "form.required", "l");
    expect_clean(&g, "{\"l\":[{}]}", "{\"l\":[{}]}");
    done(&g);
}

static void many_mistakes(void **state) {
    (void)state;
    struct given g = load(FORM(HOUSEHOLD));
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, "{\"members\":[");
    for (int i = 0; i < 400; i++)
        buf_adds(&b, i == 0 ? "{}" : ",{}");
    buf_adds(&b, "]}");
    send(&g, buf_str(&b));
    assert_int_equal(g.errors.size, FORM_ERRORS_MAX);
    assert_true(g.errors.more);
    buf_clear(&b);
    buf_adds(&b, "{\"members\":[");
    for (int i = 0; i <= FORM_ROWS_MAX; i++)
        buf_adds(&b, i == 0 ? "{}" : ",{}");
    buf_adds(&b, "]}");
    expect_mistake(&g, buf_str(&b), "form.too_many_rows", "members");
    const struct json *clean;
    expect_fail(form_validate(g.form, json(&g, "[]"), &g.ctx, g.a, &clean, &g.errors, &g.d), &g.d, E_INPUT,
        "form.not_object");
    done(&g);
}

static void refused_schemas(void **state) {
    (void)state;
    static const char *const BAD[][3] = {
        {"[]", "form.schema", ""},
        {"{}", "form.schema", ""},
        {"{\"components\":7}", "form.schema", ""},
        {"{\"components\":[7]}", "form.schema", ""},
        {"{", "json.unfinished", ""},
        {FORM("{\"type\":\"hologram\",\"id\":\"h\"}"), "form.unknown_type", "h"},
        {FORM("{\"type\":\"textfield\",\"id\":\"x\"}"), "form.schema", "x"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a..b\"}"), "form.schema", "a..b"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\"},{\"type\":\"number\",\"key\":\"a\"}"), "form.duplicate_key", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\"},{\"type\":\"number\",\"key\":\"a.b\"}"), "form.duplicate_key", "a.b"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"validate\":{\"pattern\":\"(\"}}"), "form.pattern_unreadable", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"conditional\":{\"hide\":\"=(\"}}"), "mini.syntax", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"conditional\":{\"hide\":\"always\"}}"), "form.schema", "a"},
        {FORM("{\"type\":\"number\",\"key\":\"a\",\"increment\":0}"), "form.schema", "a"},
        {FORM("{\"type\":\"number\",\"key\":\"a\",\"validate\":{\"min\":\"many\"}}"), "form.schema", "a"},
        {FORM("{\"type\":\"radio\",\"key\":\"a\"}"), "form.schema", "a"},
        {FORM("{\"type\":\"datetime\",\"key\":\"a\",\"subtype\":\"week\"}"), "form.schema", "a"},
        {FORM("{\"type\":\"datetime\",\"subtype\":\"time\",\"key\":\"a\",\"timeSerializingFormat\":\"local\"}"), "form.schema", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"validate\":{\"minLength\":\"few\"}}"), "form.schema", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"validate\":{\"maxLength\":-1}}"), "form.schema", "a"},
        {FORM("{\"type\":\"dynamiclist\",\"path\":\"a\",\"defaultRepetitions\":501}"), "form.schema", "a"},
        {FORM("{\"type\":\"dynamiclist\",\"id\":\"l\"}"), "form.schema", "l"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"properties\":{\"mz.facts\":\"x\"}}"), "form.unknown_property", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"properties\":{\"mz.fact\":\"户.成员[].名\"}}"), "form.fact_path", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"properties\":{\"mz.fact\":\"户..名\"}}"), "form.fact_path", "a"},
        {FORM("{\"type\":\"textfield\",\"key\":\"a\",\"properties\":{\"mz.fact\":\"户[x]\"}}"), "form.fact_path", "a"},
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct form *form = NULL;
        struct diag d = {0};
        enum status s = form_load(a, span_of(BAD[i][0]), &MINI_FEEL, &form, &d);
        if (s == OK || strcmp(d.code, BAD[i][1]) != 0 || (BAD[i][2][0] && strcmp(d.where, BAD[i][2]) != 0))
            fail_msg("%s: %s %s at '%s'", BAD[i][0], status_name(s), d.code, d.where);
        assert_null(form);
    }
    /* groups in groups without end */
    BUF_AUTO b;
    buf_init(&b, 0);
    for (int i = 0; i < 20; i++)
        buf_adds(&b, i == 0 ? "{\"components\":[" : "{\"type\":\"group\",\"components\":[");
    for (int i = 0; i < 20; i++)
        buf_adds(&b, "]}");
    AUTO(arena) struct arena *a = arena_new(0);
    const struct form *form;
    struct diag d = {0};
    expect_fail(form_load(a, buf_span(&b), NULL, &form, &d), &d, E_LIMIT, "form.too_deep");
}

/* Any byte of schema or data changed: mistakes, a refusal or clean data that
 * is clean again when it is sent again; never a crash. */
static void damaged_input(void **state) {
    (void)state;
    static const char SCHEMA[] = FORM(HOUSEHOLD ",{\"type\":\"radio\",\"key\":\"r\",\"values\":[1,\"a\"]},"
                                      "{\"type\":\"filepicker\",\"key\":\"f\"},{\"type\":\"datetime\",\"key\":\"d\"}");
    static const char DATA[] = "{\"kind\":\"k\",\"members\":[{\"name\":\"a\",\"age\":40,\"incomes\":[{\"amount\":1.5}]}],"
                               "\"r\":\"a\",\"f\":\"files::u\",\"d\":\"2026-01-01\"}";
    uint64_t seed = unit_seed("damaged_input");
    int clean_again = 0;
    for (int i = 0; i < 6000; i++) {
        char schema[sizeof SCHEMA], data[sizeof DATA];
        memcpy(schema, SCHEMA, sizeof SCHEMA);
        memcpy(data, DATA, sizeof DATA);
        if (unit_random(&seed) % 2)
            schema[unit_random(&seed) % (sizeof SCHEMA - 1)] = SCHEMA[unit_random(&seed) % (sizeof SCHEMA - 1)];
        else
            data[unit_random(&seed) % (sizeof DATA - 1)] = DATA[unit_random(&seed) % (sizeof DATA - 1)];
        AUTO(arena) struct arena *a = arena_new(1 << 22);
        const struct form *form;
        const struct json *j, *clean, *again, *facts;
        struct form_errors errors;
        struct form_context ctx = {.feel = &MINI_FEEL, .today = DATE_NONE};
        if (form_load(a, span_of(schema), &MINI_FEEL, &form, NULL) != OK || json_parse(a, span_of(data), &j, NULL) != OK ||
            form_validate(form, j, &ctx, a, &clean, &errors, NULL) != OK || !clean)
            continue;
        (void)!form_facts(form, clean, a, &facts, NULL);
        struct diag d = {0};
        expect_ok(form_validate(form, clean, &ctx, a, &again, &errors, &d), &d);
        if (!again)
            fail_msg("%s at %s: %s | %s", errors.at[0].code, errors.at[0].where, schema, data);
        clean_again++;
    }
    assert_true(clean_again > 0);
}

static void no_memory(void **state) {
    (void)state;
    /* every ceiling up to what is needed: E_LIMIT, never a crash */
    bool finished = false;
    for (size_t ceiling = 4096; !finished && ceiling < (1u << 22); ceiling += 4096) {
        AUTO(arena) struct arena *a = arena_new(ceiling);
        if (!a)
            continue;
        const struct form *form;
        const struct json *data, *clean, *facts;
        struct form_errors errors;
        struct form_context ctx = {.feel = &MINI_FEEL, .today = DATE_NONE};
        struct diag d = {0};
        enum status s = form_load(a, span_of(FORM(HOUSEHOLD)), NULL, &form, &d);
        if (s == OK)
            s = json_parse(a, SPAN("{\"members\":[{\"name\":\"a\",\"incomes\":[{\"amount\":6}]}]}"), &data, &d);
        if (s == OK)
            s = form_validate(form, data, &ctx, a, &clean, &errors, &d);
        if (s == OK)
            s = form_facts(form, clean, a, &facts, &d);
        finished = s == OK;
        if (!finished)
            assert_int_equal(s, E_LIMIT);
    }
    assert_true(finished);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_rules),     cmocka_unit_test(pattern),           cmocka_unit_test(numbers),
        cmocka_unit_test(choices),        cmocka_unit_test(other_types),       cmocka_unit_test(hidden_and_locked),
        cmocka_unit_test(lists),          cmocka_unit_test(many_mistakes),     cmocka_unit_test(refused_schemas),
        cmocka_unit_test(locked_fields_steer_nothing), cmocka_unit_test(hidden_answers_steer_nothing),
        cmocka_unit_test(answers_as_read), cmocka_unit_test(how_many), cmocka_unit_test(times_are_kept_one_way),
        cmocka_unit_test(locks_are_inherited), cmocka_unit_test(rows_of_rows), cmocka_unit_test(damaged_input),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
