/* The name of a broken constraint on SQLite.
 *
 * SQLite tells the name of a CHECK only.  UNIQUE and PRIMARY KEY come as
 * "UNIQUE constraint failed: t.a, t.b" and FOREIGN KEY as nothing at all.  The
 * name stands in the table's CREATE text, so that is read: by columns for keys.
 * For a foreign key the statement is run once more with the checks deferred,
 * and foreign_key_check tells which one it breaks; all of it is undone.
 *
 * Unnamed constraints get the name PostgreSQL would give them. */
#include "store/sqlite_internal.h"

#include "base/utf8.h"
#include "store/scan.h"

#include <stdio.h>

enum { COLUMNS_TEXT_MAX = 400 };

enum kind { KIND_PRIMARY, KIND_UNIQUE, KIND_FOREIGN };

struct constraint {
    enum kind kind;
    char name[CONSTRAINT_NAME_MAX]; /* "" when unnamed */
    char columns[COLUMNS_TEXT_MAX]; /* "a,b" */
};

struct visit {
    bool (*found)(const struct constraint *c, void *arg); /* true: stop */
    void *arg;
    bool stopped;
};

static void set_name(char out[CONSTRAINT_NAME_MAX], struct span s) {
    size_t n = utf8_cut(s, CONSTRAINT_NAME_MAX - 1);
    memcpy(out, s.at, n);
    out[n] = '\0';
}

/* ---- reading CREATE TABLE --------------------------------------------------- */

/* Tokens without the space. */
struct reader {
    const char *at;
    struct span word;
    enum token kind;
};

static void advance(struct reader *r) {
    size_t size;
    do {
        r->kind = sql_token(r->at, &size);
        r->word = span_bytes(r->at, r->kind == T_END ? 0 : size);
        r->at += r->word.size;
    } while (r->kind == T_SPACE);
}

static bool at_char(const struct reader *r, char c) {
    return r->kind == T_OTHER && r->word.at[0] == c;
}

static bool take_word(struct reader *r, const char *word) {
    if (r->kind != T_WORD || !sql_is_word(r->word, word))
        return false;
    advance(r);
    return true;
}

static void take_name(struct reader *r, char *out, size_t room) {
    struct span s = r->word;
    if (r->kind == T_QUOTED && s.size >= 2)
        s = span_bytes(s.at + 1, s.size - 2);
    snprintf(out, room, "%.*s", SPAN_ARG(s));
    advance(r);
}

static void skip_parens(struct reader *r) {
    int depth = 0;
    do {
        depth += at_char(r, '(') - at_char(r, ')');
        advance(r);
    } while (depth > 0 && r->kind != T_END);
}

/* "(a, b COLLATE NOCASE DESC)" */
static void take_columns(struct reader *r, char out[COLUMNS_TEXT_MAX]) {
    size_t used = 0;
    out[0] = '\0';
    while (r->kind != T_END && !at_char(r, ')')) {
        advance(r); /* '(' or ',' */
        char name[CONSTRAINT_NAME_MAX];
        take_name(r, name, sizeof name);
        int n = snprintf(out + used, COLUMNS_TEXT_MAX - used, "%s%s", used ? "," : "", name);
        used += (size_t)n;
        if (used >= COLUMNS_TEXT_MAX)
            used = COLUMNS_TEXT_MAX - 1;
        while (r->kind != T_END && !at_char(r, ',') && !at_char(r, ')'))
            advance(r);
    }
    advance(r);
}

static void emit(struct visit *v, struct constraint *c, enum kind kind) {
    c->kind = kind;
    if (!v->stopped)
        v->stopped = v->found(c, v->arg);
    c->name[0] = '\0';
}

static bool item_ends(const struct reader *r) {
    return r->kind == T_END || at_char(r, ',') || at_char(r, ')');
}

static void skip_item(struct reader *r) {
    while (!item_ends(r)) {
        if (at_char(r, '('))
            skip_parens(r);
        else
            advance(r);
    }
}

static void read_table_constraint(struct reader *r, struct visit *v) {
    struct constraint c = {0};
    if (take_word(r, "CONSTRAINT"))
        take_name(r, c.name, sizeof c.name);
    bool primary = take_word(r, "PRIMARY");
    bool foreign = !primary && take_word(r, "FOREIGN");
    if (primary || foreign)
        take_word(r, "KEY");
    if (primary || foreign || take_word(r, "UNIQUE")) {
        take_columns(r, c.columns);
        emit(v, &c, primary ? KIND_PRIMARY : foreign ? KIND_FOREIGN : KIND_UNIQUE);
    }
    skip_item(r);
}

