#ifndef CIVIL_ENTITLEMENT_LIFE_INTERNAL_H
#define CIVIL_ENTITLEMENT_LIFE_INTERNAL_H

#include "civil/entitlement/life.h"
#include "store/store.h"

struct entitlement_row {
    int64_t district, id, root, household, payee, case_id, decision;
    char *scheme, *subdistrict, *division, *state, *compartment; /* NULL: none */
    month_t from, to; /* to 0: open */
    int64_t monthly_fen;
};
/* E_NOT_FOUND entitlement.none; also in a compartment that `who` is not in. */
NODISCARD enum status entitlement_read(struct txn *t, const struct actor *who, int64_t id, struct entitlement_row *ret, struct diag *d);
/* `role` over the entitlement's division; the system may.  E_FORBIDDEN entitlement.role. */
NODISCARD enum status entitlement_role(const struct actor *who, const char *role, const struct entitlement_row *e, struct diag *d);

struct entitlement_lines { struct entitlement_line_new *line; size_t count; int64_t fen; };
enum { ENTITLEMENT_LINES_MAX = 64 };
/* The lines that are due in month `m`, from the acts with seq below `before` (0: all). */
NODISCARD enum status entitlement_lines_at(struct txn *t, int64_t district, int64_t id, month_t m, int64_t before, struct entitlement_lines *ret, struct diag *d);
/* [{"member","item","monthly_fen"}]; NULL: memory. */
char *entitlement_lines_text(struct arena *a, const struct entitlement_line_new *line, size_t n);
NODISCARD enum status entitlement_lines_parse(struct arena *a, struct span text, struct entitlement_lines *ret, struct diag *d);
/* Positive lines with an item.  E_INPUT entitlement.lines. */
NODISCARD enum status entitlement_lines_check(const struct entitlement_line_new *line, size_t n, int64_t *ret_fen, struct diag *d);

struct act_new {
    const char *kind, *cause;
    month_t month, until;        /* until 0: open */
    const struct entitlement_line_new *line; size_t line_count;
    date_t event;                /* DATE_NONE: none */
    int64_t proposal, decision, undoes;
    const char *state;           /* of the entitlement from now on */
    date_t next_review;          /* DATE_NONE: as it was */
};
NODISCARD enum status act_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, struct entitlement_row *e, const struct act_new *x, int64_t *ret, struct diag *d);
/* What is due against what was paid, of the months [from, until) that were run (until 0: all): back payments, overpayments.  settle.c */
NODISCARD enum status settle_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_row *e, int64_t act, month_t from, month_t until, struct diag *d);
/* The first month of the scheme that no batch has paid or prepared yet; 0: none was run. */
NODISCARD enum status month_next(struct txn *t, const struct entitlement_row *e, month_t *ret, struct diag *d);

/* Takes `fen` of what is open back, for months from the latest on. */
NODISCARD enum status recovery_reverse_in(struct txn *t, const struct entitlement_row *e, month_t m, int64_t fen, int64_t *ret_done, struct diag *d);

/* A new entitlement whose first months were run before it was granted. */
NODISCARD enum status entitlement_settle_new_in(struct civil *c, struct txn *t, int64_t district, int64_t id, struct diag *d);
NODISCARD enum status entitlement_hearing_days(const struct civil *c, const char *scheme, date_t day, int *ret, struct diag *d);

/* What an entry of an act, a note commits to. */
const struct json *act_value(struct arena *a, const struct entitlement_row *e, int64_t id, const char *kind, month_t month, month_t until, struct span lines, const char *cause);
const struct json *note_value(struct arena *a, int64_t id, int64_t about, const char *kind, const char *words);
struct entry_made { struct span salt; int64_t entry; };
NODISCARD enum status entry_in(struct txn *t, const struct actor *who, const char *role, const struct entitlement_row *e, const char *action, const struct json *value, struct entry_made *ret, struct diag *d);
/* Keeps what somebody said, sealed. */
NODISCARD enum status note_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, const struct entitlement_row *e, int64_t about, const char *kind, const char *words, struct diag *d);
NODISCARD enum status note_read(struct civil *c, struct txn *t, int64_t district, int64_t payee, int64_t id, struct span sealed, const char **ret, struct diag *d);
NODISCARD enum status how_check(const char *how, struct diag *d);

#endif
