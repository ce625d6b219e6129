/* rows: raw SQLite's side of bench_submissions.
 *
 *   rows BEFORE AFTER SINGLE GROUPED GROUP
 *
 * BEFORE is the store before the submissions, AFTER after them, SINGLE and
 * GROUPED copies of BEFORE.  The rows that AFTER has more are inserted with
 * prepared statements into SINGLE, a transaction a submission, and into GROUPED,
 * GROUP submissions a transaction; both as the store commits (WAL, synchronous =
 * FULL, foreign keys).  Then all three must hold the same rows.
 *
 * A row belongs to the submission whose case it names, who was looked at to the
 * look; the others (looks, entries of the log) are dealt out evenly in their order.  Left out is what comes of a
 * submission later and from elsewhere: sessions, the log's tiles and heads. */
#include "bench.h"

#include <openssl/evp.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TABLES_MAX = 128, COLUMNS_MAX = 64 };

static const char *const LEFT_OUT[] = {"session", "log_tree", "log_tile", "log_head", "log_cosignature", "log_pending", "number_series", "schema_migration", "account", "account_role",
    "sqlite_stat1"};

struct table { char name[64]; int columns, case_column, look_column; sqlite3_int64 last; sqlite3_stmt *insert[2]; };
struct row { int table; long submission; size_t order; sqlite3_value *value[COLUMNS_MAX]; };

static struct table table[TABLES_MAX];
static int tables;
static struct row *row;
static size_t rows, bytes;
static sqlite3_int64 *cases;
static long submissions;

static void sql_check(sqlite3 *db, int rc) {
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
        return;
    fprintf(stderr, "rows: %s\n", sqlite3_errmsg(db));
    exit(1);
}