static void read_column(struct reader *r, struct visit *v) {
    struct constraint c = {0};
    take_name(r, c.columns, sizeof c.columns);
    while (!item_ends(r)) {
        if (take_word(r, "CONSTRAINT"))
            take_name(r, c.name, sizeof c.name);
        else if (take_word(r, "PRIMARY"))
            emit(v, &c, KIND_PRIMARY);
        else if (take_word(r, "UNIQUE"))
            emit(v, &c, KIND_UNIQUE);
        else if (take_word(r, "REFERENCES"))
            emit(v, &c, KIND_FOREIGN);
        else if (take_word(r, "CHECK") || take_word(r, "NULL"))
            c.name[0] = '\0';
        else if (at_char(r, '('))
            skip_parens(r);
        else
            advance(r);
    }
}

static void read_create_table(const char *sql, struct visit *v) {
    static const char *const heads[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", NULL};
    struct reader r = {.at = sql};
    do
        advance(&r);
    while (r.kind != T_END && !at_char(&r, '('));
    while (r.kind != T_END && !at_char(&r, ')')) {
        advance(&r); /* '(' or ',' */
        if (r.kind == T_WORD && sql_in_words(r.word, heads))
            read_table_constraint(&r, v);
        else
            read_column(&r, v);
    }
}

static void visit_table(struct sqlite_conn *c, const char *table, struct visit *v) {
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(c->db, "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", -1, &st, NULL))
        return;
    sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
    if (sqlite3_step(st) == SQLITE_ROW && sqlite3_column_text(st, 0))
        read_create_table((const char *)sqlite3_column_text(st, 0), v);
    sqlite3_finalize(st);
}

static void name_or_default(const char *name, const char *table, const char *columns, const char *suffix,
    char out[CONSTRAINT_NAME_MAX]) {
    if (name[0]) {
        snprintf(out, CONSTRAINT_NAME_MAX, "%s", name);
        return;
    }
    /* cut when too long; asking for the result tells gcc -O3 that we know */
    if (snprintf(out, CONSTRAINT_NAME_MAX, "%s%s%s_%s", table, columns[0] ? "_" : "", columns, suffix) < 0)
        out[0] = '\0';
    for (char *p = out; *p; p++)
        if (*p == ',')
            *p = '_';
}

/* ---- keys -------------------------------------------------------------------- */

struct key_search {
    const char *columns;
    struct constraint found;
    bool any;
};

static bool same_columns(const struct constraint *c, void *arg) {
    struct key_search *k = arg;
    if (c->kind == KIND_FOREIGN || strcasecmp(c->columns, k->columns) != 0)
        return false;
    k->found = *c;
    k->any = true;
    return true;
}

/* CREATE UNIQUE INDEX over these columns. */
static bool index_name(struct sqlite_conn *c, const char *table, const char *columns, char out[CONSTRAINT_NAME_MAX]) {
    static const char sql[] =
        "SELECT l.name FROM pragma_index_list(?1) l WHERE l.\"unique\" AND l.origin = 'c' AND ?2 = "
        "(SELECT group_concat(name, ',') FROM (SELECT name FROM pragma_index_info(l.name) ORDER BY seqno))";
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(c->db, sql, -1, &st, NULL))
        return false;
    sqlite3_bind_text(st, 1, table, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, columns, -1, SQLITE_STATIC);
    bool found = sqlite3_step(st) == SQLITE_ROW;
    if (found)
        set_name(out, span_of((const char *)sqlite3_column_text(st, 0)));
    sqlite3_finalize(st);
    return found;
}

/* `list` is "t.a, t.b"; gives "t" and "a,b". */
static void split_columns(const char *list, char table[CONSTRAINT_NAME_MAX], char columns[COLUMNS_TEXT_MAX]) {
    size_t used = 0, table_size = strcspn(list, ".");
    set_name(table, span_bytes(list, table_size));
    columns[0] = '\0';
    while (*list) {
        size_t size = strcspn(list, ",");
        if (size > table_size && used + size + 2 < COLUMNS_TEXT_MAX)
            used += (size_t)sprintf(columns + used, "%s%.*s", used ? "," : "",
                (int)(size - table_size - 1), list + table_size + 1);
        list += size;
        list += strspn(list, ", ");
    }
}

