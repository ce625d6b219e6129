/* The registers of a store as a snapshot.
 *
 * One read transaction sees them all at one moment; what is received comes from the
 * entitlements.  The read is one entry of the evidence log (purpose screening; query with the day and the
 * log's head), written before the snapshot gets its name.
 *
 * With a base, only households that changed since are read from the registers, the others are
 * copied from it; what is received is read anew for all.  The result is the same as without. */
#ifndef CIVIL_SCREENING_STORE_SNAPSHOT_H
#define CIVIL_SCREENING_STORE_SNAPSHOT_H

#include "civil/civil.h"
#include "civil/screening/rows.h"

struct snapshot;
struct snapshot_writer;

struct store_snapshot {
    date_t date;                    /* the facts as of this day */
    const struct snapshot *base;    /* NULL: everything is read */
    /* Now and then; true stops (E_SYSTEM snapshot.interrupted).  May be NULL. */
    bool (*progress)(void *arg, uint64_t households);
    void *arg;
};
struct store_snapshot_result {
    uint64_t households, people;
    uint64_t read;                  /* households read from the registers, the others copied */
    uint64_t left_out;              /* values that fit no column */
};

/* Fills and finishes `w`.  E_INPUT snapshot.base: the base is synthetic, of another store, of a later day, or of other columns. */
NODISCARD enum status store_snapshot_write(struct civil *c, const struct store_snapshot *o, const struct schema *schema, struct snapshot_writer *w,
    struct store_snapshot_result *ret, struct diag *d);

#endif
