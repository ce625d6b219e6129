/* Models that policies import, by their namespace (private to civil/decision).
 *
 * A policy may import the shared models of the packs (pack.json "models") and
 * other policies; what is meant is always the file in force on the same day.
 * So a policy is compiled once for each day on which it or anything it imports
 * changes, and a decision as of a date uses the texts of that date throughout. */
#ifndef CIVIL_DECISION_IMPORTS_H
#define CIVIL_DECISION_IMPORTS_H

#include "civil/pack/pack.h"
#include "dmn/dmn.h"

enum { IMPORT_DEPTH_MAX = 8 }; /* policy, shared model, its own parts: three today */

/* One series of dated files with one namespace. */
struct import_source { struct span uri; const struct pack_file *file; size_t count; };

struct import_sources { const struct import_source *at; size_t size; };

/* The decision files of a matter by valid_from, those published in a store among them. */
struct edition { const struct matter *matter; const struct pack_file *file; size_t count; };
/* shared[]: files that take the place of a shared model of the packs from their day on, by namespace. */
struct editions { const struct edition *at; size_t size; const struct pack_file *shared; size_t shared_count; };

/* The series with `file` in it; of two that begin on one day the later given counts.  E_LIMIT. */
NODISCARD enum status series_with(struct arena *a, const struct pack_file **series, size_t *count, const struct pack_file *file, struct diag *d);
/* What the file calls itself.  E_INPUT: dmn.xml …, decision.namespace: nothing. */
NODISCARD enum status namespace_of_file(struct arena *a, const struct pack_file *f, struct span *ret, struct diag *d);

/* E_INPUT: dmn.xml …, decision.namespace (none, or two series share it, or a
 * series changes it).  Lives in `a`. */
NODISCARD enum status import_sources_read(struct arena *a, const struct packs *packs, const struct editions *editions,
    struct import_sources *ret, struct diag *d);

/* Compiles `file` with what it imports on `day`.  *next_change: the first later
 * day on which something it imports changes, DATE_NONE: never.
 * E_INPUT: those of dmn_load, decision.import_circle. */
NODISCARD enum status import_load(struct arena *a, const struct import_sources *s, const struct pack_file *file,
    date_t day, const struct dmn_model **ret, date_t *next_change, struct diag *d);

/* What dmn_check asks for imports with; lives in `a`. */
NODISCARD enum status import_finder(struct arena *a, const struct import_sources *s, date_t day, struct dmn_imports *ret, struct diag *d);

#endif
