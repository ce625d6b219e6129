/* Linking: from the files' bytes to columns that need not be doubted. */
#include "cohort/snapshot.h"

/* Bits and values of a row are the machine's own: nothing is converted. */
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
enum { LITTLE_ENDIAN_HERE = 1 };
#else
enum { LITTLE_ENDIAN_HERE = 0 };
#endif

static const char MAGIC[8] = {'M', 'Z', 'C', 'O', 'L', 'U', 'M', 'N'};

static uint64_t array_bytes(const struct cohort_snapshot_file *f) {
    return f->width ? f->rows * f->width : (f->rows + 63) / 64 * 8;
}

/* Arrays end on 64 bytes, so that a program may read the last vector whole. */
uint64_t cohort_snapshot_bytes(const struct cohort_snapshot_file *f) {
    return SNAPSHOT_HEADER_BYTES + (array_bytes(f) + 63) / 64 * 64;
}

static void put(uint8_t *at, uint64_t n, int bytes) {
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(n >> (8 * i));
}

void cohort_snapshot_header(const struct cohort_snapshot_file *f, uint8_t ret[SNAPSHOT_HEADER_BYTES]) {
    memset(ret, 0, SNAPSHOT_HEADER_BYTES);
    memcpy(ret, MAGIC, sizeof MAGIC);
    put(ret + 8, SNAPSHOT_VERSION, 4);
    put(ret + 12, f->part, 4);
    put(ret + 16, f->rows, 8);
    put(ret + 24, f->width, 4);
    put(ret + 28, f->table, 4);
    put(ret + 32, f->field, 4);
}

static enum status bad(const struct cohort_snapshot_file *f, const char *code, struct diag *d) {
    diag_fail(d, E_INPUT, code);
    return diag_at(d, "%.*s", SPAN_ARG(f->name)), E_INPUT;
}

/* ---- every row ---------------------------------------------------------------------------- */

struct bounds { int64_t low, high; };

/* Least and greatest of up to 64 values; the loops are vectorised. */
#define BOUNDS_OF(type)                                                        \
    static struct bounds bounds_##type(const type *v, size_t n) {             \
        type low = v[0], high = v[0];                                          \
        for (size_t i = 1; i < n; i++) {                                       \
            low = v[i] < low ? v[i] : low;                                     \
            high = v[i] > high ? v[i] : high;                                  \
        }                                                                      \
        return (struct bounds){low, high};                                     \
    }
BOUNDS_OF(int8_t)
BOUNDS_OF(int16_t)
BOUNDS_OF(int32_t)
BOUNDS_OF(int64_t)

static struct bounds bounds_of(const struct cohort_column *c, uint64_t first, size_t n) {
    switch (c->width) {
    case 1: return bounds_int8_t((const int8_t *)c->value + first, n);
    case 2: return bounds_int16_t((const int16_t *)c->value + first, n);
    case 4: return bounds_int32_t((const int32_t *)c->value + first, n);
    default: return bounds_int64_t((const int64_t *)c->value + first, n);
    }
}

static void widen(struct bounds *b, struct bounds by) {
    b->low = by.low < b->low ? by.low : b->low;
    b->high = by.high > b->high ? by.high : b->high;
}

/* 64 rows, some without a value: those hold 0. */
static bool some_rows(const struct cohort_column *c, uint64_t first, size_t n, uint64_t without, struct bounds *b) {
    for (size_t i = 0; i < n; i++) {
        int64_t v = cohort_stored(c, first + i);
        if (without >> i & 1) {
            if (v != 0)
                return false;
        } else {
            widen(b, (struct bounds){v, v});
        }
    }
    return true;
}

enum { STRIDE = 4096 }; /* rows a step where every row has a value: a multiple of 64 */

static bool values_ok(const struct cohort_column *c, uint64_t rows) {
    struct bounds b = {INT64_MAX, INT64_MIN};
    if (!c->unknown && !c->null)
        for (uint64_t r = 0; r < rows; r += STRIDE)
            widen(&b, bounds_of(c, r, rows - r < STRIDE ? (size_t)(rows - r) : STRIDE));
    else
        for (uint64_t r = 0; r < rows; r += 64) {
            size_t n = rows - r < 64 ? (size_t)(rows - r) : 64;
            uint64_t without = (c->unknown ? c->unknown[r / 64] : 0) | (c->null ? c->null[r / 64] : 0);
            struct bounds here = bounds_of(c, r, n);
            if (without == 0)
                widen(&b, here);
            else if (without == UINT64_MAX >> (64 - n)) {
                if (here.low != 0 || here.high != 0)
                    return false;
            } else if (!some_rows(c, r, n, without, &b))
                return false;
        }
    if (b.low > b.high)
        return c->low > c->high;
    return b.low == c->low && b.high == c->high;
}

