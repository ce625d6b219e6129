/* Files of people: unseen until confirmed, then at once; taken back; going on after a break; every row that cannot be
 * meant is refused with its cell.  And finding people by what is said of them. */
#include "../support/civil_world.h"

#include "civil/import/import.h"
#include "civil/register/search.h"

#define HEAD "户号,与户主关系,姓名,公民身份号码,居住社区,居住地址,户籍,户籍地,服务人群,电话,监护人身份证号,死亡日期,出生日期,婚姻\n"

struct taken { struct import_result r; const char *rejected; struct diag d; };

static enum status take_as(struct world *w, const struct actor *who, const char *text, int64_t stop, struct taken *ret) {
    struct import_asked x = {.reg = "population", .file = span_of(text), .name = "people.csv", .valid_from = DATE_NONE, .purpose = "verification", .stop_after = stop};
    *ret = (struct taken){0};
    BUF_AUTO rejected;
    buf_init(&rejected, 0);
    enum status s = import_run(&w->civil, who, w->arena, &x, &rejected, &ret->r, &ret->d);
    ret->rejected = arena_dup(w->arena, buf_span(&rejected));
    return s;
}

static struct actor keeper(void) { return world_actor(31, "district_clerk", "110102"); }

static struct taken take(struct world *w, const char *text) {
    struct taken t;
    struct actor who = keeper();
    expect_ok(take_as(w, &who, text, 0, &t), &t.d);
    return t;
}

static void counts(const struct taken *t, int added, int changed, int same, int rejected) {
    assert_int_equal(t->r.added, added);
    assert_int_equal(t->r.changed, changed);
    assert_int_equal(t->r.same, same);
    assert_int_equal(t->r.rejected, rejected);
}

static int64_t confirm(struct world *w, int64_t batch) {
    struct actor who = keeper();
    struct diag d = {0};
    int64_t overtaken = -1;
    expect_ok(import_confirm(&w->civil, &who, batch, &overtaken, &d), &d);
    return overtaken;
}

static int64_t undo(struct world *w, int64_t batch, int64_t *ret_kept) {
    struct actor who = keeper();
    struct diag d = {0};
    int64_t undone = -1;
    expect_ok(import_undo(&w->civil, &who, batch, &undone, ret_kept, &d), &d);
    return undone;
}

/* ---- looking --------------------------------------------------------------------------------- */

struct finding { struct world *w; const char *text, *scope; struct person *list; size_t n; bool more; };

static enum status find_in(struct txn *t, void *arg, struct diag *d) {
    struct finding *f = arg;
    struct access *x = NULL;
    struct actor who = keeper();
    enum status s = access_begin(f->w->arena, &who, "district_clerk", "verification", 0, 0, &x, d);
    return s == OK ? search_persons(&f->w->civil, t, x, f->w->arena, span_of(f->text), f->scope ? f->scope : "110102", &f->list, &f->n, &f->more, d) : s;
}

static size_t found(struct world *w, const char *text) {
    struct finding f = {.w = w, .text = text};
    expect_ok(READ(w, find_in, &f), &w->f->diag);
    return f.n;
}

static const char *first(struct world *w, const char *text) {
    struct finding f = {.w = w, .text = text};
    expect_ok(READ(w, find_in, &f), &w->f->diag);
    return f.n ? f.list[0].name : "";
}

static bool refused(struct world *w, const char *text) {
    struct finding f = {.w = w, .text = text};
    enum status s = READ(w, find_in, &f);
    return s == E_INPUT && strcmp(w->f->diag.code, "register.query") == 0;
}

struct homes { struct world *w; const char *number; struct household h; struct person p; };

static enum status home_in(struct txn *t, void *arg, struct diag *d) {
    struct homes *x = arg;
    struct access *a = NULL;
    struct actor who = keeper();
    int64_t district = 0, person = 0;
    enum status s = access_begin(x->w->arena, &who, "district_clerk", "verification", 0, 0, &a, d);
    if (s == OK)
        s = person_by_number(&x->w->civil, t, a, span_of(x->number), &district, &person, d);
    if (s == OK)
        s = person_read(&x->w->civil, t, a, x->w->arena, district, person, &x->p, d);
    return s == OK ? household_of(&x->w->civil, t, a, x->w->arena, district, person, &x->h, d) : s;
}

