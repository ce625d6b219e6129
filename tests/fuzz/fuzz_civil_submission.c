/* Any bytes as an acknowledgement, or ('l' first) as another system's own list: read as declared, or refused; what is read keeps its bounds. */
#include "fuzz.h"

#include "civil/exchange/submission_internal.h"

#include <stdlib.h>

static const char FORM[] = "{\"id\":\"t\",\"rows\":\"benefits\",\"schemes\":[\"dibao\"],\"format\":\"F\",\"version\":\"1.0\",\"columns\":[{\"field\":\"number\",\"heading\":\"N\"},{\"field\":\"scheme\",\"heading\":\"S\"},"
    "{\"field\":\"id_number\",\"heading\":\"I\"},{\"field\":\"monthly\",\"heading\":\"M\"},{\"field\":\"from\",\"heading\":\"B\"},{\"field\":\"state\",\"heading\":\"Z\"}],\"receipt\":{\"title\":\"R\",\"number\":\"N\",\"verdict\":\"V\",\"code\":\"C\","
    "\"reason\":\"W\",\"theirs\":\"T\",\"verdicts\":{\"accepted\":\"y\",\"rejected\":\"n\"}}}";

static void bounded(struct span s) {
    if (s.size > (size_t)SUBMISSION_TEXT_MAX * 4 || (s.size && !s.at))
        abort();
}

static void receipt(struct arena *a, const struct submission_form *f, struct span file) {
    struct receipt r;
    struct diag d = {0};
    if (submission_receipt_read(a, f, file, &r, &d) != OK)
        return;
    if (r.number < 1 || r.sm3.size != (size_t)2 * HASH_BYTES || r.as_of == DATE_NONE || r.count > 2 * SUBMISSION_ROWS_MAX)
        abort();
    for (size_t i = 0; i < r.count; i++) {
        const struct receipt_row *w = &r.row[i];
        bounded(w->number);
        bounded(w->reason);
        bounded(w->code);
        bounded(w->theirs);
        if (!w->number.size || (!w->accepted && !w->reason.size && !w->code.size) || (i && span_eq(w->number, r.row[i - 1].number)))
            abort();
    }
}

static void list(struct arena *a, const struct submission_form *f, struct span file) {
    struct their_list l;
    struct diag d = {0};
    if (submission_list_read(a, f, "X=I", file, &l, &d) != OK && submission_list_read(a, f, NULL, file, &l, &d) != OK)
        return;
    int id = submission_column_of(f, SF_ID_NUMBER);
    if (l.count > SUBMISSION_LIST_MAX || !l.has[id])
        abort();
    for (size_t i = 0; i < l.count; i++)
        for (size_t k = 0; k < f->columns; k++) {
            bounded(l.row[i].value[k]);
            if ((!l.has[k] && l.row[i].value[k].size) || !submission_same(f->column[k].field, l.row[i].value[k], l.row[i].value[k]))
                abort();
            if (submission_same(f->column[k].field, l.row[i].value[k], l.row[0].value[k]) != submission_same(f->column[k].field, l.row[0].value[k], l.row[i].value[k]))
                abort();
        }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct arena *a = arena_new(64 << 20);
    const struct json *item = NULL;
    struct submission_form f;
    struct diag d = {0};
    struct span file = {(const char *)data, size};
    if (!a || json_parse(a, SPAN(FORM), &item, &d) != OK || submission_form_of(item, &f, &d) != OK)
        abort();
    if (size && data[0] == 'l')
        list(a, &f, (struct span){file.at + 1, size - 1});
    else
        receipt(a, &f, file);
    arena_free(a);
    return 0;
}
