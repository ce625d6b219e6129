/* The evaluation of a plan and the bulletin of a month, as files. */
#include "server/server_internal.h"

#include "civil/indicator/bulletin.h"
#include "doc/by_path.h"
#include "store/store.h"

#include <stdio.h>

enum { FILE_BYTES_MAX = 64 << 20 };
static const char XLSX[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

static bool is_xlsx(const struct call *c) { return strcmp(http_query(c->request, "format"), "xlsx") == 0; }

static void reply(struct call *c, const struct buf *out, const char *name) {
    c->reply->body.size = 0; /* a closure may run again */
    call_file(c, buf_span(out), is_xlsx(c) ? XLSX : "application/pdf", "attachment", name);
}

/* ---- of a plan -------------------------------------------------------------------------- */

struct evaluation { struct call *call; struct plan_report report; };

static enum status evaluation_sheet(const char *path, void *arg, struct diag *d) {
    struct evaluation *x = arg;
    return plan_report_xlsx(&x->report, x->call->arena, path, d);
}

static enum status read_report(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const struct plan *plan = c->civil->plans ? plans_find(c->civil->plans, c->request->param[0]) : NULL;
    struct plan_state state;
    date_t as_of = txn_today(t);
    char name[96], day[DATE_TEXT_MAX];
    BUF_AUTO out;
    buf_init(&out, FILE_BYTES_MAX);
    enum status s = plan ? call_query_date(c, "as_of", as_of, &as_of) : diag_fail(d, E_NOT_FOUND, "plan.not_here");
    if (s == OK)
        s = plan_state_read(c->civil, t, c->arena, c->civil->plans, plan, as_of, &state, d);
    struct evaluation x = {c, {.state = &state, .lang = c->actor->lang, .made_at = txn_now(t)}};
    if (s == OK)
        s = report_base_read(t, c->arena, &x.report.base, d);
    if (s == OK)
        s = is_xlsx(c) ? doc_by_path(evaluation_sheet, &x, &out, d) : plan_report_pdf(&x.report, c->arena, &out, d);
    if (s != OK)
        return s;
    date_text(as_of, day);
    snprintf(name, sizeof name, "%s-%s.%s", plan->id, day, is_xlsx(c) ? "xlsx" : "pdf");
    reply(c, &out, name);
    return OK;
}
void api_plan_report(struct call *c) { call_show(c, OK, read_report); }

/* ---- of a month ----------------------------------------------------------------------------- */

struct monthly { struct call *call; struct bulletin bulletin; };

static enum status monthly_sheet(const char *path, void *arg, struct diag *d) {
    struct monthly *x = arg;
    return bulletin_xlsx(&x->bulletin, x->call->arena, path, d);
}

static enum status read_bulletin(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct monthly x = {.call = c};
    struct period month;
    const char *text = http_query(c->request, "month");
    char name[64];
    BUF_AUTO out;
    buf_init(&out, FILE_BYTES_MAX);
    enum status s = c->civil->plans ? period_parse(span_of(text), txn_today(t), &month, d) : diag_fail(d, E_NOT_FOUND, "plan.not_here");
    if (s == OK)
        s = bulletin_read(c->civil, t, c->arena, c->civil->plans, &month, &x.bulletin, d);
    x.bulletin.lang = c->actor->lang;
    x.bulletin.made_at = txn_now(t);
    if (s == OK)
        s = report_base_read(t, c->arena, &x.bulletin.base, d);
    if (s == OK)
        s = is_xlsx(c) ? doc_by_path(monthly_sheet, &x, &out, d) : bulletin_pdf(&x.bulletin, c->arena, &out, d);
    if (s != OK)
        return s;
    snprintf(name, sizeof name, "bulletin-%s.%s", text, is_xlsx(c) ? "xlsx" : "pdf");
    reply(c, &out, name);
    return OK;
}
void api_plan_bulletin(struct call *c) { call_show(c, OK, read_bulletin); }