static enum status home(struct world *w, const char *number, struct homes *ret) {
    *ret = (struct homes){.w = w, .number = number};
    return READ(w, home_in, ret);
}

static char *number(struct world *w, int year, bool male, int n) {
    char *text = arena_alloc(w->arena, 19);
    world_number(text, date_from_ymd(year, 5, 6), male, n);
    return text;
}

static char *family(struct world *w, const char *place) {
    return arena_printf(w->arena, HEAD "A1,户主,王建国,%s,%s,长安街8号院3号楼,本市,西城区,老年、优抚,19012345678,,,,有配偶\nA1,妻,李秀英,%s,%s,长安街8号院3号楼,外埠,河北省定州市,老年,,,,,有配偶\n"
        "A1,孙女,王小丫,%s,%s,长安街8号院3号楼,本市,,,,%s,,,\n,,独行者,%s,%s,,本市,,死亡,,,2020年1月2日,,\n",
        number(w, 1950, true, 1), place, number(w, 1952, false, 2), place, number(w, 2015, false, 3), place, number(w, 1950, true, 1), number(w, 1940, true, 4), place);
}

/* ---- batches -------------------------------------------------------------------------------------- */

static void unseen_until_confirmed(void **state) {
    struct fixture *f = *state;
    struct world w;
    struct homes h;
    int64_t kept = -1;
    world_open(&w, f);
    struct taken t = take(&w, family(&w, "一社区"));
    counts(&t, 4, 0, 0, 0);
    assert_true(t.r.waits);
    assert_true(t.r.entry != 0);
    assert_int_equal(found(&w, "王建国"), 0);
    assert_int_equal(home(&w, number(&w, 1950, true, 1), &h), E_NOT_FOUND);
    assert_int_equal(confirm(&w, t.r.batch), 0);
    assert_int_equal(found(&w, "王建国"), 1);
    assert_int_equal(home(&w, number(&w, 1952, false, 2), &h), OK);
    assert_int_equal(h.h.member_count, 3);
    assert_string_equal(h.h.member[0].relation, "本人");
    assert_string_equal(h.h.address, "长安街8号院3号楼");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_relation WHERE kind = 'guardian' AND superseded_at IS NULL"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE service_groups = 'elderly|special_care' AND registered_division = '西城区'"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE died_on IS NOT NULL"), 1);
    assert_int_equal(ask_int(f, "SELECT sum(n) FROM household_count"), 1);
    assert_int_equal(undo(&w, t.r.batch, &kept), 4);
    assert_int_equal(kept, 0);
    assert_int_equal(found(&w, "王建国"), 0);
    assert_int_equal(ask_int(f, "SELECT sum(n) FROM household_count"), 0);
    struct taken again = take(&w, family(&w, "一社区")); /* taken back it may come again: the same people, no new ones */
    counts(&again, 4, 0, 0, 0);
    confirm(&w, again.r.batch);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person"), 4);
    assert_int_equal(home(&w, number(&w, 1952, false, 2), &h), OK);
    assert_int_equal(h.h.member_count, 3);
    struct taken third;
    struct actor who = keeper();
    assert_int_equal(take_as(&w, &who, family(&w, "一社区"), 0, &third), E_CONFLICT); /* in already */
    assert_string_equal(third.d.code, "import.done");
    world_close(&w);
}

