#include "civil/indicator/bulletin.h"

#include "civil/indicator/writing.h"

#include <unistd.h>
#include <xlsxwriter.h>

enum { FIXED = 5 /* columns before the divisions */ };

struct sheet { const struct bulletin *b; struct writing w; lxw_worksheet *at; lxw_format *head; };

static void number(struct sheet *s, lxw_row_t row, lxw_col_t column, struct bulletin_figure f) {
    if (f.has)
        worksheet_write_number(s->at, row, column, dec_to_double(f.value), NULL);
}

static void figures(struct sheet *s) {
    static const char *const heads[FIXED] = {"plan.report.indicator", "plan.report.unit", "plan.bulletin.now", "plan.bulletin.before", "plan.bulletin.year_ago"};
    const struct bulletin *b = s->b;
    for (lxw_col_t k = 0; k < FIXED; k++)
        worksheet_write_string(s->at, 0, k, SAY(&s->w, heads[k]), s->head);
    for (size_t k = 0; k < b->divisions; k++)
        worksheet_write_string(s->at, 0, (lxw_col_t)(FIXED + k), b->division[k], s->head);
    worksheet_set_column(s->at, 0, 0, 36, NULL);
    worksheet_freeze_panes(s->at, 1, 1);
    for (size_t i = 0; i < b->lines; i++) {
        const struct bulletin_line *x = &b->line[i];
        lxw_row_t row = (lxw_row_t)i + 1;
        worksheet_write_string(s->at, row, 0, b->lang == LANG_ZH ? x->definition->name : x->definition->name_en, NULL);
        worksheet_write_string(s->at, row, 1, x->definition->unit, NULL);
        number(s, row, 2, x->now);
        number(s, row, 3, x->before);
        number(s, row, 4, x->year_ago);
        for (size_t k = 0; k < b->divisions; k++)
            number(s, row, (lxw_col_t)(FIXED + k), x->part[k]);
    }
}

static void charts(struct sheet *s, lxw_workbook *book, const char *name) {
    enum { ROWS = 16 };
    const struct bulletin *b = s->b;
    for (size_t i = 0, n = 0; i < b->lines && b->divisions; i++) {
        lxw_row_t row = (lxw_row_t)i + 1;
        lxw_col_t last = (lxw_col_t)(FIXED + b->divisions - 1);
        lxw_chart *chart = workbook_add_chart(book, LXW_CHART_BAR);
        lxw_chart_series *bars = chart_add_series(chart, NULL, NULL);
        chart_series_set_categories(bars, name, 0, FIXED, 0, last);
        chart_series_set_values(bars, name, row, FIXED, row, last);
        chart_title_set_name(chart, b->lang == LANG_ZH ? b->line[i].definition->name : b->line[i].definition->name_en);
        chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
        worksheet_insert_chart(s->at, (lxw_row_t)(b->lines + 3 + ROWS * (n / 2)), (lxw_col_t)(n % 2 * 8), chart);
        n++;
    }
}

static void source(struct sheet *s, lxw_workbook *book) {
    const struct bulletin *b = s->b;
    struct ymd m = date_ymd(b->last);
    s->at = workbook_add_worksheet(book, "source");
    worksheet_set_column(s->at, 0, 0, 100, NULL);
    worksheet_write_string(s->at, 0, 0, SAY(&s->w, "plan.bulletin.title", DIAG_N("year", m.year), DIAG_N("month", m.month)), NULL);
    worksheet_write_string(s->at, 1, 0, SAY(&s->w, "plan.bulletin.rule"), NULL);
    if (b->base.log_size)
        worksheet_write_string(s->at, 2, 0, SAY(&s->w, "plan.report.log", DIAG_N("size", (int64_t)b->base.log_size), DIAG_S("root", b->base.log_root)), NULL);
    if (b->base.demo)
        worksheet_write_string(s->at, 3, 0, SAY(&s->w, "plan.report.demo"), NULL);
}

enum status bulletin_xlsx(const struct bulletin *b, struct arena *a, const char *path, struct diag *d) {
    static const char name[] = "bulletin";
    struct sheet s = {.b = b, .w = {.lang = b->lang, .a = a}};
    lxw_workbook *book = workbook_new(path);
    if (!book)
        return arena_full(d);
    s.head = workbook_add_format(book);
    format_set_bold(s.head);
    s.at = workbook_add_worksheet(book, name);
    figures(&s);
    charts(&s, book, name);
    source(&s, book);
    lxw_error e = workbook_close(book);
    if (e == LXW_NO_ERROR)
        return OK;
    unlink(path);
    return diag_fail(d, E_SYSTEM, "plan.file_write", DIAG_S("file", path), DIAG_S("why", lxw_strerror(e)));
}
