/* A month of benefits: everybody is asked again, the batch prepared, approved, sent to the bank and settled by its
 * results, one in fifty coming back.  Beside each step: the rows that it left behind, put into the same tables
 * and indexes by the database alone in one transaction.  The sum of the lines, of the bank's file, of the
 * postings and of the budget is one sum, counted here from the texts and rows.
 *
 *   bench_month [BENEFITS]   homes of one person each, granted dibao a month ago */
#include "bench.h"

#include "base/buf.h"
#include "base/csv.h"
#include "base/idnum.h"
#include "base/json.h"
#include "civil/budget/appropriation.h"
#include "civil/case/case.h"
#include "civil/case/models.h"
#include "civil/decision/policies.h"
#include "civil/demo/demo.h"
#include "civil/entitlement/entitlement.h"
#include "civil/payment/payment.h"
#include "civil/recheck/recheck.h"
#include "civil/register/register.h"
#include "cli/cli.h"
#include "store/store.h"

#include <ftw.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <unistd.h>

enum { DISTRICT = 110102, AT_ONCE = 200, RETURNED_EACH = 50 };

#define FACTS                                                                                                                                        \
    "{\"日期\":\"2026-07-01\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1970-01-01\",\"户籍\":\"本市\","           \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[],\"残疾\":[],\"重大疾病\":false,\"劳动能力\":\"有\",\"在读\":\"无\","          \
    "\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}],\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[],"       \
    "\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}"

static char folder[] = "/tmp/bench-month-XXXXXX", db[64];
static struct civil *civil;

static struct actor officer(int64_t account, const char *role) {
    struct actor a = {.account = account, .kind = "staff", .grant_count = 1};
    snprintf(a.grant[0].role, sizeof a.grant[0].role, "%s", role);
    snprintf(a.grant[0].division, sizeof a.grant[0].division, "%d", DISTRICT);
    return a;
}

/* ---- who receives --------------------------------------------------------------------- */

static enum status places(struct txn *t, void *arg, struct diag *d) {
    struct civil *c = arg;
    enum status s = division_load(c, t, SPAN("code,name,level,parent\n11,市,1,\n110102,区,2,11\n110102001,街道,3,110102\n110102001001,社区,4,110102001\n"), d);
    return s == OK ? register_create_tables(c, t, d) : s;
}

struct making { int64_t from, n; int64_t person[AT_ONCE]; date_t today; };

static enum status settle_in(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    const struct actor system = actor_system();
    enum status s = OK;
    x->today = txn_today(t);
    for (int64_t i = 0; s == OK && i < x->n; i++) {
        int64_t n = x->from + i, household = 0;
        struct ymd y = date_ymd(date_from_ymd(1967, 1, 1) + (int)(n / 500));
        char number[64], account[32];
        snprintf(number, sizeof number, "110102%04d%02d%02d%03d", y.year, y.month, y.day, (int)(n % 500) * 2 + 1); /* odd: a man */
        number[17] = citizen_check_digit(number);
        number[18] = 0;
        snprintf(account, sizeof account, "6888%012lld", (long long)n);
        struct person_new p = {.id_number = span_bytes(number, 18), .name = "示范人", .male = true, .birth = date_from_ymd(y.year, y.month, y.day), .division = "110102001001", .hukou = "本市",
            .bank_account = account, .bank_name = "示范银行", .synthetic = true, .source = "entered"};
        s = person_add(civil, t, &system, DISTRICT, &p, &x->person[i], d);
        if (s == OK)
            s = household_add(civil, t, &system, DISTRICT, "110102001001", "一号楼", true, &household, d);
        if (s == OK)
            s = household_join(civil, t, &system, DISTRICT, household, x->person[i], "本人", txn_today(t) - 900, d);
    }
    return s;
}