static void changes_and_back(void **state) {
    struct fixture *f = *state;
    struct world w;
    struct homes h;
    int64_t kept = -1;
    world_open(&w, f);
    struct taken t = take(&w, family(&w, "一社区"));
    confirm(&w, t.r.batch);
    must_run(f, "UPDATE household_member SET valid_from = 10000");
    struct taken same = take(&w, arena_printf(w.arena, "姓名,身份证号,户籍\n王建国,%s,本市\n", number(&w, 1950, true, 1)));
    counts(&same, 0, 0, 1, 0);
    char *moves = arena_printf(w.arena, HEAD "B7,户主,李秀英,%s,三社区,西单北大街1号,,,,,,,,丧偶\n,,王建国,%s,,,,,,,,2026-01-01,,\n", number(&w, 1952, false, 2), number(&w, 1950, true, 1));
    struct taken m = take(&w, moves);
    counts(&m, 0, 2, 0, 0);
    assert_int_equal(home(&w, number(&w, 1952, false, 2), &h), OK);
    assert_string_equal(h.p.division, "110102001001");
    assert_int_equal(h.h.member_count, 3);
    assert_int_equal(confirm(&w, m.r.batch), 0);
    assert_int_equal(home(&w, number(&w, 1952, false, 2), &h), OK);
    assert_string_equal(h.p.division, "110102002001");
    assert_int_equal(h.h.member_count, 1);
    assert_int_equal(found(&w, "李秀英 西单北大街"), 1);
    assert_int_equal(found(&w, "李秀英 长安街"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE superseded_at IS NULL AND valid_to IS NOT NULL"), 2);
    assert_int_equal(undo(&w, m.r.batch, &kept), 2);
    assert_int_equal(home(&w, number(&w, 1952, false, 2), &h), OK);
    assert_string_equal(h.p.division, "110102001001");
    assert_int_equal(h.h.member_count, 3);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE superseded_at IS NULL AND died_on IS NOT NULL"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE superseded_at IS NULL AND batch IS NULL"), 0); /* the first batch's again */
    assert_int_equal(undo(&w, t.r.batch, &kept), 4);
    assert_int_equal(kept, 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE superseded_at IS NULL"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM household_member WHERE superseded_at IS NULL"), 0);
    assert_int_equal(home(&w, number(&w, 1952, false, 2), &h), E_NOT_FOUND);
    world_close(&w);
}

struct changing { struct world *w; int64_t person; };

static enum status change_in(struct txn *t, void *arg, struct diag *d) {
    struct changing *x = arg;
    const struct json *facts = NULL;
    struct actor who = keeper();
    enum status s = json_parse(txn_arena(t), SPAN("{\"户籍\":\"外埠\"}"), &facts, d);
    return s == OK ? person_change(&x->w->civil, t, &who, DISTRICT, x->person, date_from_ymd(2000, 1, 1), facts, "entered", false, d) : s;
}

