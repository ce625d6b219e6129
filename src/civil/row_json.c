#include "civil/row_json.h"

/* true: a value follows. */
static bool there(struct json_writer *w, const char *key, const struct rows *r, int column) {
    json_key(w, key);
    if (rows_null(r, column))
        json_nothing(w);
    return !rows_null(r, column);
}

void row_id_or_null(struct json_writer *w, const char *key, const struct rows *r, int column) {
    if (there(w, key, r, column))
        json_id(w, rows_int(r, column));
}

void row_text_or_null(struct json_writer *w, const char *key, const struct rows *r, int column) {
    if (there(w, key, r, column))
        json_span(w, rows_text(r, column));
}

void row_instant_or_null(struct json_writer *w, const char *key, const struct rows *r, int column) {
    if (there(w, key, r, column))
        json_instant(w, rows_int(r, column));
}
