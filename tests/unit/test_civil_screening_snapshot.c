/* A snapshot comes back as it was written; what is damaged, cut, older, newer or
 * missing is refused with the file's name, and never taken for whole. */
#include "../support/test_store.h"

#include "base/buf.h"
#include "civil/screening/rows.h"
#include "civil/screening/snapshot_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HOUSEHOLDS = 300 };

struct room {
    struct fixture *f;
    struct arena *a;
    struct schema schema;
    char dir[512];
    size_t id, division, money, member, member_id, number, birth, died, income, kind, amount, work;
};

static struct span vocabulary(struct arena *a) {
    char path[512];
    snprintf(path, sizeof path, "%s/packs/vocabulary.csv", getenv("SOURCE_ROOT"));
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *text = arena_alloc(a, 1 << 16);
    size_t n = fread(text, 1, 1 << 16, in);
    fclose(in);
    return (struct span){text, n};
}

static void room_open(struct room *r, struct fixture *f) {
    *r = (struct room){.f = f, .a = arena_new(0)};
    struct vocabulary v;
    expect_ok(vocabulary_load(r->a, vocabulary(r->a), &v, &f->diag), &f->diag);
    expect_ok(schema_new(r->a, &v, &r->schema, &f->diag), &f->diag);
    snprintf(r->dir, sizeof r->dir, "%s/snapshot", f->folder);
    size_t household = 0, member = schema_table(&r->schema, "成员"), income = schema_table(&r->schema, "收入");
    r->member = member;
    r->income = income;
    r->id = schema_column(&r->schema, household, "_id");
    r->division = schema_column(&r->schema, household, "_division");
    r->money = schema_column(&r->schema, household, "货币财产");
    r->member_id = schema_column(&r->schema, member, "_id");
    r->number = schema_column(&r->schema, member, "编号");
    r->birth = schema_column(&r->schema, member, "出生日期");
    r->died = schema_column(&r->schema, member, "死亡日期");
    r->work = schema_column(&r->schema, member, "就业状态");
    r->kind = schema_column(&r->schema, income, "类别");
    r->amount = schema_column(&r->schema, income, "月金额");
}

static int64_t money_of(int64_t i) { return i == 250 ? 90000000000000 : i * 100; } /* one asks for eight bytes, late */
static bool money_known(int64_t i) { return i % 3 == 0 || i == 250; }
static int64_t members_of(int64_t i) { return 1 + i % 4; }
static bool incomes_known(int64_t i, int64_t k) { return (i + k) % 5 != 0; }

static void household(struct room *r, struct batch *b, const int64_t *number, int64_t i) {
    assert_true(batch_row(b, 0));
    batch_set(b, r->id, 1000 + i);
    batch_set(b, r->division, 110102001001 + i);
    if (money_known(i))
        batch_set(b, r->money, money_of(i));
    for (int64_t k = 0; k < members_of(i); k++) {
        assert_true(batch_row(b, r->member));
        batch_set(b, r->member_id, 1000 * i + k);
        batch_set(b, r->number, number[k]);
        batch_set(b, r->birth, (date_t)(i - 200));
        if (k)
            batch_null(b, r->died);
        else if (i % 2)
            batch_set(b, r->died, 20000);
        if (!incomes_known(i, k))
            continue;
        batch_known(b, r->income);
        for (int64_t n = 0; n < k; n++) {
            assert_true(batch_row(b, r->income));
            batch_set(b, r->kind, n);
            batch_set(b, r->amount, 100 * i + n);
        }
    }
}

static enum status write_it(struct room *r, const char *dir, int64_t households, size_t batch_size) {
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    struct batch b;
    int64_t number[4];
    struct diag *d = &r->f->diag;
    enum status s = snapshot_writer_new(dir, &r->schema, &w, d);
    if (s != OK)
        return s;
    expect_ok(batch_init(&b, &r->schema, d), d);
    for (int64_t k = 0; s == OK && k < 4; k++) {
        char text[2] = {(char)('1' + k), 0};
        s = snapshot_word(w, r->number, span_of(text), &number[k], d);
    }
    for (int64_t i = 0; s == OK && i < households; i++) {
        household(r, &b, number, i);
        if (b.table[0].rows < batch_size && i + 1 < households)
            continue;
        s = snapshot_append(w, &b, d);
        batch_clear(&b);
    }
    struct cohort_snapshot about = {.date = 20779, .taken_at = 1760000000000000, .log_origin = SPAN("minzheng.example/110102"), .log_size = 42,
        .log_root = SPAN("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff")};
    if (s == OK)
        s = snapshot_finish(w, &about, d);
    batch_release(&b);
    return s;
}