static void somebody_was_faster(void **state) {
    struct fixture *f = *state;
    struct world w;
    int64_t kept = -1;
    world_open(&w, f);
    struct changing c = {&w, world_person(&w, "赵一", 1)};
    char plain[19];
    world_number(plain, date_from_ymd(1970, 1, 1), false, 1);
    struct taken m = take(&w, arena_printf(w.arena, "姓名,身份证号,居住社区\n赵一,%s,三社区\n", plain));
    counts(&m, 0, 1, 0, 0);
    expect_ok(WRITE(&w, change_in, &c), &f->diag);
    assert_int_equal(confirm(&w, m.r.batch), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE superseded_at IS NULL AND valid_to IS NULL AND hukou = '外埠' AND division = '110102001001'"), 1);
    struct taken n = take(&w, arena_printf(w.arena, "姓名,身份证号,居住社区\n赵二,%s,三社区\n", number(&w, 1960, true, 9)));
    confirm(&w, n.r.batch);
    must_run(f, "INSERT INTO account (id, login, password, name, kind, district, person, state, demo, must_change, failed, created_at) "
        "SELECT 900, 'z', 'x', 'z', 'resident', 110102, person, 'active', 0, 0, 0, 0 FROM person_record WHERE name = '赵二'");
    assert_int_equal(undo(&w, n.r.batch, &kept), 0); /* who signs in here is not made unknown */
    assert_int_equal(kept, 1);
    assert_int_equal(found(&w, "赵二"), 1);
    world_close(&w);
}

static void goes_on_after_a_break(void **state) {
    struct fixture *f = *state;
    struct world w;
    struct taken t;
    struct actor who = keeper();
    world_open(&w, f);
    BUF_AUTO text;
    buf_init(&text, 0);
    buf_adds(&text, "姓名,身份证号,居住社区,户主身份证号,与户主关系\n");
    enum { PEOPLE = 450 };
    for (int i = 0; i < PEOPLE; i++)
        buf_addf(&text, "批量%s,%s,一社区,%s,%s\n", i % 2 ? "甲" : "乙", number(&w, 1930 + i / 10, true, 100 + i), number(&w, 1930 + i / 3 * 3 / 10, true, 100 + i / 3 * 3), i % 3 ? "子女" : "户主");
    assert_int_equal(take_as(&w, &who, buf_str(&text), 1, &t), E_BUSY);
    int64_t batch = t.r.batch;
    assert_true(ask_int(f, "SELECT count(*) FROM person") > 0);
    assert_int_equal(found(&w, "批量甲"), 0);
    int64_t overtaken = 0;
    assert_int_equal(import_confirm(&w.civil, &who, batch, &overtaken, &f->diag), E_CONFLICT);
    assert_string_equal(f->diag.code, "import.unfinished");
    struct taken rest = take(&w, buf_str(&text));
    assert_true(rest.r.resumed);
    counts(&rest, PEOPLE, 0, 0, 0);
    confirm(&w, batch);
    struct finding all = {.w = &w, .text = "批量甲"};
    expect_ok(READ(&w, find_in, &all), &f->diag);
    assert_int_equal(all.n, SEARCH_MAX);
    assert_true(all.more);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM household"), PEOPLE / 3);
    world_close(&w);
}

/* ---- rows that cannot be meant ------------------------------------------------------------------------ */

static void every_bad_row(void **state) {
    struct fixture *f = *state;
    struct world w;
    world_open(&w, f);
    char known[19];
    world_person(&w, "张三丰", 5);
    world_number(known, date_from_ymd(1970, 1, 1), false, 5);
    char *ok = number(&w, 1980, true, 1), *head = number(&w, 1981, true, 2), *second = number(&w, 1982, true, 3);
    const struct { const char *row, *reason; } bad[] = {
        {arena_printf(w.arena, ",,,%s,一社区,,,,,,,,,", ok), "新记录"},
        {",,没号码,,一社区,,,,,,,,,", "没有身份证号码"},
        {",,張三豐,,一社区,,,,,,,,1970-01-01,", "可能就是他"},
        {",,坏号码,110102198005060012,一社区,,,,,,,,,", "身份证号码"},
        {",,科学,1.10102E+17,一社区,,,,,,,,,", "末几位"},
        {arena_printf(w.arena, ",,别名字,%s,一社区,,,,,,,,,", known), "另一个姓名"},
        {arena_printf(w.arena, ",,生日不对,%s,一社区,,,,,,,,1980-05-07,", ok), "出生日期或性别"},
        {arena_printf(w.arena, ",,没地方,%s,,,,,,,,,,", ok), "居住社区"},
        {arena_printf(w.arena, ",,别的区,%s,南社区,,,,,,,,,", ok), "辖区"},
        {arena_printf(w.arena, ",,没这里,%s,没有社区,,,,,,,,,", ok), "区划"},
        {arena_printf(w.arena, ",,死得早,%s,一社区,,,,,,,1979-01-01,,", ok), "死亡日期"},
        {arena_printf(w.arena, ",,死得晚,%s,一社区,,,,,,,2199-01-01,,", ok), "死亡日期"},
        {arena_printf(w.arena, ",,人群,%s,一社区,,,,老年、外星人,,,,,", ok), "服务人群"},
        {arena_printf(w.arena, ",,自己管,%s,一社区,,,,,,%s,,,", ok, ok), "本人"},
        {arena_printf(w.arena, ",,关系,%s,一社区,,,,,,,,,订婚", ok), "代码表"},
        {arena_printf(w.arena, "#1,户主,井号,%s,一社区,,,,,,,,,", ok), "#"},
        {arena_printf(w.arena, ",,王＊,%s,一社区,,,,,,,,,", ok), "遮盖"}, /* an export that comes back */
        {arena_printf(w.arena, ",,甲\u202e乙,%s,一社区,,,,,,,,,", ok), "不能用"},
        {arena_printf(w.arena, ",,多了,%s,一社区,,,,,,,,,,多", ok), "列比表头多"},
        {arena_printf(w.arena, ",,电话,%s,一社区,,,,,电话无,,,,", ok), "电话"},
        {arena_printf(w.arena, "H1,户主,第二户主,%s,一社区,,,,,,,,,", second), "已经有户主"},
        {arena_printf(w.arena, "H1,子女,第一户主,%s,一社区,,,,,,,,,", head), "前面已有"},
    };
    BUF_AUTO text;
    buf_init(&text, 0);
    buf_addf(&text, HEAD "H1,户主,第一户主,%s,一社区,,,,,,,,,\n", head);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        buf_addf(&text, "%s\n", bad[i].row);
    struct taken t = take(&w, buf_str(&text));
    const char *at = t.rejected;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        at = strchr(at, '\n') + 1;
        const char *end = strchr(at, '\n');
        if (!memmem(at, (size_t)(end - at), bad[i].reason, strlen(bad[i].reason)))
            fail_msg("row %zu: %.*s lacks %s", i, (int)(end - at), at, bad[i].reason);
    }
    counts(&t, 1, 0, 0, ARRAY_LEN(bad));
    assert_int_equal(t.r.possible, 1);
    confirm(&w, t.r.batch);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person_record WHERE superseded_at IS NULL"), 2);
    world_close(&w);
}

