/* Snapshots on disk: written whole or not at all, and mapped for reading.
 *
 * A snapshot is a folder (docs/formats/snapshot.md).  It is written beside its place
 * under another name, synced and renamed, so that whatever bears the name is
 * complete; a full disk or a kill leaves nothing that looks like one.  A snapshot
 * never changes: to replace it is to write another. */
#ifndef CIVIL_SCREENING_SNAPSHOT_FILES_H
#define CIVIL_SCREENING_SNAPSHOT_FILES_H

#include "cohort/snapshot.h"

/* ---- reading ------------------------------------------------------------------------ */

struct snapshot;

/* Maps DIR and checks it (cohort/snapshot.h: every row).  verify: the checksums of all files too; without it only the
 * manifest's, so that what a report names is what was opened.
 * E_NOT_FOUND snapshot.none (no such folder, or no manifest in it); E_INPUT snapshot.* and snapshot.missing,
 * snapshot.checksum, snapshot.tables with the file in d->where; E_SYSTEM snapshot.file. */
NODISCARD enum status snapshot_open(const char *dir, bool verify, struct snapshot **ret, struct diag *d);
struct snapshot *snapshot_free(struct snapshot *s); /* NULL */
DEFINE_AUTO(snapshot)

/* 户, with its lists; valid until snapshot_free. */
const struct cohort_table *snapshot_household(const struct snapshot *s);
const struct cohort_snapshot *snapshot_content(const struct snapshot *s);
/* SHA-256 of the manifest, which names the checksums of all else: the snapshot's identity. */
const char *snapshot_sha256(const struct snapshot *s);
uint64_t snapshot_bytes(const struct snapshot *s);
/* One a household, in the table's order; never NULL. */
const int64_t *snapshot_ids(const struct snapshot *s);
const int64_t *snapshot_divisions(const struct snapshot *s); /* 110102001001 */
const int64_t *snapshot_member_ids(const struct snapshot *s);

/* ---- writing -------------------------------------------------------------------------- */

struct schema;
struct batch;
struct snapshot_writer;

/* E_CONFLICT snapshot.exists: DIR is there already.  E_SYSTEM snapshot.file, snapshot.full. */
NODISCARD enum status snapshot_writer_new(const char *dir, const struct schema *schema, struct snapshot_writer **ret, struct diag *d);
/* Removes what was written unless snapshot_finish succeeded; NULL. */
struct snapshot_writer *snapshot_writer_free(struct snapshot_writer *w);
DEFINE_AUTO(snapshot_writer)
/* The number of a word in a string column's dictionary, which grows.  E_LIMIT snapshot.words. */
NODISCARD enum status snapshot_word(struct snapshot_writer *w, size_t column, struct span word, int64_t *ret, struct diag *d);
/* E_SYSTEM snapshot.full, snapshot.file; E_LIMIT. */
NODISCARD enum status snapshot_append(struct snapshot_writer *w, const struct batch *b, struct diag *d);
uint64_t snapshot_rows(const struct snapshot_writer *w, size_t table);
/* `about` gives date, source and log; its tables are the writer's.  Columns that nobody knows are left out. */
NODISCARD enum status snapshot_finish(struct snapshot_writer *w, const struct cohort_snapshot *about, struct diag *d);

#endif
