/* A file of people into the register and confirmed, beside the same rows put into the same tables and indexes by the
 * database alone; then finding people among them, each look without its entry of the log. */
#include "bench.h"

#include "base/buf.h"
#include "base/idnum.h"
#include "civil/access/access.h"
#include "civil/import/import.h"
#include "civil/register/register.h"
#include "civil/register/search.h"
#include "cli/cli.h"
#include "store/store.h"

#include <ftw.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

enum { COMMUNITIES = 200, LOOKS = 3000 };

static const char *const family[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "欧阳", "林", "高", "罗"};
static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "涛", "明", "超", "霞", "平", "刚", "桂", "英", "华", "文", "玲", "辉", "健", "红", "梅", "建", "国"};

struct one { char name[32], number[19], birth[9]; };

static void person(uint64_t n, struct one *ret) {
    uint64_t h = (n + 1) * 0x9e3779b97f4a7c15u;
    h ^= h >> 29;
    snprintf(ret->name, sizeof ret->name, "%s%s%s", family[h % ARRAY_LEN(family)], given[(h >> 8) % ARRAY_LEN(given)], h >> 16 & 1 ? given[(h >> 17) % ARRAY_LEN(given)] : "");
    snprintf(ret->birth, sizeof ret->birth, "%04d%02d%02d", 1930 + (int)(n / 1000 % 90), 1 + (int)(n / 90000 % 12), 1 + (int)(n / 1080000 % 28));
    char text[64];
    snprintf(text, sizeof text, "110102%s%03d", ret->birth, (int)(n % 1000));
    memcpy(ret->number, text, 17);
    ret->number[17] = citizen_check_digit(ret->number);
    ret->number[18] = 0;
}

static enum status places(struct txn *t, void *arg, struct diag *d) {
    struct civil *c = arg;
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, "code,name,level,parent\n11,市,1,\n110102,区,2,11\n110102001,街道,3,110102\n");
    for (int i = 1; i <= COMMUNITIES; i++)
        buf_addf(&b, "110102001%03d,社区%d,4,110102001\n", i, i);
    enum status s = division_load(c, t, buf_span(&b), d);
    return s == OK ? register_create_tables(c, t, d) : s;
}

/* ---- beside: INSERT ... SELECT of the finished rows ------------------------------------------------ */

static void run(sqlite3 *db, const char *sql) {
    char *why = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, why);
        exit(1);
    }
}

static double copy(const char *from, const char *to) {
    static const char *const tables[] = {"person", "person_record", "household", "household_member", "person_token"};
    sqlite3 *db = NULL;
    char sql[2048];
    BENCH_CHECK(sqlite3_open(to, &db) == SQLITE_OK);
    snprintf(sql, sizeof sql, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ATTACH '%s' AS was", from);
    run(db, sql);
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        sqlite3_stmt *s = NULL;
        snprintf(sql, sizeof sql, "SELECT sql FROM was.sqlite_master WHERE tbl_name = '%s' AND sql IS NOT NULL ORDER BY type = 'index'", tables[i]);
        BENCH_CHECK(sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK);
        while (sqlite3_step(s) == SQLITE_ROW)
            run(db, (const char *)sqlite3_column_text(s, 0));
        sqlite3_finalize(s);
    }
    double began = bench_cpu();
    run(db, "BEGIN");
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        snprintf(sql, sizeof sql, "INSERT INTO main.%s SELECT * FROM was.%s", tables[i], tables[i]);
        run(db, sql);
    }
    run(db, "COMMIT");
    double took = bench_cpu() - began;
    sqlite3_close(db);
    return took;
}

/* ---- looking --------------------------------------------------------------------------------------------- */

struct looking { struct civil *c; const struct actor *who; const char *text, *scope; size_t n; };

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct looking *x = arg;
    struct access *a = NULL;
    struct person *list = NULL;
    bool more = false;
    enum status s = access_begin(txn_arena(t), x->who, "district_clerk", "verification", 0, 0, &a, d);
    return s == OK ? search_persons(x->c, t, a, txn_arena(t), span_of(x->text), x->scope, &list, &x->n, &more, d) : s;
}