static void who_may(void **state) {
    struct fixture *f = *state;
    struct world w;
    struct taken t;
    int64_t n = 0;
    world_open(&w, f);
    struct actor cashier = world_actor(41, "cashier", "110102"), clerk = world_actor(42, "clerk", "110102001"), other = world_actor(43, "clerk", "110102002"), system = actor_system();
    char *file = family(&w, "一社区");
    assert_int_equal(take_as(&w, &cashier, file, 0, &t), E_FORBIDDEN);
    assert_int_equal(take_as(&w, &system, file, 0, &t), E_FORBIDDEN); /* somebody answers for it */
    struct import_asked x = {.reg = "population", .file = span_of(file), .name = "x", .valid_from = DATE_NONE, .purpose = "payment"};
    struct diag d = {0};
    BUF_AUTO none;
    buf_init(&none, 0);
    assert_int_equal(import_run(&w.civil, &clerk, w.arena, &x, &none, &t.r, &d), E_FORBIDDEN);
    assert_string_equal(d.code, "access.purpose_role");
    x.purpose = "";
    assert_int_equal(import_run(&w.civil, &clerk, w.arena, &x, &none, &t.r, &d), E_INPUT);
    expect_ok(take_as(&w, &other, file, 0, &t), &t.d);
    counts(&t, 0, 0, 0, 4); /* none lives there */
    int64_t empty = t.r.batch;
    assert_int_equal(import_confirm(&w.civil, &clerk, empty, &n, &d), E_NOT_FOUND);
    assert_int_equal(undo(&w, empty, &n), 0);
    expect_ok(take_as(&w, &clerk, file, 0, &t), &t.d);
    counts(&t, 4, 0, 0, 0);
    expect_ok(import_confirm(&w.civil, &clerk, t.r.batch, &n, &d), &d);
    assert_int_equal(import_confirm(&w.civil, &clerk, t.r.batch, &n, &d), E_CONFLICT);
    assert_int_equal(import_confirm(&w.civil, &clerk, 12345, &n, &d), E_NOT_FOUND);
    world_close(&w);
}

/* ---- searching ----------------------------------------------------------------------------------------- */