static sqlite3 *open_db(const char *path, bool write) {
    sqlite3 *db = NULL;
    sql_check(db, sqlite3_open_v2(path, &db, write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, NULL));
    if (write)
        sql_check(db, sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536", NULL, NULL, NULL));
    return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *format, ...) {
    va_list ap;
    va_start(ap, format);
    char *sql = sqlite3_vmprintf(format, ap);
    va_end(ap);
    sqlite3_stmt *st = NULL;
    sql_check(db, sqlite3_prepare_v2(db, sql, -1, &st, NULL));
    sqlite3_free(sql);
    return st;
}

static sqlite3_int64 one(sqlite3 *db, const char *format, const char *name) {
    sqlite3_stmt *st = prepare(db, format, name);
    sql_check(db, sqlite3_step(st));
    sqlite3_int64 n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

static bool left_out(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(LEFT_OUT); i++)
        if (strcmp(name, LEFT_OUT[i]) == 0)
            return true;
    return false;
}

static void find_tables(sqlite3 *before, sqlite3 *after) {
    sqlite3_stmt *st = prepare(after, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid");
    while (sqlite3_step(st) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(st, 0);
        if (left_out(name))
            continue;
        if (one(after, "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = %Q", name)) { /* no rowid tells its new rows */
            BENCH_CHECK(one(before, "SELECT count(*) FROM \"%w\"", name) == one(after, "SELECT count(*) FROM \"%w\"", name));
            continue;
        }
        struct table *t = &table[tables++];
        BENCH_CHECK(tables <= TABLES_MAX);
        snprintf(t->name, sizeof t->name, "%s", name);
        t->last = one(before, "SELECT coalesce(max(rowid), 0) FROM \"%w\"", name);
        t->case_column = t->look_column = -1;
        sqlite3_stmt *c = prepare(after, "SELECT * FROM \"%w\" LIMIT 0", name);
        t->columns = sqlite3_column_count(c);
        BENCH_CHECK(t->columns <= COLUMNS_MAX);
        for (int i = 0; i < t->columns; i++)
            if (strcmp(sqlite3_column_name(c, i), strcmp(name, "case_file") == 0 ? "id" : "case_id") == 0)
                t->case_column = i;
            else if (strcmp(sqlite3_column_name(c, i), strcmp(name, "access_entry") == 0 ? "id" : "access_id") == 0)
                t->look_column = i;
        sqlite3_finalize(c);
    }
    sqlite3_finalize(st);
}

static void read_cases(sqlite3 *after, const struct table *t) {
    submissions = (long)one(after, "SELECT count(*) FROM case_file WHERE rowid > %s", sqlite3_mprintf("%lld", t->last));
    cases = calloc((size_t)submissions + 1, sizeof *cases);
    BENCH_CHECK(cases && submissions > 0);
    sqlite3_stmt *st = prepare(after, "SELECT id FROM case_file WHERE rowid > %lld ORDER BY rowid", t->last);
    for (long i = 0; sqlite3_step(st) == SQLITE_ROW; i++)
        cases[i] = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
}

static long submission_of(sqlite3_int64 id) {
    for (long i = 0; i < submissions; i++)
        if (cases[i] == id)
            return i;
    return -1;
}

static struct look { sqlite3_int64 id; long submission; } *look;
static size_t looks;

static void add_look(sqlite3_int64 id, long submission) {
    look = realloc(look, (looks + 1) * sizeof *look);
    BENCH_CHECK(look);
    look[looks++] = (struct look){id, submission};
}

static long submission_of_look(sqlite3_int64 id) {
    for (size_t i = looks; i-- > 0;)
        if (look[i].id == id)
            return look[i].submission;
    return -1;
}

static void read_rows(sqlite3 *after, int which) {
    struct table *t = &table[which];
    sqlite3_int64 all = one(after, "SELECT count(*) FROM %s", sqlite3_mprintf("\"%w\" WHERE rowid > %lld", t->name, t->last)), at = 0;
    sqlite3_stmt *st = prepare(after, "SELECT * FROM \"%w\" WHERE rowid > %lld ORDER BY rowid", t->name, t->last);
    for (; sqlite3_step(st) == SQLITE_ROW; at++) {
        if ((rows & (rows + 1)) == 0) { /* 0, 1, 3, 7 ... */
            row = realloc(row, (rows * 2 + 2) * sizeof *row);
            BENCH_CHECK(row);
        }
        struct row *r = &row[rows];
        *r = (struct row){.table = which, .submission = -1, .order = rows};
        rows++;
        if (t->case_column >= 0 && sqlite3_column_type(st, t->case_column) == SQLITE_INTEGER)
            r->submission = submission_of(sqlite3_column_int64(st, t->case_column));
        bool subject = strcmp(t->name, "access_subject") == 0;
        if (r->submission < 0 && subject)
            r->submission = submission_of_look(sqlite3_column_int64(st, t->look_column));
        if (r->submission < 0)
            r->submission = (long)(at * submissions / all);
        if (!subject && t->look_column >= 0)
            add_look(sqlite3_column_int64(st, t->look_column), r->submission);
        for (int i = 0; i < t->columns; i++) {
            r->value[i] = sqlite3_value_dup(sqlite3_column_value(st, i));
            bytes += (size_t)sqlite3_value_bytes(r->value[i]);
        }
    }
    sqlite3_finalize(st);
}

static int by_submission(const void *a, const void *b) {
    const struct row *x = a, *y = b;
    if (x->submission != y->submission)
        return x->submission < y->submission ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static double insert_all(sqlite3 *db, int which, long group) {
    for (int i = 0; i < tables; i++) {
        char marks[2 * COLUMNS_MAX] = "?";
        for (int k = 1; k < table[i].columns; k++)
            strcat(marks, ",?");
        table[i].insert[which] = prepare(db, "INSERT INTO \"%w\" VALUES (%s)", table[i].name, marks);
    }
    double t = bench_now();
    size_t at = 0;
    for (long s = 0; s < submissions; s += group) {
        /* the rows of one submission may name each other in any order */
        sql_check(db, sqlite3_exec(db, "BEGIN IMMEDIATE; PRAGMA defer_foreign_keys = ON", NULL, NULL, NULL));
        for (; at < rows && row[at].submission < s + group; at++) {
            struct table *to = &table[row[at].table];
            for (int i = 0; i < to->columns; i++)
                sqlite3_bind_value(to->insert[which], i + 1, row[at].value[i]);
            sql_check(db, sqlite3_step(to->insert[which]));
            sqlite3_reset(to->insert[which]);
        }
        sql_check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    }
    t = bench_now() - t;
    BENCH_CHECK(at == rows);
    for (int i = 0; i < tables; i++)
        sqlite3_finalize(table[i].insert[which]);
    return t;
}

/* Over the new rows of all tables, sorted by all their columns. */
static void digest(sqlite3 *db, unsigned char out[32], size_t *ret_rows) {
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    BENCH_CHECK(md && EVP_DigestInit_ex(md, EVP_sha256(), NULL));
    *ret_rows = 0;
    for (int i = 0; i < tables; i++) {
        char order[8 * COLUMNS_MAX] = "1";
        for (int k = 2; k <= table[i].columns; k++)
            snprintf(order + strlen(order), sizeof order - strlen(order), ",%d", k);
        sqlite3_stmt *st = prepare(db, "SELECT * FROM \"%w\" WHERE rowid > %lld ORDER BY %s", table[i].name, table[i].last, order);
        while (sqlite3_step(st) == SQLITE_ROW) {
            ++*ret_rows;
            for (int k = 0; k < table[i].columns; k++) {
                int head[2] = {sqlite3_column_type(st, k), 0};
                const void *p = sqlite3_column_blob(st, k); /* numbers as text: distinct by their type */
                head[1] = sqlite3_column_bytes(st, k);
                EVP_DigestUpdate(md, head, sizeof head);
                EVP_DigestUpdate(md, p ? p : "", p ? (size_t)head[1] : 0);
            }
        }
        sqlite3_finalize(st);
    }
    EVP_DigestFinal_ex(md, out, NULL);
    EVP_MD_CTX_free(md);
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "rows BEFORE AFTER SINGLE GROUPED GROUP\n");
        return 2;
    }
    sqlite3 *before = open_db(argv[1], false), *after = open_db(argv[2], false), *single = open_db(argv[3], true), *grouped = open_db(argv[4], true);
    find_tables(before, after);
    for (int i = 0; i < tables; i++)
        if (strcmp(table[i].name, "case_file") == 0)
            read_cases(after, &table[i]);
    for (int i = 0; i < tables; i++)
        read_rows(after, i);
    qsort(row, rows, sizeof *row, by_submission);
    double one_s = insert_all(single, 0, 1), group_s = insert_all(grouped, 1, atol(argv[5]));
    unsigned char a[32], b[32], c[32];
    size_t na, nb, nc;
    digest(after, a, &na);
    digest(single, b, &nb);
    digest(grouped, c, &nc);
    BENCH_CHECK(na == rows && nb == rows && nc == rows);
    BENCH_CHECK(memcmp(a, b, 32) == 0 && memcmp(a, c, 32) == 0);
    printf("{\"submissions\": %ld, \"rows\": %zu, \"bytes\": %zu, \"single_seconds\": %.6f, \"grouped_seconds\": %.6f, \"sha256\": \"", submissions, rows, bytes, one_s, group_s);
    for (int i = 0; i < 32; i++)
        printf("%02x", a[i]);
    printf("\", \"cases\": [");
    for (long i = 0; i < submissions; i++)
        printf("%s\"%lld\"", i ? "," : "", cases[i]);
    printf("]}\n");
    return 0;
}
