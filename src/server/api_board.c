/* The board. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/board/board.h"
#include "civil/case/statistics.h"

static enum status read_board(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    month_t month = 0;
    enum status s = call_query_month(c, "month", 0, &month);
    return s == OK ? board_json(c->civil, t, c->access, c->actor, month, &c->w, d) : s;
}

void api_board(struct call *c) { call_look(c, OK, NULL, 0, read_board); }

static enum status read_statistics(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct statistics_query q = {.matter = http_query(c->request, "matter"), .file = http_query(c->request, "file"), .division = http_query(c->request, "division")};
    enum status s = call_query_date(c, "from", DATE_NONE, &q.from);
    if (s == OK)
        s = call_query_date(c, "until", DATE_NONE, &q.until);
    return s == OK ? case_statistics_json(c->civil, t, c->actor, &q, &c->w, d) : s;
}

/* Counts: nobody is read. */
void api_step_statistics(struct call *c) { call_show(c, OK, read_statistics); }
