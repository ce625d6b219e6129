/* What banks take, as data of the packs (bank_formats.json, docs/formats/bank-file.md):
 * delimited text, fixed width, or ISO 20022 pain.001; encoding, amount unit, header and
 * trailer with totals.  The first format of the packs is the one used when none is named.
 *
 * Pure but for the packs: no store, no clock. */
#ifndef CIVIL_PAYMENT_BANK_FORMAT_H
#define CIVIL_PAYMENT_BANK_FORMAT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/date.h"
#include "base/json.h"

struct packs;

enum bank_kind { BANK_DELIMITED, BANK_FIXED, BANK_PAIN_09, BANK_PAIN_03 };
enum { BANK_COLUMNS_MAX = 32, BANK_TEXTS_MAX = 8 };

struct bank_column { const char *value, *text; int width; bool right; char pad; };
struct bank_format {
    const char *id;
    enum bank_kind kind;
    bool gb18030, crlf, fen, quote;
    char separator;
    const char *header[BANK_TEXTS_MAX], *trailer[BANK_TEXTS_MAX];
    struct bank_column column[BANK_COLUMNS_MAX];
    size_t headers, trailers, columns;
    const char *debtor_name, *debtor_account, *debtor_clearing, *purpose; /* pain.001 */
    const struct json *json;
};

/* For the readers of bank_formats.json, this one and civil/bank's: a section of it (NULL: none), the item of a
 * section by its id (NULL or "": the first; NULL: none), and what is wrong with one (E_INPUT payment.format_wrong). */
const struct json *bank_section(const struct packs *p, const char *key);
const struct json *bank_item(const struct packs *p, const char *key, const char *id);
NODISCARD enum status bank_wrong(const char *id, const char *part, struct diag *d);

/* id NULL or "": the first.  E_INPUT payment.format (none of this id), payment.format_wrong (with id and part). */
NODISCARD enum status bank_format_find(const struct packs *p, const char *id, struct bank_format *ret, struct diag *d);
/* Every one of the packs can be read; for tests and the start of commands. */
NODISCARD enum status bank_formats_check(const struct packs *p, struct diag *d);
/* API BankFormatList. */
void bank_formats_json(const struct packs *p, struct json_writer *w);
/* Our reason (payment.return.<code>) for a code of a bank (ExternalStatusReason1Code); "other" when the packs name none. */
const char *bank_reason(const struct packs *p, struct span code);

struct bank_batch { int64_t batch, count, total_fen; const char *month, *scheme; date_t pay_on; instant_t made_at; };
struct bank_line { int64_t payment, fen; struct span name, account, bank; const char *remark; int64_t sequence; };

/* A file is begun, gets its lines, is ended; `out` holds its bytes.  E_CONFLICT payment.format_value (payment, column): a
 * value that this format cannot carry (too long, a separator or line end in it). */
NODISCARD enum status bank_file_begin(const struct bank_format *f, const struct bank_batch *b, struct buf *out, struct diag *d);
NODISCARD enum status bank_file_line(const struct bank_format *f, const struct bank_batch *b, const struct bank_line *l, struct buf *out, struct diag *d);
/* sm3: of the bytes before the line that states it, else of all. */
NODISCARD enum status bank_file_end(const struct bank_format *f, const struct bank_batch *b, struct buf *out, char sm3[65], struct diag *d);
const char *bank_file_ending(const struct bank_format *f); /* "csv", "txt", "xml" */
const char *bank_file_media(const struct bank_format *f);

#endif