static void grant(int64_t person, date_t on) {
    const struct actor clerk = officer(11, "clerk"), decider = officer(21, "decider");
    AUTO(arena) struct arena *a = arena_new(0);
    struct recorded_ref ref;
    struct recorded_party party = {person, "1", "本人"};
    struct recorded r = {.matter = "dibao", .district = DISTRICT, .applicant = person, .party = &party, .party_count = 1, .words = "纸质决定", .as_of = on, .applied_on = on};
    BENCH_OK(json_parse(a, SPAN(FACTS), &r.facts, &bench_diag));
    BENCH_OK(case_record(civil, &clerk, &decider, &r, &ref, &bench_diag));
}

static void make(int64_t benefits) {
    struct making x = {0};
    for (; x.from < benefits; x.from += x.n) {
        x.n = benefits - x.from < AT_ONCE ? benefits - x.from : AT_ONCE;
        BENCH_OK(store_write(civil->store, settle_in, &x, &bench_diag));
        for (int64_t i = 0; i < x.n; i++)
            grant(x.person[i], x.today - 30);
        if (x.from % 100000 == 0 && x.from)
            fprintf(stderr, "%lld granted\n", (long long)x.from);
    }
}

/* ---- beside: the rows alone ------------------------------------------------------------------ */

/* Outside the program and after it: what each table had before a step is known by its rowid. */
static const char *const tables[] = {"recheck_run", "recheck_finding", "payment_batch", "payment", "payment_file", "ledger_account", "ledger_transfer", "evidence_row", "log_pending", "access_log"};
enum { TABLES = ARRAY_LEN(tables) };
struct step { const char *name; double seconds, cpu; int64_t rows; double alone; };

