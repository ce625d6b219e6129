/* A register as CSV or XLSX for a spreadsheet. */
#include "civil/register/record_internal.h"

#include "base/csv.h"
#include "civil/access/access.h"
#include "doc/by_path.h"

#include <stdio.h>
#include <xlsxwriter.h>

enum { CHUNK = 2000, ROWS_MAX = 1000000 /* a sheet takes 1,048,576 */ };

struct export {
    struct civil *civil;
    const struct actor *who;
    const char *name;
    const struct record_query *q;
    const char *purpose;
    struct buf *out;
    int64_t after, rows;
    bool english, personal, done;
    lxw_workbook *book;      /* NULL: CSV */
    lxw_worksheet *sheet;
    lxw_row_t row;
    lxw_col_t column;
    struct txn *t;
    const struct schema *s;
};

/* A spreadsheet takes a cell of CSV that begins so for a formula (CWE-1236); in XLSX a text is a text, and stays as it is.
 * own: a figure or a day that we wrote, which may begin with a minus. */
static void cell(struct export *x, struct span text, bool own) {
    BUF_AUTO safe;
    struct buf *out = x->out;
    if (x->book) {
        buf_init(&safe, 65536);
        buf_add(&safe, text);
        worksheet_write_string(x->sheet, x->row, x->column++, buf_str(&safe), NULL);
        return;
    }
    if (x->column++)
        buf_addc(out, ',');
    buf_init(&safe, 65536);
    if (!own && text.size && strchr("=+-@\t\r", text.at[0]) && text.at[0])
        buf_addc(&safe, '\'');
    buf_add(&safe, text);
    csv_write(out, buf_span(&safe));
}

static void end_line(struct export *x) {
    if (!x->book)
        buf_adds(x->out, "\r\n");
    x->row++;
    x->column = 0;
}

static void word(struct export *x, const char *code) {
    BUF_AUTO text;
    buf_init(&text, 1024);
    message_text(&text, x->english ? LANG_EN : LANG_ZH, code, NULL, 0);
    cell(x, buf_span(&text), true);
}

static enum status heading(struct export *x, struct diag *d) {
    if (!x->book)
        buf_adds(x->out, "\xEF\xBB\xBF"); /* else Excel reads GBK */
    for (size_t i = 0; i < x->s->fields; i++) {
        cell(x, span_of(x->english ? x->s->field[i].en : x->s->field[i].zh), false); /* a pack's words */
        x->personal |= x->s->field[i].personal;
    }
    word(x, "register.export.from");
    word(x, "register.export.source");
    end_line(x);
    return buf_ok(x->out) ? OK : arena_full(d);
}

static enum status ref_cell(struct export *x, const struct field *f, struct sql_value v, struct buf *out, struct diag *d) {
    struct schema *other = ARENA_NEW(txn_arena(x->t), struct schema);
    struct record r;
    struct diag none = {0};
    enum status st = other ? schema_find(x->civil, txn_arena(x->t), f->other, other, d) : arena_full(d);
    if (st != OK || v.type == SQL_NULL)
        return st;
    st = record_read(x->civil, x->t, other, v.number, &r, &none);
    if (st != OK) /* taken back since: the cell stays empty */
        return st == E_NOT_FOUND ? OK : (*d = none, st);
    size_t at = other->keys == 1 ? other->key[0] : other->title; /* what an import would find it by */
    return field_show(&other->field[at], r.v[at], x->english, out, d);
}

static enum status line(void *arg, const struct record *r, struct diag *d) {
    struct export *x = arg;
    enum status st = OK;
    for (size_t i = 0; st == OK && i < x->s->fields; i++) {
        const struct field *f = &x->s->field[i];
        BUF_AUTO text;
        buf_init(&text, 65536);
        st = f->type == FIELD_REF ? ref_cell(x, f, r->v[i], &text, d) : field_show(f, r->v[i], x->english, &text, d);
        cell(x, buf_span(&text), f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY || f->type == FIELD_BOOL || f->type == FIELD_DATE);
    }
    char day[DATE_TEXT_MAX];
    cell(x, (struct span){day, date_text(r->valid_from, day)}, true);
    cell(x, span_of(r->source), false);
    end_line(x);
    x->after = r->id;
    x->rows++;
    return st == OK && !buf_ok(x->out) ? arena_full(d) : st;
}