/* ---- round trip ------------------------------------------------------------------------ */

static void check_members(const struct cohort_table *t, int64_t i) {
    const struct cohort_list *members = cohort_list_find(t, SPAN("成员"));
    const struct cohort_table *m = members->of;
    const struct cohort_column *died = cohort_column_find(m, SPAN("死亡日期")), *number = cohort_column_find(m, SPAN("编号"));
    const struct cohort_list *incomes = cohort_list_find(m, SPAN("收入"));
    assert_int_equal(members->offset[i + 1] - members->offset[i], members_of(i));
    for (int64_t k = 0; k < members_of(i); k++) {
        uint64_t row = members->offset[i] + (uint64_t)k;
        assert_int_equal(cohort_stored(cohort_column_find(m, SPAN("_id")), row), 1000 * i + k);
        assert_int_equal(number->word[cohort_stored(number, row)].at[0], '1' + k);
        assert_int_equal(cohort_stored(cohort_column_find(m, SPAN("出生日期")), row), i - 200);
        assert_int_equal(cohort_bit(died->null, row), k > 0);
        assert_int_equal(cohort_bit(died->unknown, row), k == 0 && i % 2 == 0);
        assert_int_equal(cohort_stored(died, row), k == 0 && i % 2 ? 20000 : 0);
        assert_int_equal(cohort_bit(incomes->unknown, row), !incomes_known(i, k));
        uint64_t first = incomes->offset[row], n = incomes->offset[row + 1] - first;
        assert_int_equal(n, incomes_known(i, k) ? k : 0);
        for (uint64_t j = 0; j < n; j++)
            assert_int_equal(cohort_stored(cohort_column_find(incomes->of, SPAN("月金额")), first + j), 100 * i + (int64_t)j);
    }
}

static void it_comes_back_as_it_was_written(void **state) {
    FIXTURE(f);
    struct room r;
    static const size_t batches[] = {1, 63, 64, 1000};
    char first[65] = "";
    for (size_t n = 0; n < ARRAY_LEN(batches); n++) { /* however it is cut into batches */
        room_open(&r, f);
        char dir[600];
        snprintf(dir, sizeof dir, "%s%zu", r.dir, n);
        expect_ok(write_it(&r, dir, HOUSEHOLDS, batches[n]), &f->diag);
        AUTO(snapshot) struct snapshot *s = NULL;
        expect_ok(snapshot_open(dir, true, &s, &f->diag), &f->diag);
        const struct cohort_table *t = snapshot_household(s);
        const struct cohort_column *money = cohort_column_find(t, SPAN("货币财产"));
        assert_int_equal(t->count, HOUSEHOLDS);
        assert_int_equal(money->width, 8);
        assert_int_equal(money->scale, 2);
        assert_int_equal(money->high, money_of(250));
        assert_int_equal(money->low, 0);
        for (int64_t i = 0; i < HOUSEHOLDS; i++) {
            assert_int_equal(snapshot_ids(s)[i], 1000 + i);
            assert_int_equal(snapshot_divisions(s)[i], 110102001001 + i);
            assert_int_equal(cohort_bit(money->unknown, (uint64_t)i), !money_known(i));
            assert_int_equal(cohort_stored(money, (uint64_t)i), money_known(i) ? money_of(i) : 0);
            check_members(t, i);
        }
        assert_null(cohort_column_find(t, SPAN("房租")));     /* nobody knows it */
        assert_null(cohort_list_find(t, SPAN("赡养人家庭")));
        const struct cohort_snapshot *x = snapshot_content(s);
        assert_int_equal(x->date, 20779);
        assert_int_equal(x->log_size, 42);
        assert_true(span_is(x->log_origin, "minzheng.example/110102"));
        if (n == 0)
            memcpy(first, snapshot_sha256(s), sizeof first);
        assert_string_equal(first, snapshot_sha256(s));
        arena_free(r.a);
    }
}

