#ifndef CIVIL_EXCHANGE_EXCHANGE_INTERNAL_H
#define CIVIL_EXCHANGE_EXCHANGE_INTERNAL_H

#include "civil/exchange/exchange.h"
#include "civil/secrecy/secrecy.h"
#include "store/store.h"

/* catalogue.c: `list` is "sources" or "offers"; NULL: there is none. */
const struct json *exchange_items(const struct civil *c, const char *list);
const struct json *exchange_item(const struct civil *c, const char *list, const char *id);

/* SQL: of the benefit e and its case k nothing is kept from anybody; and where everybody of the household is named. */
#define EXCHANGE_OPEN SECRECY_OPEN_CASE
#define EXCHANGE_OPEN_HOUSE SECRECY_OPEN_HOUSE

/* E_FORBIDDEN exchange.role. */
NODISCARD enum status exchange_role(const struct actor *who, const char *role, struct diag *d);

/* What came, as a table with headings in `csv` (ways.c) or as the file itself. */
struct arrival {
    const char *way, *name;
    struct span body;
    date_t as_of;    /* DATE_NONE: today */
    bool simulated;  /* said so itself */
    int64_t rows;    /* of a list; -1: not known before it is read */
};
/* exchange_json.c: ExchangeRunList of these. */
NODISCARD enum status exchange_runs_named(struct civil *c, struct txn *t, const struct actor *who, const int64_t *id, size_t n, struct json_writer *w, struct diag *d);

/* How a source stands (exchange_json.c): never: nothing came yet; late: what came last is older than the catalogue allows; else fresh. */
struct exchange_standing { const char *state; date_t as_of, due_on; int64_t rows, rejected; };
NODISCARD enum status exchange_stand(struct civil *c, struct txn *t, const struct json *source, struct exchange_standing *ret, struct diag *d);

/* What sources, offers and targets have in common, as members. */
void exchange_common_json(struct json_writer *w, const struct json *item);

/* ways.c.  E_INPUT exchange.way (the catalogue declares no query or list), exchange.answer, exchange.value, exchange.loop; E_LIMIT exchange.size;
 * and what the other side's store or line says. */
NODISCARD enum status exchange_by_sql(const struct json *source, struct arena *a, const char *place, struct buf *csv, struct arrival *ret, struct diag *d);
NODISCARD enum status exchange_by_http(const struct json *source, struct arena *a, const struct exchange_asked *x, struct buf *csv, struct arrival *ret, struct diag *d);

/* drop.c: the files of a folder that are whole, by name; `wait`: those that are still being written. */
struct drop_file { char *name; struct span body; date_t as_of; };
struct drop { struct drop_file *file; size_t count, waiting; };
/* E_INPUT exchange.folder; E_LIMIT exchange.files. */
NODISCARD enum status exchange_drop_list(struct arena *a, const char *folder, struct drop *ret, struct diag *d);
/* The bytes of one; *ret_whole false: it waits.  In `a`. */
NODISCARD enum status exchange_drop_read(struct arena *a, const char *folder, struct drop_file *io, bool *ret_whole, struct diag *d);

#endif
