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

/* Who may look: at proposals; at money and at the benefit itself.  NULL at the end. */
extern const char *const entitlement_readers[], *const entitlement_money_readers[];
/* A row about an entitlement and that: `sql` takes the id and tells the entitlement first.  E_NOT_FOUND `missing`: there is
 * none, or it is not for `who`: of another division than he has one of `readers` over, in a compartment that he is not in,
 * of another resident. */
NODISCARD enum status entitlement_opened(struct txn *t, const struct actor *who, const char *const *readers, const char *sql, const char *missing, int64_t id,
    struct rows **ret, struct entitlement_row *e, struct diag *d);
/* A benefit itself, so; E_NOT_FOUND entitlement.none. */
NODISCARD enum status entitlement_open(struct txn *t, const struct actor *who, int64_t id, struct entitlement_row *e, struct diag *d);
/* An officer who declared somebody of the case does not act in it.  E_FORBIDDEN case.recused. */
NODISCARD enum status entitlement_unbiased(struct txn *t, const struct actor *who, const struct entitlement_row *e, struct diag *d);

struct entitlement_lines { struct entitlement_line_new *line; size_t count; int64_t fen; };
enum { ENTITLEMENT_LINES_MAX = 64 };
/* The lines that are due in month `m`, from the acts with seq below `before` (0: all). */
NODISCARD enum status entitlement_lines_at(struct txn *t, int64_t district, int64_t id, month_t m, int64_t before, struct entitlement_lines *ret, struct diag *d);
/* [{"member","item","monthly_fen"}]; NULL: memory. */
char *entitlement_lines_text(struct arena *a, const struct entitlement_line_new *line, size_t n);
NODISCARD enum status entitlement_lines_parse(struct arena *a, struct span text, struct entitlement_lines *ret, struct diag *d);
/* Positive lines with an item.  E_INPUT entitlement.lines. */
NODISCARD enum status entitlement_lines_check(const struct entitlement_line_new *line, size_t n, int64_t *ret_fen, struct diag *d);

/* The act `a` by which an entitlement (district, id) was last suspended, when it was a death that was found. */
#define SUSPENDED_BY_DEATH                                                                                                                  \
    "a.district = ? AND a.entitlement = ? AND a.kind = 'suspended' AND a.cause = 'death' AND NOT EXISTS (SELECT 1 FROM entitlement_act b " \
    "WHERE b.district = a.district AND b.entitlement = a.entitlement AND b.seq > a.seq AND b.kind = 'suspended')"

/* proposal_kind.c.  The act that a kind of proposal becomes; NULL: there is no such kind.  Upward: to the person's advantage. */
const char *proposal_act(const char *kind, bool *ret_upward);
struct proposed { const struct entitlement_line_new *line; size_t line_count; int64_t fen; month_t month; };
NODISCARD enum status proposal_comes_to(const struct civil *c, struct txn *t, const struct entitlement_row *e, const struct entitlement_proposal_new *x, struct proposed *ret, struct diag *d);

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

/* ---- as it is shown (life_list.c, life_story.c) ------------------------------------------- */

void scheme_name_json(const struct civil *c, const char *scheme, const char *key, struct json_writer *w); /* "scheme" and its name */
void month_json(struct json_writer *w, const char *key, month_t m);
/* "key": DecisionLine[], without the names of members. */
void lines_array_json(const struct civil *c, struct json_writer *w, const char *key, const struct entitlement_lines *l);
/* "notes": what was said about the row and about the parts of the recovery; `own`: for the person, who is told no officer's name. */
NODISCARD enum status notes_json(struct civil *c, struct txn *t, const struct entitlement_row *e, int64_t about, bool own, struct json_writer *w, struct diag *d);
/* Members of a recovery's months, plan and receipts; `who` NULL: for the person. */
NODISCARD enum status recovery_parts_json(struct txn *t, const struct actor *who, const struct entitlement_row *e, int64_t recovery, int64_t open_fen, struct json_writer *w, struct diag *d);
/* "acts": LifeAct[]; `own`: as above. */
NODISCARD enum status acts_json(struct civil *c, struct txn *t, const struct entitlement_row *e, bool own, struct json_writer *w, struct diag *d);
/* What was due before the proposal was adopted, else what is due now. */
NODISCARD enum status proposal_was(struct txn *t, const struct entitlement_row *e, int64_t act, month_t month, int64_t *ret, struct diag *d);

