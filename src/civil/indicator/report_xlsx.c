#include "civil/indicator/report.h"

#include <unistd.h>
#include <xlsxwriter.h>

enum { HEADS = 12, YEARS_MAX = 40, CHARTS_MAX = 60, CHART_ROWS = 16 };

struct sheet { const struct plan_report *r; struct arena *a; lxw_workbook *book; lxw_worksheet *at; lxw_format *head, *text; };

static char *say(const struct sheet *s, const char *code, const struct diag_arg *args, size_t n) {
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, s->r->lang, code, args, n);
    return arena_dup(s->a, buf_span(&b));
}

/* Text stays text: a name that begins with '=' is no formula. */
static void text(struct sheet *s, lxw_row_t row, lxw_col_t column, const char *value) {
    if (value && *value)
        worksheet_write_string(s->at, row, column, value, s->text);
}

static void printed(struct sheet *s, lxw_row_t row, lxw_col_t column, const char *as, bool is_number, struct dec value) {
    if (is_number)
        worksheet_write_number(s->at, row, column, dec_to_double(value), NULL);
    else
        text(s, row, column, as);
}

static void table(struct sheet *s) {
    static const char *const heads[HEADS] = {"plan.report.section", "plan.report.no", "plan.report.indicator", "plan.report.unit", "plan.report.base_year", "plan.report.base", "plan.report.target_year",
        "plan.report.target", "plan.report.attribute", "plan.report.current", "plan.report.day", "plan.report.state"};
    const struct plan_state *state = s->r->state;
    for (lxw_col_t k = 0; k < HEADS; k++)
        worksheet_write_string(s->at, 0, k, say(s, heads[k], NULL, 0), s->head);
    worksheet_set_column(s->at, 0, 0, 18, NULL);
    worksheet_set_column(s->at, 2, 2, 46, NULL);
    worksheet_freeze_panes(s->at, 1, 3);
    for (size_t i = 0; i < state->count; i++) {
        const struct standing_row *r = &state->row[i];
        const struct indicator *x = r->indicator;
        lxw_row_t row = (lxw_row_t)i + 1;
        char day[DATE_TEXT_MAX];
        text(s, row, 0, x->section);
        text(s, row, 1, x->no);
        text(s, row, 2, s->r->lang == LANG_ZH ? x->name : x->name_en);
        text(s, row, 3, x->unit);
        if (x->base_year)
            worksheet_write_number(s->at, row, 4, x->base_year, NULL);
        printed(s, row, 5, x->base, x->has_base, x->base_value);
        if (x->target_year)
            worksheet_write_number(s->at, row, 6, x->target_year, NULL);
        printed(s, row, 7, x->target, x->has_target, x->target_value);
        text(s, row, 8, x->attribute);
        if (r->standing.has_value) {
            date_text(r->standing.day, day);
            worksheet_write_number(s->at, row, 9, dec_to_double(r->standing.value), NULL);
            text(s, row, 10, day);
        }
        const struct diag_arg arg = DIAG_S("state", r->standing.status);
        if (r->standing.status)
            text(s, row, 11, say(s, "plan.state", &arg, 1));
    }
}

/* The series, a row each, and a chart beside the table for the first of them. */
static void series(struct sheet *s) {
    const struct plan_state *state = s->r->state;
    lxw_row_t row = 0;
    int charts = 0;
    const char *sheet_name = "series";
    s->at = workbook_add_worksheet(s->book, sheet_name);
    worksheet_set_column(s->at, 0, 0, 46, NULL);
    for (size_t i = 0; i < state->count; i++) {
        const struct standing_row *r = &state->row[i];
        if (!r->series_count)
            continue;
        const char *name = s->r->lang == LANG_ZH ? r->indicator->name : r->indicator->name_en;
        size_t n = r->series_count < YEARS_MAX ? r->series_count : YEARS_MAX;
        text(s, row, 0, name);
        for (size_t k = 0; k < n; k++) {
            char day[DATE_TEXT_MAX];
            date_text(r->series[r->series_count - n + k].day, day);
            text(s, row, (lxw_col_t)k + 1, day);
            worksheet_write_number(s->at, row + 1, (lxw_col_t)k + 1, dec_to_double(r->series[r->series_count - n + k].value), NULL);
        }
        if (charts < CHARTS_MAX) {
            lxw_chart *chart = workbook_add_chart(s->book, LXW_CHART_LINE);
            lxw_chart_series *line = chart_add_series(chart, NULL, NULL);
            chart_series_set_categories(line, sheet_name, row, 1, row, (lxw_col_t)n);
            chart_series_set_values(line, sheet_name, row + 1, 1, row + 1, (lxw_col_t)n);
            chart_series_set_name(line, name);
            chart_title_set_name(chart, name);
            chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
            worksheet_insert_chart(s->at, (lxw_row_t)(charts * CHART_ROWS), (lxw_col_t)(n + 3), chart);
            charts++;
        }
        row += 2;
    }
}

static void source(struct sheet *s) {
    char day[DATE_TEXT_MAX];
    date_text(s->r->state->as_of, day);
    s->at = workbook_add_worksheet(s->book, "source");
    worksheet_set_column(s->at, 0, 0, 100, NULL);
    const struct diag_arg as_of = DIAG_S("day", day), log[] = {DIAG_N("size", (int64_t)s->r->base.log_size), DIAG_S("root", s->r->base.log_root)};
    text(s, 0, 0, s->r->lang == LANG_ZH ? s->r->state->plan->name : s->r->state->plan->name_en);
    text(s, 1, 0, say(s, plan_report_kind(s->r->state), NULL, 0));
    text(s, 2, 0, say(s, "plan.report.as_of", &as_of, 1));
    text(s, 3, 0, say(s, "plan.report.rule", NULL, 0));
    if (s->r->base.log_size)
        text(s, 4, 0, say(s, "plan.report.log", log, 2));
    if (s->r->base.demo)
        text(s, 5, 0, say(s, "plan.report.demo", NULL, 0));
}

enum status plan_report_xlsx(const struct plan_report *r, struct arena *a, const char *path, struct diag *d) {
    struct sheet s = {.r = r, .a = a, .book = workbook_new(path)};
    if (!s.book)
        return arena_full(d);
    s.head = workbook_add_format(s.book);
    s.text = workbook_add_format(s.book);
    format_set_bold(s.head);
    s.at = workbook_add_worksheet(s.book, "plan");
    table(&s);
    series(&s);
    source(&s);
    lxw_error e = workbook_close(s.book);
    if (e == LXW_NO_ERROR)
        return OK;
    unlink(path);
    return diag_fail(d, E_SYSTEM, "plan.file_write", DIAG_S("file", path), DIAG_S("why", lxw_strerror(e)));
}
