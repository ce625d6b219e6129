/* The board. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/board/board.h"
#include "civil/case/statistics.h"

static enum status read_board(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *text = http_query(c->request, "month");
    month_t month = 0;
    enum status s = text ? month_parse(span_of(text), &month, d) : OK;
    return s == OK ? board_json(c->civil, t, c->access, c->actor, month, &c->w, d) : s;
}

void api_board(struct call *c) {
    enum status s = call_access(c, NULL, 0);
    if (s == OK)
        s = call_read(c, read_board);
    if (s != OK)
        call_fail(c, s);
}

static enum status day_of(const struct call *c, const char *name, date_t *ret, struct diag *d) {
    const char *text = http_query(c->request, name);
    *ret = DATE_NONE;
    return text && *text ? date_parse(span_of(text), ret, d) : OK;
}

static enum status read_statistics(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct statistics_query q = {.matter = http_query(c->request, "matter"), .file = http_query(c->request, "file"), .division = http_query(c->request, "division")};
    enum status s = day_of(c, "from", &q.from, d);
    if (s == OK)
        s = day_of(c, "until", &q.until, d);
    return s == OK ? case_statistics_json(c->civil, t, c->actor, &q, &c->w, d) : s;
}

/* Counts: nobody is read. */
void api_step_statistics(struct call *c) {
    enum status s = call_read(c, read_statistics);
    if (s != OK)
        call_fail(c, s);
}
