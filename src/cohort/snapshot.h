/* A snapshot: the registers of one day as columns (table.h) in files.
 *
 * docs/formats/snapshot.md has the format.  Here is its meaning only: a manifest
 * (JSON) says which tables, columns and files there are; a file is a header of 64
 * bytes and one array.  Opening and mapping files is the caller's.
 *
 * Whoever reads a linked snapshot may rely on it as on memory of his own: sizes,
 * offsets, dictionary indices, and low and high of every column were checked row by
 * row.  That its bytes are those once written, only their checksums tell
 * (cohort_snapshot_file.sha256), which the caller compares. */
#ifndef COHORT_SNAPSHOT_H
#define COHORT_SNAPSHOT_H

#include "base/date.h"
#include "cohort/table.h"

struct arena;
struct buf;

enum {
    SNAPSHOT_VERSION = 1,
    SNAPSHOT_HEADER_BYTES = 64,   /* a multiple of the alignment of the array behind it */
    SNAPSHOT_TABLES_MAX = 64,     /* the vocabulary has 10 */
    SNAPSHOT_COLUMNS_MAX = 512,   /* of a table */
    SNAPSHOT_WORDS_MAX = 65536,   /* of a dictionary: codes, not texts */
    SNAPSHOT_MANIFEST_MAX = 16 << 20
};
/* 2^40 rows of 8 bytes are still far from the end of uint64_t. */
#define SNAPSHOT_ROWS_MAX ((uint64_t)1 << 40)

enum cohort_snapshot_part { SNAPSHOT_VALUE, SNAPSHOT_UNKNOWN, SNAPSHOT_NULL, SNAPSHOT_OFFSET, SNAPSHOT_LIST_UNKNOWN };

struct cohort_snapshot_file {
    struct span name;             /* letters a-z, digits, '.', '-'; never a path */
    uint64_t bytes;
    char sha256[65];
    enum cohort_snapshot_part part;
    uint32_t table, field;        /* which column or list of which table */
    uint32_t width;               /* bytes of an element; 0: bits */
    uint64_t rows;                /* elements */
};

/* What the rows are of. */
struct cohort_snapshot_source {
    bool synthetic;               /* else from a store */
    int64_t people;               /* synthetic: N, seed, shares in millionths */
    uint64_t seed;
    int64_t missed_millionths, lapsed_millionths;
};

struct cohort_snapshot {
    date_t date;                  /* 快照日期 */
    instant_t taken_at;           /* when the store was read; 0: synthetic */
    struct cohort_snapshot_source source;
    struct span columns;          /* store: SHA-256 (hex) of what defined the columns; "": synthetic */
    struct span log_origin;       /* "": no evidence log (synthetic) */
    uint64_t log_size;            /* entries of the log that the snapshot may contain the effects of */
    struct span log_root;         /* lower-case hex of that head */
    const struct cohort_table *table; /* table[0] is the root; a list's table stands behind its parent */
    size_t table_count;
    const struct cohort_snapshot_file *file;
    size_t file_count;
};

/* The manifest as text.  The columns' arrays are not looked at. */
void cohort_snapshot_manifest(struct buf *out, const struct cohort_snapshot *s);

/* Reads a manifest into `a`; the arrays of its columns are NULL until linked.
 * E_INPUT: json.*, snapshot.format (no snapshot), snapshot.version (another version), snapshot.manifest (where says
 * what is missing or impossible). */
NODISCARD enum status cohort_snapshot_parse(struct arena *a, struct span manifest, struct cohort_snapshot *ret, struct diag *d);

/* Points the columns at the files' bytes (mapped[i] belongs to file[i], begins on 64 bytes, and must outlive the tables)
 * and checks every row.  E_INPUT, with the file's name in d->where: snapshot.size, snapshot.header, snapshot.offsets,
 * snapshot.range, snapshot.bits; snapshot.byte_order on a machine that is not little-endian. */
NODISCARD enum status cohort_snapshot_link(struct cohort_snapshot *s, const struct span *mapped, struct diag *d);

/* The same in parts, which several threads may share: first attach, then each file checked, then each table measured. */
NODISCARD enum status cohort_snapshot_attach(struct cohort_snapshot *s, const struct span *mapped, struct diag *d);
NODISCARD enum status cohort_snapshot_check(const struct cohort_snapshot *s, size_t file, struct diag *d);
void cohort_snapshot_measure(struct cohort_snapshot *s, size_t table);

/* Header and size of a file. */
void cohort_snapshot_header(const struct cohort_snapshot_file *f, uint8_t ret[SNAPSHOT_HEADER_BYTES]);
uint64_t cohort_snapshot_bytes(const struct cohort_snapshot_file *f);

#endif
