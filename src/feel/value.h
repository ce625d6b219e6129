/* FEEL values (DMN 1.5 section 10.3.2): immutable, 24 bytes, passed by copy.
 *
 * What a value points to lives in the arena it was made in.  A null that an
 * error produced carries FEEL_FLAG_ERROR and the number of the note that says
 * why (feel.h, struct feel_notes); a null that was written or is simply absent
 * does not.
 *
 * FEEL_UNKNOWN exists in case mode only (dmn/case.h): a fact that nobody knows
 * yet, or a value computed from one.  It never appears in standard mode. */
#ifndef FEEL_VALUE_H
#define FEEL_VALUE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/json.h"

enum feel_kind {
    FEEL_NULL = 0,
    FEEL_BOOLEAN,
    FEEL_NUMBER,
    FEEL_STRING,
    FEEL_DATE,
    FEEL_TIME,
    FEEL_DATE_TIME,
    FEEL_YM_DURATION, /* years and months */
    FEEL_DT_DURATION, /* days and time */
    FEEL_LIST,
    FEEL_CONTEXT,
    FEEL_RANGE,
    FEEL_FUNCTION,
    FEEL_UNKNOWN,
    FEEL_KIND_COUNT
};

enum {
    FEEL_FLAG_ERROR = 1,  /* null: an error made it */
    FEEL_FLAG_OFFSET = 2, /* time, date and time: `zone` is seconds east of UTC */
    FEEL_FLAG_NAMED = 4   /* time, date and time: `moment` names an IANA zone */
};

/* A key of a context; `hash` is feel_key's. */
struct feel_key { struct span text; uint64_t hash; };

/* The keys of a context, shared by all contexts made at the same place. */
struct feel_shape { size_t count; const struct feel_key *key; };

struct feel_value {
    uint8_t kind; /* enum feel_kind */
    uint8_t flag;
    int32_t zone; /* seconds east of UTC; null: 1 + number of the note; list, context: feel_measure */
    union {
        bool boolean;
        struct dec number;
        struct span string; /* UTF-8, any bytes but invalid sequences */
        struct { int64_t day; int64_t nano; }; /* days since 1970-01-01; nanoseconds of the day */
        const struct feel_moment *moment;      /* FEEL_FLAG_NAMED */
        int64_t months;
        struct { int64_t seconds; int64_t second_nano; }; /* 0 <= second_nano < 1e9 */
        struct { const struct feel_value *item; size_t count; }; /* list */
        struct { const struct feel_shape *shape; const struct feel_value *value; }; /* context */
        const struct feel_range *range;
        const struct feel_function *function;
        const struct feel_unknown *unknown;
    };
};

struct feel_moment { int64_t day; int64_t nano; int32_t offset; struct span zone; };

/* `<10` has no start: start.kind FEEL_NULL and start_included false. */
struct feel_range {
    struct feel_value start, end;
    bool start_included, end_included;
    bool is_test; /* written as (<10), (=10): equality and properties differ */
    bool negated; /* (!=10) */
};

/* ---- making ----------------------------------------------------------- */

static inline struct feel_value feel_null(void) { return (struct feel_value){0}; }
static inline struct feel_value feel_bool(bool b) {
    return (struct feel_value){.kind = FEEL_BOOLEAN, .boolean = b};
}
static inline struct feel_value feel_number(struct dec n) {
    return (struct feel_value){.kind = FEEL_NUMBER, .number = n};
}
static inline struct feel_value feel_int(int64_t n) { return feel_number(dec_int(n)); }
/* `s` is kept, not copied. */
static inline struct feel_value feel_string(struct span s) {
    return (struct feel_value){.kind = FEEL_STRING, .string = s};
}
static inline struct feel_value feel_date(int64_t day) {
    struct feel_value v = {.kind = FEEL_DATE};
    v.day = day;
    return v;
}
static inline struct feel_value feel_list(const struct feel_value *item, size_t count) {
    struct feel_value v = {.kind = FEEL_LIST};
    v.item = item;
    v.count = count;
    return v;
}
/* Keys and values are copied into `a` (the key's bytes are not).
 * Null with FEEL_FLAG_ERROR when memory ends. */
struct feel_value feel_context(struct arena *a, const struct span *keys,
    const struct feel_value *values, size_t count);
struct feel_key feel_key(struct span text);

/* ---- reading ---------------------------------------------------------- */

static inline bool feel_is_null(struct feel_value v) { return v.kind == FEEL_NULL; }
static inline bool feel_is_true(struct feel_value v) {
    return v.kind == FEEL_BOOLEAN && v.boolean;
}
/* Value of a key; NULL when `v` is no context or has no such key. */
const struct feel_value *feel_get(const struct feel_value *v, struct span key);
static inline bool feel_key_eq(const struct feel_key *a, const struct feel_key *b) {
    return a->hash == b->hash && span_eq(a->text, b->text);
}
static inline const struct feel_value *feel_get_key(const struct feel_value *v, const struct feel_key *key) {
    if (v->kind != FEEL_CONTEXT)
        return NULL;
    for (size_t i = 0; i < v->shape->count; i++)
        if (feel_key_eq(&v->shape->key[i], key))
            return &v->value[i];
    return NULL;
}
/* "number", "date and time" ...: the name FEEL gives the kind. */
const char *feel_kind_name(enum feel_kind kind);

/* ---- comparing -------------------------------------------------------- */

/* Deep sameness of two results, for tests and for "is the answer the same":
 * numbers by value, everything else by content, nulls equal. */
bool feel_same(const struct feel_value *a, const struct feel_value *b);
/* True when an unknown is anywhere inside. */
bool feel_has_unknown(const struct feel_value *v);
/* The first null made by an error inside, or NULL. */
const struct feel_value *feel_find_error(const struct feel_value *v);

/* ---- crossing the door ------------------------------------------------- */

/* JSON to FEEL: objects to contexts, strings stay strings (a declared type
 * turns them into dates: feel_coerce_text).  E_LIMIT. */
NODISCARD enum status feel_from_json(struct arena *a, const struct json *j,
    struct feel_value *ret, struct diag *d);
/* FEEL to JSON: dates, times and durations as their text, ranges and functions
 * as their text, unknown as null.  NULL when memory ends. */
const struct json *feel_to_json(struct arena *a, const struct feel_value *v);
void feel_write_json(struct json_writer *w, const struct feel_value *v);
/* The text string() gives at top level (strings unquoted), or as it is written
 * inside a list (`quoted`). */
void feel_text(struct buf *out, const struct feel_value *v, bool quoted);

#endif