static sqlite3 *open_db(const char *path) {
    sqlite3 *ret = NULL;
    BENCH_CHECK(sqlite3_open(path, &ret) == SQLITE_OK);
    BENCH_CHECK(sqlite3_exec(ret, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 60000", NULL, NULL, NULL) == SQLITE_OK);
    return ret;
}

static void run(sqlite3 *c, const char *sql) {
    char *why = NULL;
    if (sqlite3_exec(c, sql, NULL, NULL, &why) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", sql, why);
        exit(1);
    }
}

static int64_t number(sqlite3 *c, const char *sql) {
    sqlite3_stmt *s = NULL;
    BENCH_CHECK(sqlite3_prepare_v2(c, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW);
    int64_t n = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return n;
}

static bool has(sqlite3 *c, const char *table) {
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '%s'", table);
    return number(c, sql) > 0;
}

static void tables_like(sqlite3 *to) {
    char sql[2048];
    for (size_t i = 0; i < TABLES; i++) {
        sqlite3_stmt *s = NULL;
        snprintf(sql, sizeof sql, "SELECT sql FROM was.sqlite_master WHERE tbl_name = '%s' AND sql IS NOT NULL ORDER BY type = 'index'", tables[i]);
        BENCH_CHECK(sqlite3_prepare_v2(to, sql, -1, &s, NULL) == SQLITE_OK);
        while (sqlite3_step(s) == SQLITE_ROW)
            run(to, (const char *)sqlite3_column_text(s, 0));
        sqlite3_finalize(s);
    }
}

static void marks(int64_t mark[TABLES]) {
    sqlite3 *c = open_db(db);
    for (size_t i = 0; i < TABLES; i++) {
        char sql[128];
        snprintf(sql, sizeof sql, "SELECT COALESCE(max(rowid), 0) FROM %s", tables[i]);
        mark[i] = has(c, tables[i]) ? number(c, sql) : 0;
    }
    sqlite3_close(c);
}

/* What came since `mark`, into tables of their own. */
static void alone(struct step *x, const int64_t mark[TABLES]) {
    char path[80], sql[256];
    snprintf(path, sizeof path, "%s/alone.db", folder);
    sqlite3 *c = open_db(path);
    snprintf(sql, sizeof sql, "ATTACH '%s' AS was", db);
    run(c, sql);
    tables_like(c);
    double began = bench_now();
    run(c, "BEGIN");
    for (size_t i = 0; i < TABLES; i++) {
        snprintf(sql, sizeof sql, "INSERT INTO main.%s SELECT * FROM was.%s WHERE rowid > %lld", tables[i], tables[i], (long long)mark[i]);
        if (has(c, tables[i])) {
            run(c, sql);
            x->rows += sqlite3_changes64(c);
        }
    }
    run(c, "COMMIT");
    x->alone = bench_now() - began;
    sqlite3_close(c);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char file[96];
        snprintf(file, sizeof file, "%s%s", path, ends[i]);
        unlink(file);
    }
}

static int64_t mark[TABLES];
static double began, cpu_began;
static void begin(void) {
    marks(mark);
    began = bench_now();
    cpu_began = bench_cpu();
}
static struct step end(const char *name) {
    struct step x = {.name = name, .seconds = bench_now() - began, .cpu = bench_cpu() - cpu_began};
    alone(&x, mark);
    return x;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    return remove(path);
}

/* ---- the month ---------------------------------------------------------------------------------- */

static void appropriate(int64_t year, int64_t fen) {
    const struct actor cashier = officer(12, "cashier"), finance = officer(13, "finance");
    for (int level = 1; level < BUDGET_LEVELS; level++) {
        int64_t id = 0;
        BENCH_OK(appropriation_enter(civil, &cashier, &(struct appropriation_new){year, "dibao", budget_level[level], "试验1号", fen}, &id, &bench_diag));
        BENCH_OK(appropriation_register(civil, &finance, id, &bench_diag));
    }
}

/* The results, made from the bank's file as a bank would; *ret_fen: what the file asks it to pay. */
static void answer(struct span file, struct buf *out, int64_t *ret_fen, int64_t *ret_returned) {
    const char *at = file.at, *stop = file.at + file.size;
    int64_t n = 0;
    *ret_fen = *ret_returned = 0;
    buf_adds(out, "付款编号,金额,状态,原因\n");
    while (at < stop) {
        const char *eol = memchr(at, '\n', (size_t)(stop - at)), *comma = memchr(at, ',', (size_t)(stop - at));
        eol = eol ? eol : stop;
        if (*at >= '0' && *at <= '9' && comma && comma < eol) { /* number, name, account, bank, amount, remark: of our own format */
            struct span field[8] = {0};
            size_t k = 0;
            for (const char *p = at; k < ARRAY_LEN(field) && p <= eol; k++) {
                const char *q = memchr(p, ',', (size_t)(eol - p));
                q = q ? q : eol;
                field[k] = span_bytes(p, (size_t)(q - p));
                p = q + 1;
            }
            char money[32];
            snprintf(money, sizeof money, "%.*s", SPAN_ARG(field[4]));
            *ret_fen += (int64_t)llround(strtod(money, NULL) * 100);
            bool back = ++n % RETURNED_EACH == 0;
            *ret_returned += back;
            buf_addf(out, "%.*s,%s,%s,%s\n", SPAN_ARG(field[0]), money, back ? "失败" : "成功", back ? "closed" : "");
        }
        at = eol + 1;
    }
}

/* The first step is in the second too, which asks again for itself. */
static void say(const struct step *x, size_t n, int64_t benefits) {
    double seconds = 0, rows = 0;
    bench_head("rows alone");
    for (size_t i = 0; i < n; i++) {
        char note[96];
        snprintf(note, sizeof note, "%lld rows, %.0f µs a benefit, %.0f %% of a processor", (long long)x[i].rows, x[i].seconds / (double)benefits * 1e6, x[i].cpu / x[i].seconds * 100);
        bench_row(x[i].name, x[i].seconds, "s", x[i].alone, note);
        seconds += i ? x[i].seconds : 0;
        rows += i ? x[i].alone : 0;
    }
    bench_row("the month", seconds, "s", rows, NULL);
}

int main(int argc, char **argv) {
    int64_t benefits = bench_tiny() ? 120 : argc > 1 ? strtoll(argv[1], NULL, 10) : 10000, batch = 0, asked = 0, returned = 0;
    const struct actor cashier = officer(12, "cashier"), finance = officer(13, "finance");
    char keys[64];
    BENCH_CHECK(benefits > 0 && mkdtemp(folder));
    snprintf(db, sizeof db, "%s/minzheng.db", folder);
    snprintf(keys, sizeof keys, "%s/keys", folder);
    struct cli cli = {.db = db, .keys_dir = keys, .packs_dir = "packs", .data_dir = "build/data", .arena = arena_new(0)};
    BENCH_OK(cli_open(&cli, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_MIGRATE | CLI_CALENDAR, &bench_diag));
    civil = &cli.civil;
    civil->district = DISTRICT;
    BENCH_OK(store_write(cli.store, places, civil, &bench_diag));
    BENCH_OK(demo_confirm_parameters(civil, &bench_diag));
    double made = bench_now();
    make(benefits);
    made = bench_now() - made;
    sqlite3 *look = open_db(db);
    month_t month = number(look, "SELECT max(from_month) FROM entitlement");
    int64_t due = number(look, "SELECT sum(monthly_fen) FROM entitlement");
    BENCH_CHECK(number(look, "SELECT count(*) FROM entitlement") == benefits);
    appropriate(month / 12, due * 3);
    struct step x[6];
    struct recheck_report report;
    size_t n = 0;
    begin();
    BENCH_OK(recheck_month(civil, &cashier, DISTRICT, "dibao", month, &report, &bench_diag));
    x[n++] = end("asked again");
    BENCH_CHECK(report.asked == benefits && report.count[RECHECK_FAILED] == 0);
    begin();
    BENCH_OK(payment_batch_prepare(civil, &cashier, DISTRICT, "dibao", month, &batch, NULL, &bench_diag));
    x[n++] = end("asked again and prepared");
    begin();
    BENCH_OK(payment_batch_approve(civil, &finance, batch, 0, &bench_diag));
    x[n++] = end("approved");
    struct span file;
    const char *name = NULL;
    begin();
    BENCH_OK(payment_batch_file(civil, cli.arena, &cashier, batch, &file, &name, &bench_diag));
    x[n++] = end("bank's file, sent");
    BUF_AUTO results, said;
    buf_init(&results, 0);
    buf_init(&said, 0);
    answer(file, &results, &asked, &returned);
    BENCH_CHECK(asked == due);
    struct json_writer w;
    json_begin(&w, &said, false);
    begin();
    BENCH_OK(payment_batch_returns(civil, cli.arena, &cashier, batch, buf_span(&results), &w, &bench_diag));
    x[n++] = end("results, settled");
    BENCH_CHECK(number(look, "SELECT total_fen FROM payment_batch") == due && number(look, "SELECT sum(amount_fen) FROM payment") == due);
    BENCH_CHECK(number(look, "SELECT sum(amount_fen) FROM ledger_transfer WHERE kind = 'approve'") == due && number(look, "SELECT sum(amount_fen) FROM ledger_transfer WHERE kind = 'send'") == due);
    BENCH_CHECK(number(look, "SELECT sum(amount_fen) FROM ledger_transfer WHERE kind IN ('paid', 'returned')") == due);
    BENCH_CHECK(number(look, "SELECT count(*) FROM payment WHERE state = 'returned'") == returned && returned == benefits / RETURNED_EACH);
    BENCH_CHECK(number(look, "SELECT count(*) FROM payment WHERE state = 'paid'") == benefits - returned);
    int64_t postings = number(look, "SELECT count(*) FROM ledger_transfer");
    sqlite3_close(look);
    bench_machine();
    printf("%lld benefits, granted in %.0f s before; %lld postings\n", (long long)benefits, made, (long long)postings);
    say(x, n, benefits);
    struct step ledger = {.seconds = x[2].seconds + x[3].seconds + x[4].seconds};
    bench_row("postings", (double)postings / ledger.seconds, "/s", NAN, "approved, sent and settled with their evidence");
    store_free(cli.store);
    BENCH_CHECK(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS) == 0);
    return 0;
}
