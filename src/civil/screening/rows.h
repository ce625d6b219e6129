/* Rows on their way into a snapshot.
 *
 * A schema says which tables and columns there are: those of the vocabulary
 * (packs/vocabulary.csv), so every field of every entity has its column.  A batch
 * holds some thousand households with all their lists; the writer
 * (snapshot_writer.h) appends one batch after the other.
 *
 * Columns and tables are numbered through the schema; a table but the first is
 * one list of its parent, so a list has its table's number.  Beside the vocabulary's:
 *   户._id, 成员._id   the store's 64-bit ids
 *   户._division       twelve digits
 *   户._made           synthetic only: what the household was made to be (enum made) */
#ifndef CIVIL_SCREENING_ROWS_H
#define CIVIL_SCREENING_ROWS_H

#include "civil/decision/vocabulary.h"
#include "cohort/table.h"

struct schema_column {
    size_t table;
    struct span name;
    enum cohort_kind kind;
    uint8_t width, scale;        /* width to begin with: the writer widens it when a value asks for more */
    const struct span *word;     /* string: the codes the vocabulary lists */
    uint32_t word_count;
    bool absent_no;              /* an object without it says null */
};
struct schema_table {
    struct span name;
    size_t parent;               /* table 0 has none */
    size_t column, column_count; /* the first of its columns */
};
struct schema {
    struct schema_table *table;
    size_t table_count;
    struct schema_column *column;
    size_t column_count;
};

/* In `a`, pointing into the vocabulary. E_LIMIT. */
NODISCARD enum status schema_new(struct arena *a, const struct vocabulary *v, struct schema *ret, struct diag *d);
/* By names; both must be there (a bug else). */
size_t schema_table(const struct schema *s, const char *name);
size_t schema_column(const struct schema *s, size_t table, const char *name);
/* Index of a code; UINT32_MAX: it is none of the vocabulary's. */
uint32_t schema_word(const struct schema *s, size_t column, struct span word);

enum cell { CELL_UNKNOWN, CELL_KNOWN, CELL_NULL };

struct batch_column { int64_t *value; uint8_t *cell; };
struct batch_table {
    size_t rows, room;
    uint32_t *elements;          /* a row of the parent: how many of these are its */
    uint8_t *known;              /* ... and whether the list is known */
};
struct batch {
    const struct schema *schema;
    struct batch_table *table;
    struct batch_column *column;
};

/* E_LIMIT base.memory. */
NODISCARD enum status batch_init(struct batch *b, const struct schema *s, struct diag *d);
void batch_release(struct batch *b);
void batch_clear(struct batch *b);
/* Makes room for `rows` more in the table. */
NODISCARD bool batch_grow(struct batch *b, size_t table);

/* A new last row, all unknown.  It belongs to the last row of the parent's table, and makes the list known.  false: memory ended. */
static inline NODISCARD bool batch_row(struct batch *b, size_t table) {
    struct batch_table *t = &b->table[table];
    if (t->rows == t->room && !batch_grow(b, table))
        return false;
    t->rows++;
    if (table) {
        size_t parent = b->table[b->schema->table[table].parent].rows - 1;
        t->elements[parent]++;
        t->known[parent] = true;
    }
    return true;
}
/* The list of the parent's last row is known, if only to be empty. */
static inline void batch_known(struct batch *b, size_t table) {
    b->table[table].known[b->table[b->schema->table[table].parent].rows - 1] = true;
}
static inline void batch_set(struct batch *b, size_t column, int64_t value) {
    size_t row = b->table[b->schema->column[column].table].rows - 1;
    b->column[column].value[row] = value;
    b->column[column].cell[row] = CELL_KNOWN;
}
static inline void batch_null(struct batch *b, size_t column) {
    b->column[column].cell[b->table[b->schema->column[column].table].rows - 1] = CELL_NULL;
}

#endif