static void nobody_is_a_snapshot_too(void **state) {
    FIXTURE(f);
    struct room r;
    room_open(&r, f);
    expect_ok(write_it(&r, r.dir, 0, 10), &f->diag);
    AUTO(snapshot) struct snapshot *s = NULL;
    expect_ok(snapshot_open(r.dir, true, &s, &f->diag), &f->diag);
    assert_int_equal(snapshot_household(s)->count, 0);
    assert_non_null(snapshot_ids(s));
    arena_free(r.a);
}

/* ---- damage ------------------------------------------------------------------------------- */

static void in(char out[600], const struct room *r, const char *name) { snprintf(out, 600, "%s/%s", r->dir, name); }

static void flip(const char *path, off_t at) {
    uint8_t byte;
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= 0x40;
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void refuse(struct room *r, bool verify, enum status s, const char *code, const char *where) {
    struct snapshot *x = NULL;
    struct diag d = {0};
    expect_fail(snapshot_open(r->dir, verify, &x, &d), &d, s, code);
    if (where)
        assert_string_equal(d.where, where);
}

/* Each byte of a file's array, flipped, is seen by its checksum; those that would lead a reader astray without it. */
static void a_flipped_bit_is_seen(void **state) {
    FIXTURE(f);
    struct room r;
    room_open(&r, f);
    expect_ok(write_it(&r, r.dir, HOUSEHOLDS, 100), &f->diag);
    AUTO(snapshot) struct snapshot *s = NULL;
    expect_ok(snapshot_open(r.dir, true, &s, &f->diag), &f->diag);
    const struct cohort_snapshot *x = snapshot_content(s);
    char path[600], name[80];
    for (size_t i = 0; i < x->file_count; i++) {
        snprintf(name, sizeof name, "%.*s", SPAN_ARG(x->file[i].name));
        in(path, &r, name);
        flip(path, (off_t)x->file[i].bytes - 64);
        refuse(&r, true, E_INPUT, "snapshot.checksum", name);
        flip(path, (off_t)x->file[i].bytes - 64);
        flip(path, 20);
        refuse(&r, false, E_INPUT, "snapshot.header", name);
        flip(path, 20);
        if (x->file[i].part != SNAPSHOT_OFFSET)
            continue;
        flip(path, SNAPSHOT_HEADER_BYTES + 8 * 4 + 1);
        refuse(&r, false, E_INPUT, "snapshot.offsets", name);
        flip(path, SNAPSHOT_HEADER_BYTES + 8 * 4 + 1);
    }
    AUTO(snapshot) struct snapshot *healed = NULL;
    expect_ok(snapshot_open(r.dir, true, &healed, &f->diag), &f->diag);
    arena_free(r.a);
}

static const struct cohort_snapshot_file *value_file(const struct cohort_snapshot *x, const char *table, const char *column, enum cohort_snapshot_part part) {
    for (size_t i = 0; i < x->file_count; i++) {
        const struct cohort_table *t = &x->table[x->file[i].table];
        if (x->file[i].part == part && span_is(t->name, table) && span_is(t->column[x->file[i].field].name, column))
            return &x->file[i];
    }
    fail_msg("no file of %s.%s", table, column);
    return NULL;
}

/* What the checks without checksums are there for: no index outside its dictionary, no value outside its bounds. */
static void values_outside_their_bounds_are_seen(void **state) {
    FIXTURE(f);
    struct room r;
    room_open(&r, f);
    expect_ok(write_it(&r, r.dir, HOUSEHOLDS, 100), &f->diag);
    AUTO(snapshot) struct snapshot *s = NULL;
    expect_ok(snapshot_open(r.dir, true, &s, &f->diag), &f->diag);
    static const struct { const char *table, *column; enum cohort_snapshot_part part; off_t at; const char *code; } bad[] = {
        {"成员", "编号", SNAPSHOT_VALUE, 10, "snapshot.range"},
        {"收入", "类别", SNAPSHOT_VALUE, 0, "snapshot.range"},
        {"户", "货币财产", SNAPSHOT_VALUE, 8 * 250 + 7, "snapshot.range"},
        {"户", "货币财产", SNAPSHOT_VALUE, 8 * 1, "snapshot.range"},       /* an unknown row holds 0 */
        {"户", "货币财产", SNAPSHOT_UNKNOWN, HOUSEHOLDS / 8 + 1, "snapshot.bits"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct cohort_snapshot_file *file = value_file(snapshot_content(s), bad[i].table, bad[i].column, bad[i].part);
        char path[600], name[80];
        snprintf(name, sizeof name, "%.*s", SPAN_ARG(file->name));
        in(path, &r, name);
        flip(path, SNAPSHOT_HEADER_BYTES + bad[i].at);
        refuse(&r, false, E_INPUT, bad[i].code, name);
        flip(path, SNAPSHOT_HEADER_BYTES + bad[i].at);
    }
    arena_free(r.a);
}

static void a_cut_or_missing_file_is_named(void **state) {
    FIXTURE(f);
    struct room r;
    room_open(&r, f);
    expect_ok(write_it(&r, r.dir, HOUSEHOLDS, 100), &f->diag);
    char path[600], aside[600];
    in(path, &r, "c000.value");
    in(aside, &r, "aside");
    assert_int_equal(rename(path, aside), 0);
    refuse(&r, false, E_INPUT, "snapshot.missing", "c000.value");
    assert_int_equal(symlink("aside", path), 0); /* nor what lies elsewhere */
    refuse(&r, false, E_INPUT, "snapshot.missing", "c000.value");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    refuse(&r, false, E_INPUT, "snapshot.missing", "c000.value");
    unlink(path);
    assert_int_equal(rename(aside, path), 0);
    static const off_t sizes[] = {0, 1, 63, 64, 100};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        assert_int_equal(truncate(path, sizes[i]), 0);
        refuse(&r, i % 2, E_INPUT, "snapshot.size", "c000.value");
    }
    in(path, &r, "manifest.sha256");
    unlink(path);
    refuse(&r, false, E_INPUT, "snapshot.missing", "manifest.sha256");
    in(path, &r, "manifest.json");
    unlink(path);
    refuse(&r, false, E_NOT_FOUND, "snapshot.none", NULL);
    snprintf(r.dir, sizeof r.dir, "%s/nowhere", f->folder);
    refuse(&r, false, E_NOT_FOUND, "snapshot.none", NULL);
    arena_free(r.a);
}

/* ---- writing ---------------------------------------------------------------------------------- */

static size_t entries(const char *folder, const char *part) {
    size_t n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));)
        n += strstr(e->d_name, part) != NULL;
    closedir(dir);
    return n;
}

