/* What a bank says of an account: camt.053 (BankToCustomerStatement 001.02 to 001.08) and tables by a
 * template of the packs (bank_formats.json "statements", docs/formats/bank-statement.md).
 *
 * Read strictly where money hangs on it: CNY, amounts with two decimals at most, opening + entries =
 * closing, else nothing is read.  Names and accounts of others are not looked at.  Pure but for the packs. */
#ifndef CIVIL_BANK_STATEMENT_H
#define CIVIL_BANK_STATEMENT_H

#include "base/arena.h"
#include "base/date.h"

struct packs;
struct json_writer;

enum {
    BANK_ENTRIES_MAX = 20000, /* of a file: they are one write and one commitment; more come day by day */
    BANK_STATEMENTS_MAX = 400 /* of a file: a year, day by day */
};

struct statement_entry {
    date_t booked;
    int64_t fen;           /* above 0: came; below: went; never 0 */
    int64_t payment, batch; /* as we numbered them: EndToEndId, PmtInfId or MsgId; 0: it names none */
    char reference[36], code[36]; /* the bank's own; why it came back, "" none */
    struct span text;      /* words of the bank, 140 bytes at most; "" */
};
struct statement {
    char account[36], bank[141]; /* bank: who keeps it, "" not said */
    int64_t number;        /* within the year of `to` */
    date_t from, to;
    int64_t opening, closing;
    bool simulated;        /* it says so itself */
    struct statement_entry *entry;
    size_t count;
    int line;
};
struct statements { struct statement *item; size_t count; const char *format; };

/* XML is camt.053; else by the template of this id (NULL, "": the packs' first).  All of it lives in `a`.
 * E_INPUT xml.*, sheet.*, bank.form (line, part), bank.amount, bank.date (line), bank.balance (number, apart), bank.running (line), bank.template;
 * E_LIMIT bank.entries. */
NODISCARD enum status statements_read(struct arena *a, const struct packs *p, const char *format, struct span file, struct statements *ret, struct diag *d);
/* camt.053 alone: needs no packs. */
NODISCARD enum status statements_read_camt(struct arena *a, struct span text, struct statements *ret, struct diag *d);

/* The account whose money 1002 is ("": the packs name none). */
const char *statement_account(const struct packs *p);
/* API BankTemplate[], the key "templates". */
void statement_templates_json(const struct packs *p, struct json_writer *w);
/* Every template of the packs can be read. */
NODISCARD enum status statement_templates_check(const struct packs *p, struct diag *d);

/* For the two readers. */
NODISCARD enum status statement_wrong(int line, const char *part, struct diag *d); /* E_INPUT bank.form */
NODISCARD enum status statement_whole(const struct statement *s, struct diag *d);  /* days in order, opening + entries = closing */
bool statement_fen(struct span text, bool signed_too, int64_t *ret);               /* up to 10^13 fen either way */
NODISCARD enum status statement_table_read(struct arena *a, const struct packs *p, const char *format, struct span file, struct statements *ret, struct diag *d);

#endif
