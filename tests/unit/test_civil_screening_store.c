/* A snapshot of a store says what household_facts says of each household; built upon
 * an older one it is the same as built anew, and reads only what changed; reading is one entry of the
 * evidence log. */
#include "../support/civil_world.h"

#include "civil/decision/vocabulary.h"
#include "civil/demo/demo.h"
#include "civil/screening/rows.h"
#include "civil/screening/snapshot_files.h"
#include "civil/screening/store_snapshot.h"

enum { PEOPLE = 900 };

struct making { struct world w; struct schema schema; struct store_snapshot_result result; };

static void making_open(struct making *m, struct fixture *f) {
    *m = (struct making){0};
    world_open(&m->w, f);
    struct vocabulary v;
    expect_ok(vocabulary_load(m->w.arena, packs_vocabulary(m->w.packs), &v, &f->diag), &f->diag);
    expect_ok(schema_new(m->w.arena, &v, &m->schema, &f->diag), &f->diag);
    struct demo_config config = {.district = "110102", .people = PEOPLE, .seed = 4, .today = date_from_ymd(2026, 11, 22)};
    struct demo_result r = {0};
    expect_ok(demo_population(&m->w.civil, &config, &r, &f->diag), &f->diag);
}

static enum status take(struct making *m, const char *name, const struct snapshot *base, date_t date, struct snapshot **ret) {
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    struct diag *d = &m->w.f->diag;
    char dir[256];
    snprintf(dir, sizeof dir, "%s/%s", m->w.f->folder, name);
    struct store_snapshot o = {.date = date, .base = base};
    enum status s = snapshot_writer_new(dir, &m->schema, &w, d);
    if (s == OK)
        s = store_snapshot_write(&m->w.civil, &o, &m->schema, w, &m->result, d);
    return s == OK && ret ? snapshot_open(dir, true, ret, d) : s;
}

/* ---- the same facts ------------------------------------------------------------------------- */

static void same_cell(const struct cohort_column *c, uint64_t row, const struct json *j) {
    int64_t v = cohort_stored(c, row);
    date_t day;
    assert_false(cohort_bit(c->unknown, row));
    assert_false(cohort_bit(c->null, row));
    switch (c->kind) {
    case COHORT_BOOLEAN: assert_int_equal(v, j->type == JSON_TRUE); break;
    case COHORT_DATE: assert_int_equal(date_parse(j->text, &day, NULL), OK); assert_int_equal(v, day); break;
    case COHORT_STRING: assert_true(span_eq(c->word[v], j->text)); break;
    case COHORT_NUMBER: {
        int64_t power = 1;
        for (int i = 0; i < c->scale; i++)
            power *= 10;
        assert_int_equal(dec_cmp(dec_mul(j->number, dec_int(power)), dec_int(v)), 0);
        break;
    }
    }
}

/* Cells compared; a fact that the registers do not hold is known to nobody. */
static size_t same_object(const struct cohort_table *t, uint64_t row, const struct json *j) {
    size_t cells = 0;
    for (size_t i = 0; i < t->column_count; i++) {
        const struct cohort_column *c = &t->column[i];
        const struct json *fact = json_get_span(j, c->name);
        if (c->name.at[0] == '_' || span_is(c->name, "编号"))
            continue;
        if (json_is_null(fact))
            assert_true(cohort_bit(c->unknown, row) || cohort_bit(c->null, row));
        else
            same_cell(c, row, fact), cells++;
    }
    for (size_t i = 0; i < j->size; i++) {
        const struct cohort_list *l = cohort_list_find(t, j->key[i]);
        assert_true(l || cohort_column_find(t, j->key[i]));
        if (!l || json_is_null(j->item[i]))
            continue;
        uint64_t first = l->offset[row];
        assert_false(cohort_bit(l->unknown, row));
        assert_int_equal(l->offset[row + 1] - first, j->item[i]->size);
        for (size_t k = 0; k < j->item[i]->size; k++)
            if (j->item[i]->item[k]->type == JSON_OBJECT)
                cells += same_object(l->of, first + k, j->item[i]->item[k]);
            else
                same_cell(&l->of->column[0], first + k, j->item[i]->item[k]), cells++;
    }
    return cells;
}