static void key_name(struct sqlite_conn *c, const char *list, char out[CONSTRAINT_NAME_MAX]) {
    /* An index over expressions: "index 'name'". */
    if (strncmp(list, "index '", 7) == 0) {
        set_name(out, span_bytes(list + 7, strcspn(list + 7, "'")));
        return;
    }
    char table[CONSTRAINT_NAME_MAX], columns[COLUMNS_TEXT_MAX];
    split_columns(list, table, columns);
    struct key_search k = {.columns = columns};
    struct visit v = {same_columns, &k, false};
    visit_table(c, table, &v);
    if (!k.any && index_name(c, table, columns, out))
        return;
    bool primary = k.any && k.found.kind == KIND_PRIMARY;
    name_or_default(k.found.name, table, primary ? "" : columns, primary ? "pkey" : "key", out);
}

/* ---- foreign keys --------------------------------------------------------------- */

/* Steps of SQLite's virtual machine for finding the name, some 100 ms: it is
 * the only writer that waits. */
enum { SEARCH_STEPS_MAX = 10000000 };

struct foreign_search {
    int wanted, seen; /* in order of declaration */
    struct constraint found;
};

static bool count_foreign(const struct constraint *c, void *arg) {
    struct foreign_search *f = arg;
    if (c->kind != KIND_FOREIGN)
        return false;
    f->seen++;
    if (f->seen - 1 != f->wanted)
        return false;
    f->found = *c;
    return true;
}

/* `id` as foreign_key_list numbers them: the last declared is 0. */
static void foreign_name(struct sqlite_conn *c, const char *table, int id, char out[CONSTRAINT_NAME_MAX]) {
    struct foreign_search all = {.wanted = -1};
    struct visit count = {count_foreign, &all, false};
    visit_table(c, table, &count);
    struct foreign_search one = {.wanted = all.seen - 1 - id};
    struct visit find = {count_foreign, &one, false};
    visit_table(c, table, &find);
    name_or_default(one.found.name, table, one.found.columns, "fkey", out);
}

static int stop_search(void *arg) {
    (void)arg;
    return 1;
}

static void find_violation(struct sqlite_conn *c, char out[CONSTRAINT_NAME_MAX]) {
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(c->db, "SELECT \"table\", fkid FROM pragma_foreign_key_check LIMIT 1", -1, &st, NULL))
        return;
    sqlite3_progress_handler(c->db, SEARCH_STEPS_MAX, stop_search, NULL);
    int rc = sqlite3_step(st);
    sqlite3_progress_handler(c->db, 0, NULL, NULL);
    if (rc == SQLITE_ROW) {
        char table[CONSTRAINT_NAME_MAX];
        set_name(table, span_of((const char *)sqlite3_column_text(st, 0)));
        foreign_name(c, table, sqlite3_column_int(st, 1), out);
    }
    sqlite3_finalize(st);
}

/* A failure in here leaves the general name; the caller's transaction is undone
 * up to its own savepoint in any case. */
static void foreign_key_name(struct sqlite_conn *c, sqlite3_stmt *stmt, char out[CONSTRAINT_NAME_MAX]) {
    snprintf(out, CONSTRAINT_NAME_MAX, "foreign_key");
    if (!stmt || sqlite3_get_autocommit(c->db) || sqlite3_reset(stmt) == SQLITE_OK)
        return;
    if (sqlite3_exec(c->db, "SAVEPOINT broken_key; PRAGMA defer_foreign_keys = ON", NULL, NULL, NULL))
        return;
    int rc;
    do
        rc = sqlite3_step(stmt);
    while (rc == SQLITE_ROW);
    sqlite3_reset(stmt);
    if (rc == SQLITE_DONE)
        find_violation(c, out);
    sqlite3_exec(c->db, "ROLLBACK TO broken_key; RELEASE broken_key; PRAGMA defer_foreign_keys = OFF",
        NULL, NULL, NULL);
}

void sqlite_constraint_name(struct sqlite_conn *c, int rc, sqlite3_stmt *stmt,
    char out[CONSTRAINT_NAME_MAX]) {
    char message[512]; /* the handle's own text does not survive the look-ups */
    snprintf(message, sizeof message, "%s", sqlite3_errmsg(c->db));
    const char *what = strstr(message, ": ");
    what = what ? what + 2 : "";
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
        key_name(c, what, out);
        return;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
        foreign_key_name(c, stmt, out);
        return;
    case SQLITE_CONSTRAINT_CHECK:
    case SQLITE_CONSTRAINT_NOTNULL:
        set_name(out, span_of(what));
        return;
    default:
        set_name(out, span_of(what[0] ? what : message));
    }
}