static void nothing_is_overwritten_and_nothing_left_behind(void **state) {
    FIXTURE(f);
    struct room r;
    room_open(&r, f);
    expect_ok(write_it(&r, r.dir, 10, 100), &f->diag);
    expect_fail(write_it(&r, r.dir, 10, 100), &f->diag, E_CONFLICT, "snapshot.exists");
    AUTO(snapshot) struct snapshot *s = NULL;
    expect_ok(snapshot_open(r.dir, true, &s, &f->diag), &f->diag);
    char none[600];
    snprintf(none, sizeof none, "%s/no/such/place", f->folder);
    expect_fail(write_it(&r, none, 10, 100), &f->diag, E_SYSTEM, "snapshot.file");
    { /* given up half way */
        AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
        snprintf(none, sizeof none, "%s/half", f->folder);
        expect_ok(snapshot_writer_new(none, &r.schema, &w, &f->diag), &f->diag);
        assert_int_equal(entries(f->folder, "half.part-"), 1);
    }
    assert_int_equal(entries(f->folder, ".part-"), 0);
    assert_int_equal(entries(f->folder, "half"), 0);
    arena_free(r.a);
}

/* The limit on a file's size stands for a full disk: writes fail in the middle. */
static void a_full_disk_leaves_nothing(void **state) {
    FIXTURE(f);
    struct room r;
    room_open(&r, f);
    struct rlimit was, small = {1024, RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &was);
    small.rlim_max = was.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    enum status s = write_it(&r, r.dir, HOUSEHOLDS, 10);
    setrlimit(RLIMIT_FSIZE, &was);
    assert_int_equal(s, E_SYSTEM);
    assert_string_equal(f->diag.code, "snapshot.file");
    assert_int_equal(entries(f->folder, "snapshot"), 0);
    arena_free(r.a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_SQLITE_ONLY(it_comes_back_as_it_was_written),
        ON_SQLITE_ONLY(nobody_is_a_snapshot_too),
        ON_SQLITE_ONLY(a_flipped_bit_is_seen),
        ON_SQLITE_ONLY(values_outside_their_bounds_are_seen),
        ON_SQLITE_ONLY(a_cut_or_missing_file_is_named),
        ON_SQLITE_ONLY(nothing_is_overwritten_and_nothing_left_behind),
        ON_SQLITE_ONLY(a_full_disk_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