static void names_in_any_writing(void **state) {
    struct fixture *f = *state;
    struct world w;
    world_open(&w, f);
    static const char *const names[] = {"欧阳震华", "吕小明", "曾国强", "𠮷野家", "\uE123山", "阿卜杜·热西提", "张伟", "张伟明", "长孙无忌"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct world_person p = {.w = &w, .name = names[i], .birth = date_from_ymd(1970 + (int)i, 1, 1), .n = (int)i};
        expect_ok(WRITE(&w, world_person_in, &p), &f->diag);
    }
    const struct { const char *text, *name; } asked[] = {
        {"欧阳震华", "欧阳震华"}, {"歐陽震華", "欧阳震华"}, {"ouyangzhenhua", "欧阳震华"}, {"Ouyang Zhenhua", "欧阳震华"}, {"oyzh", "欧阳震华"}, {"震华", "欧阳震华"}, {"zhenhua", "欧阳震华"},
        {"ouyangzhen", "欧阳震华"}, {"lv xiaoming", "吕小明"}, {"lü xiaoming", "吕小明"}, {"zengguoqiang", "曾国强"}, {"cengguoqiang", "曾国强"}, {"𠮷野", "𠮷野家"}, {"\uE123山", "\uE123山"},
        {"阿卜杜热西提", "阿卜杜·热西提"}, {"阿卜杜・热西提", "阿卜杜·热西提"}, {"张伟", "张伟"}, {"張偉", "张伟"}, {"zhangwei", "张伟"}, {"張 1976", "张伟"}, {"1976年 zw", "张伟"},
        {"zhangsunwuji", "长孙无忌"}, {"changsunwuji", "长孙无忌"}, {"　欧阳震华　", "欧阳震华"}, {"欧阳，1970-01-01", "欧阳震华"}, {"19700101 欧", "欧阳震华"}, {"欧阳 1970年1月1日", "欧阳震华"},
    };
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        if (strcmp(first(&w, asked[i].text), asked[i].name) != 0)
            fail_msg("%s: %s, not %s", asked[i].text, first(&w, asked[i].text), asked[i].name);
    assert_int_equal(found(&w, "张伟"), 2);
    assert_int_equal(found(&w, "zhangwei 1977"), 1);
    char whole[19];
    world_number(whole, date_from_ymd(1976, 1, 1), false, 6);
    assert_string_equal(first(&w, whole), "张伟");
    char *last = arena_printf(w.arena, "%s 张", whole + 14);
    assert_string_equal(first(&w, last), "张伟");
    struct finding elsewhere = {.w = &w, .text = "张伟", .scope = "110102002"};
    expect_ok(READ(&w, find_in, &elsewhere), &f->diag);
    assert_int_equal(elsewhere.n, 0);
    elsewhere.text = whole;
    expect_ok(READ(&w, find_in, &elsewhere), &f->diag);
    assert_int_equal(elsewhere.n, 0);
    world_close(&w);
}

static void hostile_words(void **state) {
    struct fixture *f = *state;
    struct world w;
    world_open(&w, f);
    world_person(&w, "张三", 1);
    static const char *const bad[] = {"", " ", "　", "张", "z", "zh", "zhang", "1234", "123X", "1970-01-01", "1970年", "19700101", "%", "%%%", "_", "'", "张%三\u202e", "a\x01", "\xff\xfe", "张三 张三 张三 张三 张三 张三 张三",
        "'; DROP TABLE person; --", "*", "？？", "\\", "1234 5678", "1234 1970年", "\u200b\u200b"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (!refused(&w, bad[i]) && found(&w, bad[i]) != 0)
            fail_msg("%zu: %s finds somebody", i, bad[i]);
    for (int c = '!'; c < 0x7f; c++) { /* no character of LIKE or of another language means anything */
        char text[32];
        snprintf(text, sizeof text, "%c%c%c 1990", c, c, c);
        if (!refused(&w, text))
            assert_int_equal(found(&w, text), 0);
    }
    char *longest = arena_alloc(w.arena, 4001);
    memset(longest, 'z', 4000);
    longest[4000] = 0;
    assert_true(refused(&w, longest));
    struct finding wide = {.w = &w, .text = "张三", .scope = "1101%"};
    assert_int_equal(READ(&w, find_in, &wide), E_INPUT);
    world_close(&w);
}

static enum status fill_in(struct txn *t, void *arg, bool *done, struct diag *d) { return search_fill(t, done, d); }

static void people_from_before(void **state) {
    struct fixture *f = *state;
    struct world w;
    world_open(&w, f);
    for (int i = 0; i < 3; i++)
        world_person(&w, i == 1 ? "钱二二" : "钱一一", i);
    must_run(f, "DELETE FROM person_token");
    assert_int_equal(found(&w, "钱二二"), 0);
    expect_ok(store_write_chunks(f->store, fill_in, NULL, &f->diag), &f->diag);
    expect_ok(store_write_chunks(f->store, fill_in, NULL, &f->diag), &f->diag);
    assert_int_equal(found(&w, "钱二二"), 1);
    assert_int_equal(found(&w, "qianyiyi"), 2);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(unseen_until_confirmed), ON_BOTH(changes_and_back), ON_BOTH(somebody_was_faster), ON_BOTH(goes_on_after_a_break), ON_BOTH(every_bad_row), ON_BOTH(who_may),
        ON_BOTH(names_in_any_writing), ON_BOTH(hostile_words), ON_BOTH(people_from_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
