/* Records of a register that stands for itself (schema.h): organisations, facilities, changes of divisions.
 *
 * Two times, as in register.h: a change from a day on ends what was believed (superseded) and writes
 * it anew with an end, and behind it what holds from that day; a correction says that it was never so.  No row is
 * overwritten, so the register can be asked as of any day and as it was known at any moment.  A record's version
 * counts its rows; it is the ETag.
 *
 * Personal fields come masked out of everything here but record_reveal, which writes an entry of the log. */
#ifndef CIVIL_REGISTER_RECORD_H
#define CIVIL_REGISTER_RECORD_H

#include "civil/register/schema.h"

struct record {
    int64_t district, id, version;
    instant_t recorded_at, superseded_at;  /* 0: believed now */
    date_t valid_from, valid_to;           /* DATE_NONE: open */
    int64_t recorded_by, batch;            /* batch 0: entered by hand */
    char *source, *reason;
    struct sql_value v[SCHEMA_FIELDS_MAX]; /* opened; live in the arena they were read into */
};

/* Who writes, and why. */
struct record_writing {
    struct civil *civil;
    const struct schema *schema;
    const struct actor *who;
    const char *source, *reason;
    int64_t batch;
};

/* What is believed of a record last; ended when valid_to is a day.  E_NOT_FOUND register.record. */
NODISCARD enum status record_read(struct civil *c, struct txn *t, const struct schema *s, int64_t id, struct record *ret, struct diag *d);
/* The open record with these key values; *ret_id 0: none. */
/* *ret_waits: the batch it is of that waits to be confirmed, and nobody sees it; 0: it is on record. */
NODISCARD enum status record_by_key(struct txn *t, const struct schema *s, const struct sql_value *v, int64_t *ret_id, int64_t *ret_waits, struct diag *d);

/* v has a value for each field.  E_INPUT register.future (valid_from after today); E_CONFLICT register.key_taken;
 * E_FORBIDDEN register.write. */
NODISCARD enum status record_add(struct txn *t, const struct record_writing *w, const struct sql_value *v, date_t valid_from, int64_t *ret_id, struct diag *d);
/* `former` as record_read gave it.  valid_from is ignored by a correction.  E_CONFLICT register.valid_from, register.ended, register.key_taken. */
NODISCARD enum status record_change(struct txn *t, const struct record_writing *w, const struct record *former, const struct sql_value *v, date_t valid_from,
    bool correction, struct diag *d);
/* It is no more from this day on. */
NODISCARD enum status record_end(struct txn *t, const struct record_writing *w, const struct record *former, date_t on, struct diag *d);

/* Takes back what a batch wrote to one record: what was believed before is believed again, as new rows.  *ret_done false:
 * somebody has changed the record since, it stays. */
NODISCARD enum status record_undo(struct txn *t, const struct record_writing *w, int64_t id, int64_t batch, bool *ret_done, struct diag *d);
/* Behind record_undo of a batch's records from `after` on up to `last`: they come under evidence as they are now. */
NODISCARD enum status record_undone(struct txn *t, const struct record_writing *w, int64_t batch, int64_t after, int64_t last, struct diag *d);

/* ---- a batch that waits to be confirmed (as population.h: in import_hidden; a change with superseded_at = 0 and the version it is of, negative) ---- */

/* As record_change would, but seen by nobody.  One a record. */
NODISCARD enum status record_pend(struct txn *t, const struct record_writing *w, const struct record *former, const struct sql_value *v, date_t valid_from, struct diag *d);
/* The change that waits (district: the record's), or the new record (district 0).  E_NOT_FOUND register.record. */
NODISCARD enum status record_waiting(struct civil *c, struct txn *t, const struct schema *s, int64_t district, int64_t id, struct record *ret, struct diag *d);
/* All of w->batch becomes what the register says, at once.  *ret_overtaken: changes left out, somebody changed the record since. */
NODISCARD enum status record_confirm_batch(struct txn *t, const struct record_writing *w, int64_t *ret_overtaken, struct diag *d);
/* What waits of the records behind `after` up to `last` is gone: nobody ever believed it. */
NODISCARD enum status record_drop_batch(struct txn *t, const struct schema *s, int64_t batch, int64_t after, int64_t last, struct diag *d);

