/* One SQL text, two dialects.
 *
 * A scanner that knows just enough of SQL to leave literals, quoted names and
 * comments alone and to see where a column's type stands.  It does not check
 * SQL: the database does. */
#include "store/store_internal.h"

#include "base/buf.h"
#include "store/scan.h"

static struct span first_word(const char *sql) {
    size_t size;
    enum token k;
    while ((k = sql_token(sql, &size)) == T_SPACE || (k == T_OTHER && *sql == ';'))
        sql += size;
    return k == T_WORD ? span_bytes(sql, size) : (struct span){0};
}

static const char *const control_words[] = {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE",
    "START", "ABORT", "PREPARE", "ATTACH", "DETACH", NULL};

bool sql_controls_transaction(const char *sql) {
    return sql_in_words(first_word(sql), control_words);
}

bool sql_script_controls_transaction(const char *sql) {
    bool fresh = true;
    size_t size;
    for (enum token k; (k = sql_token(sql, &size)) != T_END; sql += size) {
        if (fresh && k == T_WORD && sql_in_words(span_bytes(sql, size), control_words))
            return true;
        if (k != T_SPACE)
            fresh = k == T_OTHER && *sql == ';';
    }
    return false;
}

bool sql_is_ddl(const char *sql) {
    static const char *const words[] = {"CREATE", "ALTER", NULL};
    return sql_in_words(first_word(sql), words);
}

/* The last tokens that are not space, newest first. */
struct scan {
    struct span last, before;
    int depth;
    bool ddl;
    bool fresh; /* at the start of a statement */
    size_t marks;
    size_t numbered; /* $1.. so far: nulls have none */
};

static bool ends_name_place(struct span s) {
    return s.size == 1 && (s.at[0] == '(' || s.at[0] == ',');
}

/* "( NAME TYPE", ", NAME TYPE", "ADD [COLUMN] NAME TYPE", "CAST(x AS TYPE". */
static bool type_place(const struct scan *k) {
    static const char *const not_names[] = {"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN", NULL};
    if (!k->ddl || k->last.size == 0)
        return false;
    if (sql_is_word(k->last, "AS"))
        return true;
    if (!sql_word_char(k->last.at[0]) && k->last.at[0] != '"')
        return false;
    if (k->depth == 1 && ends_name_place(k->before))
        return !sql_in_words(k->last, not_names);
    return k->depth == 0 && (sql_is_word(k->before, "COLUMN")
        || (sql_is_word(k->before, "ADD") && !sql_is_word(k->last, "COLUMN") && !sql_in_words(k->last, not_names)));
}

static const char *type_in(bool postgres, struct span word, bool cast) {
    static const char *const integers[] = {"BIGINT", "INTEGER", "INT", NULL};
    if (sql_in_words(word, integers))
        return postgres ? "BIGINT" : "INTEGER";
    if (sql_is_word(word, "BLOB"))
        return postgres ? "BYTEA" : "BLOB";
    if (sql_is_word(word, "TEXT"))
        return postgres && !cast ? "TEXT COLLATE \"C\"" : "TEXT";
    return NULL;
}

static void trim_option(struct buf *out) {
    while (out->size > 0 && strchr(" \t\r\n\f,", out->at[out->size - 1]))
        out->size--;
    if (out->at)
        out->at[out->size] = '\0';
}

/* STRICT and WITHOUT ROWID behind a table's closing parenthesis. */
static size_t table_option(const struct scan *k, const char *at, size_t size) {
    if (!k->ddl || k->depth != 0 || k->last.size != 1 || !strchr("),", k->last.at[0]))
        return 0;
    if (sql_is_word(span_bytes(at, size), "STRICT"))
        return size;
    if (!sql_is_word(span_bytes(at, size), "WITHOUT"))
        return 0;
    size_t space, rowid;
    if (sql_token(at + size, &space) != T_SPACE || sql_token(at + size + space, &rowid) != T_WORD)
        return 0;
    return sql_is_word(span_bytes(at + size + space, rowid), "ROWID") ? size + space + rowid : 0;
}

static size_t add_word(struct buf *out, struct scan *k, bool postgres, const char *at, size_t size) {
    struct span word = span_bytes(at, size);
    if (k->fresh) {
        k->ddl = sql_is_word(word, "CREATE") || sql_is_word(word, "ALTER");
        k->fresh = false;
    }
    size_t option = postgres ? table_option(k, at, size) : 0;
    if (option > 0) {
        trim_option(out);
        return option;
    }
    const char *type = type_place(k) ? type_in(postgres, word, sql_is_word(k->last, "AS")) : NULL;
    if (type)
        buf_adds(out, type);
    else
        buf_add(out, word);
    k->before = k->last;
    k->last = word;
    return size;
}

static void add_mark(struct buf *out, struct scan *k, bool postgres, const struct sql_value *v, size_t n) {
    size_t i = k->marks++;
    if (!postgres)
        buf_addc(out, '?');
    else if (i < n && v[i].type == SQL_NULL)
        buf_adds(out, "NULL");
    else
        buf_addf(out, "$%zu", ++k->numbered);
}

static void add_other(struct buf *out, struct scan *k, char c) {
    k->depth += (c == '(') - (c == ')');
    if (c == ';' && k->depth == 0)
        k->fresh = true;
    buf_addc(out, c);
}

size_t sql_translate(struct buf *out, const char *sql, bool postgres,
    const struct sql_value *v, size_t n) {
    struct scan k = {.fresh = true};
    size_t size;
    for (enum token t; (t = sql_token(sql, &size)) != T_END; sql += size) {
        if (t == T_WORD) {
            size = add_word(out, &k, postgres, sql, size);
            continue;
        }
        if (t == T_MARK)
            add_mark(out, &k, postgres, v, n);
        else if (t == T_OTHER)
            add_other(out, &k, *sql);
        else
            buf_add(out, span_bytes(sql, size));
        if (t != T_SPACE) {
            k.before = k.last;
            k.last = span_bytes(sql, size);
        }
    }
    return k.marks;
}