struct comparing { struct making *m; struct snapshot *s; date_t date; size_t cells; uint64_t households; };

static enum status compare(struct txn *t, void *arg, struct diag *d) {
    struct comparing *x = arg;
    const struct cohort_table *h = snapshot_household(x->s);
    const struct cohort_list *members = cohort_list_find(h, SPAN("成员"));
    enum status s = OK;
    for (uint64_t row = 0; s == OK && row < h->count; row++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct access *access = NULL;
        const struct json *facts = NULL, *sources = NULL;
        struct actor who = actor_system();
        s = access_begin(a, &who, "city", "statistics", 0, 0, &access, d);
        if (s == OK)
            s = household_facts(&x->m->w.civil, t, access, a, DISTRICT, snapshot_ids(x->s)[row], snapshot_member_ids(x->s)[members->offset[row]], x->date, &facts, &sources, d);
        if (s != OK)
            return s;
        x->cells += same_object(h, row, facts);
        const struct json *list = json_get(facts, "成员");
        for (size_t k = 0; k < list->size; k++)
            assert_int_equal(snapshot_member_ids(x->s)[members->offset[row] + k], strtoll(json_str(list->item[k], "编号", ""), NULL, 10));
        x->households++;
    }
    return s == OK ? sql_int(t, (int64_t *)&x->households, 0, d, "SELECT count(*) FROM household") : s;
}

static void it_says_what_the_registers_say(void **state) {
    FIXTURE(f);
    struct making m;
    making_open(&m, f);
    AUTO(snapshot) struct snapshot *s = NULL;
    date_t today = instant_date(test_instant);
    expect_ok(take(&m, "s", NULL, today, &s), &f->diag);
    struct comparing x = {.m = &m, .s = s, .date = today};
    expect_ok(READ(&m.w, compare, &x), &f->diag);
    assert_int_equal(x.households, snapshot_household(s)->count);
    assert_int_equal(m.result.people, cohort_list_find(snapshot_household(s), SPAN("成员"))->of->count);
    assert_true(m.result.people >= PEOPLE && x.cells > 10 * m.result.people);
    assert_int_equal(m.result.left_out, 0);
    assert_int_equal(m.result.read, m.result.households);
    world_close(&m.w);
}

/* ---- built upon an older one -------------------------------------------------------------------- */

struct change { struct making *m; int64_t household, person, other, joined; int64_t entries; char query[512]; };

static enum status pick(struct txn *t, void *arg, struct diag *d) {
    struct change *x = arg;
    enum status s = sql_int(t, &x->household, 0, d, "SELECT household FROM household_member ORDER BY household LIMIT 1");
    if (s == OK)
        s = sql_int(t, &x->person, 0, d, "SELECT max(person) FROM household_member");
    return s == OK ? sql_int(t, &x->other, 0, d, "SELECT max(person) FROM household_member WHERE household > ? AND person < ?", SQL_I(x->household), SQL_I(x->person)) : s;
}

/* A fact of one person, a record of another, a car, a benefit, a new household with a newcomer. */
static enum status change(struct txn *t, void *arg, struct diag *d) {
    struct change *x = arg;
    struct civil *c = &x->m->w.civil;
    struct actor who = actor_system();
    const struct json *work = NULL, *income = NULL, *car = NULL;
    int64_t home = 0;
    enum status s = json_parse(txn_arena(t), SPAN("{\"就业状态\":\"失业\"}"), &work, d);
    if (s == OK)
        s = json_parse(txn_arena(t), SPAN("{\"类别\":\"财产净\",\"月金额\":123456789.01}"), &income, d);
    if (s == OK)
        s = json_parse(txn_arena(t), SPAN("{\"用途\":\"经营\",\"价值\":80000}"), &car, d);
    if (s == OK)
        s = person_change(c, t, &who, DISTRICT, x->person, txn_today(t), work, "entered", false, d);
    if (s == OK)
        s = register_add(c, t, &who, "income", DISTRICT, x->other, income, date_from_ymd(2020, 1, 1), "entered", d);
    if (s == OK)
        s = register_add(c, t, &who, "vehicle", DISTRICT, x->household, car, date_from_ymd(2020, 1, 1), "entered", d);
    if (s == OK)
        s = household_add(c, t, &who, DISTRICT, "110102002001", "某处", true, &home, d);
    return s == OK ? household_join(c, t, &who, DISTRICT, home, x->joined, "本人", txn_today(t), d) : s;
}

