/* The board. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/board/board.h"

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
