/* A row as comparators read it: slots of fixed width in one block of memory.
 *
 *   present (bit a field) · row number · keys (one a blocking pass) · rarity (a byte a field) · slots
 *
 * All records of a layout have one size, a multiple of 32 bytes, so that a candidate costs
 * two or three lines of cache and no pointer. */
#ifndef LINK_RECORD_H
#define LINK_RECORD_H

#include "link/address.h"
#include "link/day.h"
#include "link/name.h"
#include "link/number.h"
#include "link/schema.h"
#include "link/text.h"

enum { LINK_PASSES_MAX = 16, LINK_ATOMS = 3 };

/* A feature of one field that a blocking key is made of. */
struct link_atom { uint8_t field, part; };
struct link_pass {
    int count;                          /* atoms; 0: every pair */
    struct link_atom atom[LINK_ATOMS];
    struct link_atom refine;            /* added in blocks that are too large */
    bool can_refine;
    uint32_t *large;                    /* such blocks: a table of keys, 0 empty, size a power of 2 */
    uint32_t large_mask;
    double pairs, recall;               /* estimated: pairs, and matches found by this pass that no earlier one finds */
};

struct link_layout {
    const struct link_schema *schema;
    uint16_t slot[LINK_FIELDS_MAX];
    uint16_t rarity;                    /* offset; keys are at LINK_KEYS */
    uint32_t size;
    int passes;
    struct link_pass pass[LINK_PASSES_MAX];
    int atoms;                          /* the different ones of all passes, so that each is made once a record */
    struct link_atom atom[LINK_PASSES_MAX * LINK_ATOMS];
    uint8_t atom_of[LINK_PASSES_MAX][LINK_ATOMS];
};
enum { LINK_KEYS = 8 };

struct link_head { uint32_t present, row; };

static inline const struct link_head *link_head(const char *r) { return (const struct link_head *)(const void *)r; }
static inline const uint32_t *link_keys(const char *r) { return (const uint32_t *)(const void *)(r + LINK_KEYS); }
static inline bool link_present(const char *r, int field) { return link_head(r)->present >> field & 1; }
#define LINK_SLOT(record, layout, f, type) ((const struct type *)(const void *)((record) + (layout)->slot[f]))

/* Places the slots and lists the atoms of l->pass. */
void link_layout_init(struct link_layout *l, const struct link_schema *s, int passes);

/* Fills `record` (l->size bytes, 16-aligned) with slots and presence; keys are link_key_all's. `side`: 0 left, 1 right. */
void link_encode(const struct link_layout *l, int side, const struct span *fields, uint32_t row, char *record);
uint32_t link_feature(const struct link_layout *l, const char *record, struct link_atom atom); /* 0: none */
uint32_t link_key(const struct link_layout *l, const char *record, const struct link_pass *p); /* of the pass, refined where it must be */
void link_key_all(const struct link_layout *l, char *record);

/* Level of agreement 1 to 7, 0 when either says nothing. */
int link_level(const struct link_layout *l, int field, const char *a, const char *b);
/* The value as one number, for frequencies; 0: nothing. */
uint32_t link_value(const struct link_layout *l, int field, const char *record);

#endif