static enum status last_entry(struct txn *t, void *arg, struct diag *d) {
    struct change *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_int(t, &x->entries, 0, d, "SELECT count(*) FROM access_entry WHERE purpose = 'screening'");
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT fields FROM access_entry WHERE purpose = 'screening' ORDER BY id DESC LIMIT 1");
    if (s == OK)
        snprintf(x->query, sizeof x->query, "%.*s", SPAN_ARG(rows_text(r, 0)));
    return s;
}

static void built_upon_an_older_one_it_is_the_same(void **state) {
    FIXTURE(f);
    struct making m;
    instant_t began = test_instant;
    making_open(&m, f);
    date_t today = instant_date(test_instant);
    struct change x = {.m = &m};
    AUTO(snapshot) struct snapshot *base = NULL, *upon = NULL, *anew = NULL, *later = NULL;
    test_instant += (instant_t)3600 * 1000000;
    expect_ok(take(&m, "base", NULL, today, &base), &f->diag);
    test_instant += (instant_t)3600 * 1000000;
    expect_ok(READ(&m.w, pick, &x), &f->diag);
    x.joined = world_person(&m.w, "新来", 77);
    expect_ok(WRITE(&m.w, change, &x), &f->diag);
    expect_ok(take(&m, "upon", base, today, &upon), &f->diag);
    assert_in_range(m.result.read, 3, 4); /* three that changed and the new one; two of them may be one */
    assert_true(m.result.households > 100);
    expect_ok(take(&m, "anew", NULL, today, &anew), &f->diag);
    assert_int_equal(m.result.read, m.result.households);
    assert_string_equal(snapshot_sha256(upon), snapshot_sha256(anew));
    assert_string_not_equal(snapshot_sha256(upon), snapshot_sha256(base));
    /* Once nothing changes, nothing is read; tomorrow neither. */
    test_instant += (instant_t)3600 * 1000000;
    expect_ok(take(&m, "later", upon, today, &later), &f->diag);
    assert_in_range(m.result.read, 3, 4); /* what was written at the base's instant may have come after it */
    test_instant += (instant_t)86400 * 1000000;
    expect_ok(take(&m, "tomorrow", later, today + 1, NULL), &f->diag);
    assert_int_equal(m.result.read, 0);
    expect_ok(READ(&m.w, last_entry, &x), &f->diag);
    assert_int_equal(x.entries, 5);
    assert_non_null(strstr(x.query, "snapshot date=2026-11-23 log=test.example/log size=0 root=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    test_instant = began;
    world_close(&m.w);
}

static void another_base_is_refused(void **state) {
    FIXTURE(f);
    struct making m;
    making_open(&m, f);
    date_t today = instant_date(test_instant);
    AUTO(snapshot) struct snapshot *base = NULL;
    expect_ok(take(&m, "base", NULL, today, &base), &f->diag);
    expect_fail(take(&m, "earlier", base, today - 1, NULL), &f->diag, E_INPUT, "snapshot.base");
    m.w.civil.log_origin = "test.example/another";
    expect_fail(take(&m, "another", base, today, NULL), &f->diag, E_INPUT, "snapshot.base");
    m.w.civil.log_origin = "test.example/log";
    struct change x = {0};
    expect_ok(READ(&m.w, last_entry, &x), &f->diag);
    assert_int_equal(x.entries, 1); /* what was refused was not read */
    world_close(&m.w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(it_says_what_the_registers_say),
        ON_BOTH(built_upon_an_older_one_it_is_the_same),
        ON_SQLITE_ONLY(another_base_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