static void looks(struct civil *c, const struct actor *who, int64_t people) {
    static const char *const kinds[] = {"name", "name and birth year, own community", "pinyin begun", "name and last four", "whole number", "address"};
    static double at[LOOKS];
    int n = bench_tiny() ? 60 : LOOKS;
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        int64_t found = 0;
        for (int i = 0; i < n; i++) {
            struct one p;
            uint64_t id = (uint64_t)i * 7919 % (uint64_t)people;
            char text[128], scope[16] = "110102";
            person(id, &p);
            if (k == 1)
                snprintf(scope, sizeof scope, "110102001%03d", (int)(id / 3 % COMMUNITIES) + 1);
            static const char *const begun[] = {"wangw", "zhangm", "ouyangj", "liug", "chenl", "zhoul"};
            if (k == 0)
                snprintf(text, sizeof text, "%s", p.name);
            else if (k == 1)
                snprintf(text, sizeof text, "%s %.4s年", p.name, p.birth);
            else if (k == 2)
                snprintf(text, sizeof text, "%s", begun[i % (int)ARRAY_LEN(begun)]);
            else if (k == 3)
                snprintf(text, sizeof text, "%s %s", p.name, p.number + 14);
            else if (k == 4)
                snprintf(text, sizeof text, "%s", p.number);
            else
                snprintf(text, sizeof text, "长街%d号", (int)(id / 3 % 9000));
            struct looking x = {.c = c, .who = who, .text = text, .scope = scope};
            double began = bench_now();
            BENCH_OK(store_read(c->store, look, &x, &bench_diag));
            at[i] = (bench_now() - began) * 1e3;
            found += (int64_t)x.n;
        }
        BENCH_CHECK(found > 0);
        char what[96], note[64];
        snprintf(what, sizeof what, "look-up, %s", kinds[k]);
        snprintf(note, sizeof note, "p50 %.2f ms", bench_percentile(at, (size_t)n, .5));
        bench_row(what, bench_percentile(at, (size_t)n, .99), "ms p99", NAN, note);
    }
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    return remove(path);
}

int main(int argc, char **argv) {
    int64_t people = bench_tiny() ? 900 : argc > 1 ? strtoll(argv[1], NULL, 10) : 100000;
    char folder[] = "/tmp/bench-people-XXXXXX", db[64], other[64], keys[64];
    BENCH_CHECK(mkdtemp(folder));
    snprintf(db, sizeof db, "%s/minzheng.db", folder);
    snprintf(other, sizeof other, "%s/copy.db", folder);
    snprintf(keys, sizeof keys, "%s/keys", folder);
    struct cli cli = {.db = db, .keys_dir = keys, .packs_dir = "packs", .arena = arena_new(0)};
    BENCH_OK(cli_open(&cli, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_MIGRATE, &bench_diag));
    cli.civil.district = 110102;
    BENCH_OK(store_write(cli.store, places, &cli.civil, &bench_diag));
    struct actor who = {.account = 1, .kind = "staff", .grant_count = 1, .grant = {{.role = "district_clerk", .division = "110102"}}};
    BUF_AUTO file, rejected;
    buf_init(&file, 0);
    buf_init(&rejected, 0);
    buf_adds(&file, "户号,与户主关系,姓名,身份证号,居住社区,现住址\n");
    for (int64_t i = 0; i < people; i++) {
        struct one p;
        person((uint64_t)i, &p);
        buf_addf(&file, "H%lld,%s,%s,%s,110102001%03d,长街%d号%d单元\n", (long long)(i / 3), i % 3 ? "其他" : "户主", p.name, p.number, (int)(i / 3 % COMMUNITIES) + 1, (int)(i / 3 % 9000),
            (int)(i / 27000) + 1);
    }
    struct import_asked x = {.reg = "population", .file = buf_span(&file), .name = "bench", .valid_from = DATE_NONE, .purpose = "verification"};
    struct import_result r;
    bench_machine();
    double cpu = bench_cpu(), wall = bench_now();
    BENCH_OK(import_run(&cli.civil, &who, cli.arena, &x, &rejected, &r, &bench_diag));
    cpu = bench_cpu() - cpu;
    wall = bench_now() - wall;
    BENCH_CHECK(r.added == people && r.rejected == 0);
    int64_t overtaken = 0;
    double began = bench_now();
    BENCH_OK(import_confirm(&cli.civil, &who, r.batch, &overtaken, &bench_diag));
    double confirmed = (bench_now() - began) * 1e3;
    double beside = copy(db, other);
    bench_head("rows alone");
    char note[96];
    snprintf(note, sizeof note, "%lld people, %.0f s on the clock", (long long)people, wall);
    bench_row("file of people, processor time", cpu, "s", beside, note);
    bench_row("the same", (double)people / cpu, "/s", (double)people / beside, NULL);
    bench_row("confirmed", confirmed, "ms", NAN, NULL);
    looks(&cli.civil, &who, people);
    store_free(cli.store);
    BENCH_CHECK(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
    return 0;
}
