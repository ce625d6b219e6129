/* JSON at the doors (RFC 8259): strict to read, exact to write.
 *
 * Reading skips a byte-order mark and refuses duplicate keys, bad UTF-8, lone
 * surrogates, NUL characters, trailing text and nesting beyond JSON_DEPTH_MAX, and
 * turns the document into an immutable tree in the caller's arena.  Any value may be outermost.
 * Numbers are exact decimals straight from their text (1450.10 keeps its
 * nought); more than 34 significant digits, or a value outside decimal128,
 * are refused.
 *
 * The reader is our own: libjansson goes through doubles, keeps its tree
 * outside the arena's ceiling, and exports these very names.
 *
 * Writing is a stream into a buf; the writer puts the commas. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/decimal.h"

enum { JSON_DEPTH_MAX = 64 }; /* forms and facts nest below 12 */

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json {
    enum json_type type;
    struct span text;        /* string: its bytes, terminated */
    struct dec number;
    size_t size;             /* array, object: how many */
    const struct json **item;/* array: items; object: values */
    const struct span *key;  /* object only, in document order, terminated */
};

/* E_INPUT, with the line: json.syntax, json.unfinished, json.trailing,
 * json.duplicate_key, json.depth, json.nul, json.control, json.utf8,
 * json.escape, json.number_precision, json.number_range.  E_LIMIT: base.memory.
 * `a` may hold leftovers after a failure. */
NODISCARD enum status json_parse(struct arena *a, struct span text, const struct json **ret, struct diag *d);

/* NULL when absent or `j` is NULL or no object. */
const struct json *json_get(const struct json *j, const char *key);
const struct json *json_get_span(const struct json *j, struct span key);
const struct json *json_at(const struct json *j, size_t i); /* array; NULL beyond */
/* "" / `otherwise` when absent or of another type. */
const char *json_str(const struct json *j, const char *key, const char *otherwise);
bool json_bool(const struct json *j, const char *key, bool otherwise);
int64_t json_int(const struct json *j, const char *key, int64_t otherwise);
bool json_is_null(const struct json *j); /* NULL or JSON null */

/* Builders for trees made in memory (arena). NULL when memory ends. */
const struct json *json_new_string(struct arena *a, struct span s);
const struct json *json_new_number(struct arena *a, struct dec n);
const struct json *json_new_bool(bool b); /* static */
const struct json *json_null(void);       /* static */
const struct json *json_new_array(struct arena *a, const struct json **items, size_t n);
const struct json *json_new_object(struct arena *a, const struct span *keys, const struct json **values, size_t n);
/* Copy with `key` set to `value` (objects only). */
const struct json *json_with(struct arena *a, const struct json *object, const char *key, const struct json *value);
/* A copy without that key. */
const struct json *json_without(struct arena *a, const struct json *object, struct span key);
/* The same value, whatever the order of keys. */
bool json_same(const struct json *x, const struct json *y);

struct json_writer {
    struct buf *out;
    unsigned depth;
    bool need_comma;
    bool after_key;
    bool pretty;
};
void json_begin(struct json_writer *w, struct buf *out, bool pretty);
void json_object(struct json_writer *w);
void json_object_end(struct json_writer *w);
void json_array(struct json_writer *w);
void json_array_end(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_key_span(struct json_writer *w, struct span key);
void json_string(struct json_writer *w, const char *s); /* NULL writes null */
void json_span(struct json_writer *w, struct span s); /* what is not UTF-8 becomes U+FFFD */
void json_stringf(struct json_writer *w, const char *fmt, ...) PRINTF(2, 3);
void json_int64(struct json_writer *w, int64_t n);
void json_id(struct json_writer *w, int64_t id); /* 64-bit ids are strings in JSON */
void json_decimal(struct json_writer *w, struct dec n); /* NaN writes null */
void json_boolean(struct json_writer *w, bool b);
void json_nothing(struct json_writer *w);
void json_date(struct json_writer *w, int32_t date);   /* DATE_NONE writes null */
void json_instant(struct json_writer *w, int64_t t);   /* RFC 3339, +08:00 */
void json_value(struct json_writer *w, const struct json *j);
/* key + value in one call */
void json_kstring(struct json_writer *w, const char *key, const char *s);
void json_kboth(struct json_writer *w, const char *key, const char *zh, const char *en); /* {"zh","en"}: API Text */
void json_kspan(struct json_writer *w, const char *key, struct span s);
void json_kint(struct json_writer *w, const char *key, int64_t n);
void json_kid(struct json_writer *w, const char *key, int64_t id);
void json_kbool(struct json_writer *w, const char *key, bool b);
void json_kdate(struct json_writer *w, const char *key, int32_t date);
void json_kinstant(struct json_writer *w, const char *key, int64_t t);

/* RFC 8785-like canonical text (keys sorted by code point, no white space,
 * equal numbers equally written): what commitments and digests are computed
 * over. */
void json_canonical(struct buf *out, const struct json *j);

#endif