/* No bit behind the last row. */
static bool bits_ok(const uint64_t *bits, uint64_t rows) {
    return rows % 64 == 0 || bits[rows / 64] >> (rows % 64) == 0;
}

static bool offsets_ok(const struct cohort_list *l, uint64_t rows) {
    uint64_t wrong = l->offset[0] != 0 || l->offset[rows] != l->of->count;
    for (uint64_t r = 0; r < rows; r++)
        wrong |= l->offset[r] > l->offset[r + 1];
    if (wrong || !l->unknown)
        return !wrong;
    for (uint64_t r = 0; r < rows; r++)
        wrong |= cohort_bit(l->unknown, r) && l->offset[r] != l->offset[r + 1];
    return !wrong;
}

/* What programs ask of every list, looked at once. */
static void measure(const struct cohort_table *t, struct cohort_list *l) {
    cohort_list_lengths(l, t->count, &l->shortest, &l->longest);
    l->measured = true;
    for (size_t i = 0; i < l->of->column_count; i++) {
        struct cohort_column *c = (struct cohort_column *)&l->of->column[i];
        c->distinct = c->kind == COHORT_STRING && c->width == 1 && cohort_distinct(l, t->count, c);
    }
}

/* ---- linking --------------------------------------------------------------------------------- */

static enum status link_file(struct cohort_snapshot *s, const struct cohort_snapshot_file *f, struct span bytes, struct diag *d) {
    uint8_t header[SNAPSHOT_HEADER_BYTES];
    if (bytes.size != f->bytes)
        return bad(f, "snapshot.size", d);
    assert((uintptr_t)bytes.at % 64 == 0);
    cohort_snapshot_header(f, header);
    if (memcmp(bytes.at, header, sizeof header) != 0)
        return bad(f, "snapshot.header", d);
    /* The tables are the arena's; const is for those who read them. */
    struct cohort_table *t = (struct cohort_table *)&s->table[f->table];
    struct cohort_column *c = f->part < SNAPSHOT_OFFSET ? (struct cohort_column *)&t->column[f->field] : NULL;
    struct cohort_list *l = c ? NULL : (struct cohort_list *)&t->list[f->field];
    const void *array = bytes.at + SNAPSHOT_HEADER_BYTES;
    switch (f->part) {
    case SNAPSHOT_VALUE: c->value = array; break;
    case SNAPSHOT_UNKNOWN: c->unknown = array; break;
    case SNAPSHOT_NULL: c->null = array; break;
    case SNAPSHOT_OFFSET: l->offset = array; break;
    case SNAPSHOT_LIST_UNKNOWN: l->unknown = array; break;
    }
    bool bits = f->part == SNAPSHOT_UNKNOWN || f->part == SNAPSHOT_NULL || f->part == SNAPSHOT_LIST_UNKNOWN;
    return !bits || bits_ok(array, f->rows) ? OK : bad(f, "snapshot.bits", d);
}

enum status cohort_snapshot_attach(struct cohort_snapshot *s, const struct span *mapped, struct diag *d) {
    enum status r = OK;
    if (!LITTLE_ENDIAN_HERE)
        return diag_fail(d, E_INPUT, "snapshot.byte_order");
    for (size_t i = 0; r == OK && i < s->file_count; i++)
        r = link_file(s, &s->file[i], mapped[i], d);
    return r;
}

enum status cohort_snapshot_check(const struct cohort_snapshot *s, size_t file, struct diag *d) {
    const struct cohort_snapshot_file *f = &s->file[file];
    const struct cohort_table *t = &s->table[f->table];
    if (f->part == SNAPSHOT_VALUE && !values_ok(&t->column[f->field], t->count))
        return bad(f, "snapshot.range", d);
    if (f->part == SNAPSHOT_OFFSET && !offsets_ok(&t->list[f->field], t->count))
        return bad(f, "snapshot.offsets", d);
    return OK;
}

void cohort_snapshot_measure(struct cohort_snapshot *s, size_t table) {
    for (size_t k = 0; k < s->table[table].list_count; k++)
        measure(&s->table[table], (struct cohort_list *)&s->table[table].list[k]);
}

enum status cohort_snapshot_link(struct cohort_snapshot *s, const struct span *mapped, struct diag *d) {
    enum status r = cohort_snapshot_attach(s, mapped, d);
    for (size_t i = 0; r == OK && i < s->file_count; i++)
        r = cohort_snapshot_check(s, i, d);
    for (size_t i = 0; r == OK && i < s->table_count; i++)
        cohort_snapshot_measure(s, i);
    return r;
}