/* "proposals", "recoveries": the heads of the lists, of one benefit. */
NODISCARD enum status benefit_heads_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct entitlement_row *e, struct json_writer *w, struct diag *d);

/* Notes that say which number the letter of a proposal has. */
#define NOTE_HEARING_NUMBER "hearing_number"
#define NOTE_DECISION_NUMBER "decision_number"

/* Columns that make a head, in this order; `where` follows. */
#define PROPOSAL_SELECT                                                                                                                                          \
    "SELECT p.entitlement, p.district, p.id, p.kind, p.state, p.month, p.monthly_fen, p.proposed_at, a.name, p.served_at, p.served_how, p.answer_due, p.answered_at, " \
    "p.decided_at, b.name, p.decision_served_at, p.proposed_by, p.act, p.cause, p.event_on, p.lines, p.decided_by, v.name, "                                       \
    "(SELECT count(*) FROM entitlement_act x WHERE x.district = p.district AND x.undoes = p.act) "                                                               \
    "FROM entitlement_proposal p JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement JOIN case_file k ON k.district = e.district AND k.id = e.case_id " \
    "LEFT JOIN account a ON a.id = p.proposed_by LEFT JOIN account b ON b.id = p.decided_by LEFT JOIN division v ON v.code = e.division "
enum { P_ENTITLEMENT, P_DISTRICT, P_ID, P_KIND, P_STATE, P_MONTH, P_FEN, P_PROPOSED_AT, P_PROPOSED_NAME, P_SERVED_AT, P_SERVED_HOW, P_ANSWER_DUE, P_ANSWERED_AT,
    P_DECIDED_AT, P_DECIDED_NAME, P_DECISION_SERVED_AT, P_PROPOSED_BY, P_ACT, P_CAUSE, P_EVENT, P_LINES, P_DECIDED_BY, P_DIVISION_NAME, P_RESTORED };

/* Takes today first.  What an instalment is short of is late when its day is over. */
#define RECOVERY_SELECT                                                                                                                                          \
    "SELECT r.entitlement, r.district, r.id, r.found_at, r.amount_fen, r.reversed_fen, r.received_fen, r.waived_fen, r.open_fen, "                               \
    RECOVERY_STATE ", (SELECT count(*) FROM recovery_part y WHERE y.district = r.district AND y.recovery = r.id AND y.state = 'asked'), x.kind, x.cause, v.name, r.version " \
    "FROM (SELECT z.*, z.amount_fen - z.reversed_fen - z.received_fen - z.waived_fen AS open_fen, "                                                              \
    "COALESCE((SELECT sum(i.amount_fen) FROM recovery_instalment i WHERE i.district = z.district AND i.recovery = z.id), 0) AS planned_fen, "                    \
    "COALESCE((SELECT sum(i.amount_fen) FROM recovery_instalment i WHERE i.district = z.district AND i.recovery = z.id AND i.due_on < ?), 0) AS due_fen FROM recovery z) r " \
    "JOIN entitlement e ON e.district = r.district AND e.id = r.entitlement JOIN case_file k ON k.district = e.district AND k.id = e.case_id "                  \
    "JOIN entitlement_act x ON x.district = r.district AND x.id = r.act LEFT JOIN division v ON v.code = e.division "
#define RECOVERY_STATE "CASE WHEN r.open_fen = 0 THEN 'settled' WHEN r.planned_fen = 0 THEN 'open' WHEN r.due_fen > r.planned_fen - r.open_fen THEN 'late' ELSE 'planned' END"
enum { R_ENTITLEMENT, R_DISTRICT, R_ID, R_FOUND_AT, R_AMOUNT, R_REVERSED, R_RECEIVED, R_WAIVED, R_OPEN, R_STATE, R_ASKED, R_KIND, R_CAUSE, R_DIVISION_NAME, R_VERSION };

#endif