/* What it changes, an array of ImportChange, as population_changes_json. */
NODISCARD enum status record_changes_json(struct civil *c, struct txn *t, const struct schema *schema, int64_t batch, int64_t after, int max, bool english, struct json_writer *w,
    int64_t *ret_last, struct diag *d);

/* Ids of the records that a batch wrote, behind `after`, in order. */
NODISCARD enum status record_ids_of_batch(struct txn *t, const struct schema *s, int64_t batch, int64_t after, int64_t *ret, size_t max, size_t *ret_n, struct diag *d);

/* ---- many --------------------------------------------------------------------------------- */

struct record_query {
    const struct json *filter; /* {column: value | {min, max} | [values]}; NULL: all.  A division means all below it, a text what contains it */
    const char *text;          /* NULL, or what title or key contain */
    date_t on;                 /* as of this day */
    instant_t known;           /* as known at this moment; 0: now */
    int64_t after;             /* id of the last one seen; 0: from the first */
    int limit;
};
/* `fn` ends the walk by another status than OK; r lives until it returns.  In the order of ids.
 * E_INPUT register.filter. */
typedef enum status record_fn(void *arg, const struct record *r, struct diag *d);
NODISCARD enum status records_walk(struct civil *c, struct txn *t, const struct schema *s, const struct record_query *q, record_fn *fn, void *arg, struct diag *d);
/* How many, at most `most`. */
NODISCARD enum status records_count(struct civil *c, struct txn *t, const struct schema *s, const struct record_query *q, int64_t most, int64_t *ret, struct diag *d);

/* ---- the API's types -------------------------------------------------------------------------- */

NODISCARD enum status registers_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);   /* RegisterList */
NODISCARD enum status register_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, struct json_writer *w, struct diag *d); /* Register */
NODISCARD enum status records_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, const struct record_query *q, struct json_writer *w, struct diag *d); /* RecordList */
NODISCARD enum status record_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t id, date_t on, instant_t known,
    struct json_writer *w, int64_t *ret_version, struct diag *d); /* RecordDetail */
/* From a body: values by column; of a change only those that differ.  act: "new", "change", "correct", "end". */
struct record_act { const char *act; int64_t id, version; const struct json *values; date_t on; const char *source, *reason; };
NODISCARD enum status record_write_json(struct civil *c, struct txn *t, const struct actor *who, const char *name, const struct record_act *x, int64_t *ret_id, struct diag *d);
/* One personal field whole; the role must be among the field's.  *ret_entry: of the log.  E_FORBIDDEN register.reveal. */
NODISCARD enum status record_reveal(struct civil *c, struct txn *t, const struct actor *who, const char *purpose, const char *name, int64_t id,
    const char *column, struct arena *a, struct span *ret, int64_t *ret_entry, struct diag *d);
/* CSV, UTF-8 with its mark, headings in the actor's language, personal fields masked, no cell a formula.
 * Its own transactions: a read for the rows, a write for the entry where a field is personal: then an account needs a
 * purpose of its role.  E_INPUT access.purpose, E_FORBIDDEN access.purpose_role, E_LIMIT register.export_rows. */
NODISCARD enum status records_export(struct civil *c, const struct actor *who, const char *name, const struct record_query *q, const char *purpose, struct buf *out, int64_t *ret_rows, struct diag *d);
/* The same as XLSX, every cell a text.  E_SYSTEM doc.file. */
NODISCARD enum status records_export_xlsx(struct civil *c, const struct actor *who, const char *name, const struct record_query *q, const char *purpose, struct buf *out, int64_t *ret_rows, struct diag *d);

#endif
