/* Columns that may be NULL, as JSON members: null then. */
#ifndef CIVIL_ROW_JSON_H
#define CIVIL_ROW_JSON_H

#include "base/json.h"
#include "store/store.h"

void row_id_or_null(struct json_writer *w, const char *key, const struct rows *r, int column);
void row_text_or_null(struct json_writer *w, const char *key, const struct rows *r, int column);
void row_instant_or_null(struct json_writer *w, const char *key, const struct rows *r, int column); /* a moment, in Beijing's time */

#endif