static enum status chunk(struct txn *t, void *arg, struct diag *d) {
    struct export *x = arg;
    struct record_query q = *x->q;
    int64_t before = x->rows;
    x->t = t;
    enum status st = record_schema(x->civil, t, x->who, x->name, &x->s, d);
    if (st == OK && !x->after)
        st = heading(x, d);
    if (st == OK && x->personal && !x->purpose && x->who->account) { /* a command's own system says none */
        (void)diag_fail(d, E_INPUT, "access.purpose");
        return diag_at(d, "purpose");
    }
    q.after = x->after;
    q.limit = CHUNK;
    if (q.on == DATE_NONE)
        q.on = txn_today(t);
    if (st == OK)
        st = records_walk(x->civil, t, x->s, &q, line, x, d);
    x->done = x->rows - before < CHUNK;
    return st;
}

static enum status on_record(struct txn *t, void *arg, struct diag *d) {
    struct export *x = arg;
    const struct schema *s;
    enum status st = record_schema(x->civil, t, x->who, x->name, &s, d);
    const char *role = st == OK ? schema_role(s->read, x->who) : NULL;
    if (st == OK && !role)
        role = schema_role(s->write, x->who);
    char *query = arena_printf(txn_arena(t), "register.export %s", x->name);
    struct access *look = NULL;
    if (st == OK && x->purpose) /* one that the role has */
        st = access_begin(txn_arena(t), x->who, role, x->purpose, 0, 0, &look, d);
    if (st == OK && x->purpose)
        st = access_act_as(look, role, d);
    if (st != OK || !query)
        return st == OK ? arena_full(d) : st;
    return access_bulk_in(x->civil, t, x->who, role, x->purpose ? x->purpose : "statistics", query, x->rows, NULL, d);
}

static enum status run(struct export *x, int64_t *ret_rows, struct diag *d) {
    enum status st = OK;
    while (st == OK && !x->done)
        st = x->rows < ROWS_MAX ? store_read(x->civil->store, chunk, x, d) : diag_fail(d, E_LIMIT, "register.export_rows", DIAG_N("limit", ROWS_MAX));
    if (st == OK && x->personal)
        st = store_write(x->civil->store, on_record, x, d);
    *ret_rows = x->rows;
    return st;
}

enum status records_export(struct civil *c, const struct actor *who, const char *name, const struct record_query *q, const char *purpose, struct buf *out, int64_t *ret_rows, struct diag *d) {
    struct export x = {.civil = c, .who = who, .name = name, .q = q, .purpose = purpose, .out = out, .english = who->lang == LANG_EN};
    return run(&x, ret_rows, d);
}

struct xlsx { struct civil *c; const struct actor *who; const char *name; const struct record_query *q; const char *purpose; struct buf *out; int64_t *ret_rows; };

static enum status workbook(const char *path, void *arg, struct diag *d) {
    const struct xlsx *k = arg;
    lxw_workbook_options small = {.constant_memory = LXW_TRUE};
    struct export x = {.civil = k->c, .who = k->who, .name = k->name, .q = k->q, .purpose = k->purpose, .out = k->out, .english = k->who->lang == LANG_EN, .book = workbook_new_opt(path, &small)};
    x.sheet = x.book ? workbook_add_worksheet(x.book, NULL) : NULL;
    enum status s = x.sheet ? run(&x, k->ret_rows, d) : arena_full(d);
    if (x.book && workbook_close(x.book) != LXW_NO_ERROR && s == OK)
        s = diag_fail(d, E_SYSTEM, "doc.file");
    return s;
}

enum status records_export_xlsx(struct civil *c, const struct actor *who, const char *name, const struct record_query *q, const char *purpose, struct buf *out, int64_t *ret_rows, struct diag *d) {
    return doc_by_path(workbook, &(struct xlsx){c, who, name, q, purpose, out, ret_rows}, out, d);
}
