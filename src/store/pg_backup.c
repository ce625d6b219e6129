/* A tar archive (POSIX.1-2001 ustar) with one CSV file a table, written in the
 * reader's transaction: one moment. */
#include "store/pg_internal.h"

#include <stdio.h>
#include <time.h>

enum { BLOCK = 512 };

struct archive {
    FILE *file;
    long header_at;
    uint64_t size;
};

static void octal(char *field, size_t size, uint64_t n) {
    snprintf(field, size, "%0*llo", (int)size - 1, (unsigned long long)n);
}

/* ustar's twelve octal digits hold 8 GiB a member. */
static void make_header(char h[BLOCK], const char *table, uint64_t size) {
    memset(h, 0, BLOCK);
    snprintf(h, 100, "%.90s.csv", table);
    octal(h + 100, 8, 0600);
    octal(h + 108, 8, 0);
    octal(h + 116, 8, 0);
    octal(h + 124, 12, size);
    octal(h + 136, 12, (uint64_t)time(NULL));
    h[156] = '0';
    memcpy(h + 257, "ustar\0" "00", 8);
    memset(h + 148, ' ', 8);
    unsigned sum = 0;
    for (int i = 0; i < BLOCK; i++)
        sum += (unsigned char)h[i];
    snprintf(h + 148, 8, "%06o", sum);
}

static bool put(struct archive *a, const void *at, size_t n) {
    return fwrite(at, 1, n, a->file) == n;
}

static bool begin_member(struct archive *a) {
    static const char empty[BLOCK];
    a->header_at = ftell(a->file);
    a->size = 0;
    return a->header_at >= 0 && put(a, empty, BLOCK);
}

/* The size is known only now: go back and write it. */
static bool end_member(struct archive *a, const char *table) {
    static const char empty[BLOCK];
    size_t rest = a->size % BLOCK;
    if (rest > 0 && !put(a, empty, BLOCK - rest))
        return false;
    if (a->size >> 33)
        return false;
    char h[BLOCK];
    make_header(h, table, a->size);
    return fseek(a->file, a->header_at, SEEK_SET) == 0 && put(a, h, BLOCK)
        && fseek(a->file, 0, SEEK_END) == 0;
}

static enum status copy_rows(struct pg_conn *c, struct archive *a, struct diag *d) {
    char *line = NULL;
    int n;
    bool written = true;
    while ((n = PQgetCopyData(c->pg, &line, 0)) > 0) {
        written = written && put(a, line, (size_t)n);
        a->size += (uint64_t)n;
        PQfreemem(line);
    }
    PGresult *r = PQgetResult(c->pg);
    bool retry = false;
    enum status s = n == -1 && PQresultStatus(r) == PGRES_COMMAND_OK ? OK : pg_fail(c, r, &retry, d);
    PQclear(r);
    PQclear(PQgetResult(c->pg));
    return s != OK || written ? s : file_fail(d, "store.io");
}

static enum status copy_table(struct pg_conn *c, struct archive *a, const char *table, struct diag *d) {
    char *name = PQescapeIdentifier(c->pg, table, strlen(table));
    char sql[512];
    snprintf(sql, sizeof sql, "COPY %s TO STDOUT (FORMAT csv, HEADER true)", name ? name : "");
    PQfreemem(name);
    PGresult *r = PQexec(c->pg, sql);
    bool retry = false;
    enum status s = PQresultStatus(r) == PGRES_COPY_OUT ? OK : pg_fail(c, r, &retry, d);
    PQclear(r);
    if (s != OK)
        return s;
    bool begun = begin_member(a);
    s = copy_rows(c, a, d);
    if (s == OK && (!begun || !end_member(a, table)))
        s = file_fail(d, "store.io");
    return s;
}

static const char tables_sql[] =
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename COLLATE \"C\"";

enum status pg_copy_tables(struct pg_conn *c, const char *partial, struct diag *d) {
    static const char end[2 * BLOCK];
    struct archive a = {.file = fopen(partial, "r+b")};
    if (!a.file)
        return file_fail(d, "store.io");
    PGresult *tables = PQexec(c->pg, tables_sql);
    bool retry = false;
    enum status s = PQresultStatus(tables) == PGRES_TUPLES_OK ? OK : pg_fail(c, tables, &retry, d);
    for (int i = 0; s == OK && i < PQntuples(tables); i++)
        s = copy_table(c, &a, PQgetvalue(tables, i, 0), d);
    PQclear(tables);
    bool ended = s == OK && put(&a, end, sizeof end);
    if (fclose(a.file) != 0)
        ended = false;
    return s == OK && !ended ? file_fail(d, "store.io") : s;
}
