/* Private to civil/case, civil/verification and civil/publication. */
#ifndef CIVIL_CASE_CASE_INTERNAL_H
#define CIVIL_CASE_CASE_INTERNAL_H

#include "bpmn/engine.h"
#include "civil/access/access.h"
#include "civil/case/case.h"
#include "civil/case/models.h"
#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/store.h"
#include "tlog/entry.h"

/* ---- the row (row.c) --------------------------------------------------------- */

/* case_file as read in this transaction; strings in its arena.  Handlers change
 * the fields marked *, case_row_save writes them. */
struct case_row {
    int64_t district, id;
    char *number, *channel, *division, *subdistrict, *process_file, *decision_file;
    char *compartment;                                          /* NULL: none */
    char *taken_in;                                             /* the office whose counter took it in for this one; NULL: none */
    char *state, *outcome /* NULL */, *special /* NULL */;      /* * */
    int64_t applicant, household /* 0: none */, entered_by, version;
    instant_t applied_at, accepted_at, decided_at, closed_at;   /* 0: not yet; * except applied_at */
    date_t due_on;                                              /* * */
    bool due_provisional;                                       /* * */
    int64_t monthly_fen;                                        /* -1: none; * */
    struct span form, form_salt;
    const struct matter *matter;
    const struct process *process;
    bool has_key;
    struct person_key key;
};

/* E_NOT_FOUND case.none; E_CORRUPT case.matter, case.process (the packs no longer know it). */
NODISCARD enum status case_row_read(struct civil *c, struct txn *t, int64_t id, struct case_row *ret, struct diag *d);
/* Raises the version; E_CONFLICT case.changed when somebody else did meanwhile. */
/* Row and tasks, as they are now, under evidence. */
NODISCARD enum status case_row_save(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, struct diag *d);
NODISCARD enum status case_tasks_keep(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t case_id, struct diag *d);

/* Who this actor is to the case. */
enum case_eye {
    EYE_NONE,
    EYE_SUPPORTER, /* sees only that consent is asked */
    EYE_COUNTER,   /* of the office that took it in for another: only case_counter_for gives it */
    EYE_MEMBER,
    EYE_APPLICANT,
    EYE_LEADER,  /* supervises: where it stands, not what it says of people */
    EYE_AUDITOR, /* sees what staff see, and acts in nothing */
    EYE_STAFF
};
/* Reads the row and who looks.  Residents who have nothing to do with it get
 * E_NOT_FOUND case.none, and so do staff outside its division or compartment and who is
 * kept from it by a seal: whether it is there is not told. */
NODISCARD enum status case_for(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d);
/* case_for, and the look is made in the role that the case's division gives. */
NODISCARD enum status case_read_for(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d);
/* For what shows no data of a person: only inside a compartment it is a look too. */
NODISCARD enum status case_inside_for(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d);
/* Has one of the roles that handle cases over that division?  ... or that may look at them? */
bool case_staff_may(const struct actor *who, const char *division);
/* elsewhere.c.  The office of this officer's counter; "": he has none. */
const char *case_counter(const struct actor *who);
/* "西城区新街口街道": the office of a division, in the transaction's arena. */
NODISCARD enum status case_office_name(struct txn *t, const char *division, const char **ret, struct diag *d);
/* Who has this whole number and may apply for this matter at this officer's counter: somebody of his own divisions, or, where
 * the matter is city-wide, of the same city and under nobody's order.  counter: the office that takes it in for
 * another; NULL: his own decides.  E_NOT_FOUND register.person: nobody, and for every other reason too. */
struct elsewhere { struct person person; const char *counter; };
NODISCARD enum status case_elsewhere(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct matter *m, const char *number,
    struct elsewhere *ret, struct diag *d);
/* case_for, and the office that took it in for another is EYE_COUNTER.  For the few doors that are open to it; at all others
 * case_for says case.none. */
NODISCARD enum status case_counter_for(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d);
const char *case_eye_role(const struct actor *who, const struct case_row *k, enum case_eye eye);
/* May he give this case to another office?  transfer.c */
bool case_transfer_may(const struct actor *who, const struct case_row *k);

/* merge.c: the state and outcome of a case that goes on in another. */
#define CASE_MERGED "merged"
bool case_merge_may(const struct actor *who, const struct case_row *k);
/* Open cases of this matter that share a person who applies or lives in it, and that he may look at; up to `room`. */
NODISCARD enum status case_alike(struct txn *t, const struct actor *who, const struct case_row *k, int64_t *ret, size_t room, size_t *ret_n, struct diag *d);
/* Is it merged into another; how many waits of its process are held. */
NODISCARD enum status case_merge_waits(struct txn *t, const struct case_row *k, bool *ret_merged, uint32_t *ret_held, struct diag *d);
/* "merged_into", "merged_from", "alike". */
NODISCARD enum status case_merged_json(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, enum case_eye eye, struct json_writer *w, bool *ret_may_undo, struct diag *d);
/* The draft of this account goes along, where it has none there. */
NODISCARD enum status task_draft_carry(struct civil *c, struct txn *t, const struct actor *who, struct case_row *from, int64_t from_task, struct case_row *into, int64_t task, struct diag *d);
extern const char *const case_reader_roles[]; /* NULL ends them */
bool case_reader_may(const struct actor *who, const char *division);
/* The role in which this actor acts on a case there: "clerk"; the kind for others. */
const char *case_role(const struct actor *who, const char *division);

/* Seals with the applicant's data key; `place` is "<table>.<column>", `id` of the row. */
NODISCARD enum status case_seal(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, struct span plain, struct span *ret, struct diag *d);
NODISCARD enum status case_unseal(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, struct span sealed, struct span *ret, struct diag *d);
NODISCARD enum status case_seal_json(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, const struct json *j, struct span *ret, struct diag *d);
NODISCARD enum status case_unseal_json(struct civil *c, struct txn *t, struct case_row *k, const char *place, int64_t id, struct span sealed, const struct json **ret, struct diag *d);
/* The clean form data. */
NODISCARD enum status case_form_data(struct civil *c, struct txn *t, struct case_row *k, const struct json **ret, struct diag *d);

/* mask.c: the texts of the fields whose properties are `of`, put through `to`.  NULL: memory. */
struct number_change {
    bool (*of)(const struct json *properties);
    const struct json *(*to)(struct arena *a, void *arg, const struct json *text);
    void *arg;
};
const struct json *case_numbers_change(struct arena *a, const struct json *form, const struct json *data, const struct number_change *change);
/* The data as it is shown.  Fields of the form whose properties say mz.idnum or mz.mask
 * keep their ends only; revealing one is a look of its own (person_reveal), with a
 * purpose.  `own`: to the applicant, who typed the others but perhaps not the citizen
 * numbers (known.c): mz.idnum only.  NULL: memory. */
const struct json *case_mask(struct arena *a, const struct json *form, const struct json *data, bool own);

/* known.c: a resident's data with the numbers that were sent as references; what refers
 * to nobody of his household stays.  A write, when there is one: the looks are on record. */
struct case_referred;
NODISCARD enum status case_known_take(struct civil *c, struct arena *a, const struct actor *who, int64_t district, int64_t person, const struct json *form, const struct json *data,
    const struct json **ret, struct case_referred **ret_found, struct diag *d);
/* The data as it was said: references again, for what the applicant may open (receipt.c).  NULL: memory. */
const struct json *case_known_said(struct arena *a, const struct json *form, const struct json *clean, struct case_referred *found);

/* steps.c: the line of the matter's steps (API CaseStep[]), for the people of the case: what is done, where it is
 * now and until when, what comes next or later, what may come, what is not needed. */
NODISCARD enum status case_steps_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d);

/* protected.c: what the form's fields with mz.protected hold, taken out of the data; *ret_taken NULL: nothing. */
NODISCARD enum status case_protected_take(struct arena *a, const struct json *form, const struct json *data, const struct json **ret_rest, const struct json **ret_taken, struct diag *d);
NODISCARD enum status case_protected_save(struct civil *c, struct txn *t, const struct case_row *k, const struct json *taken, struct diag *d);

/* The number of a new case, by the matter's pattern.  apply.c */
NODISCARD enum status case_next_number(struct txn *t, const struct matter *m, const char *division, char out[40], struct diag *d);

/* ---- evidence (event.c) --------------------------------------------------------- */

/* One master salt a row opens up to three commitments, each with its own salt
 * derived from it, so that giving one opening away tells nothing of the others. */
struct evidence {
    uint8_t salt[TLOG_SALT_BYTES];
    struct tlog_commitment matter, subject, payload;
};
NODISCARD enum status evidence_make(struct arena *a, int64_t district, int64_t case_id, int64_t person_district, int64_t person,
    const struct json *payload, struct evidence *ret, struct diag *d);
void evidence_salt(struct span master, const char *what, uint8_t out[TLOG_SALT_BYTES]); /* what: matter, subject, payload */
const struct json *evidence_matter(struct arena *a, int64_t district, int64_t case_id);
const struct json *evidence_subject(struct arena *a, int64_t district, int64_t person);
/* Records an entry of `kind` about this case and person. */
NODISCARD enum status evidence_record(struct txn *t, const struct actor *who, const char *role, const char *kind, const char *action,
    const struct case_row *k, int64_t person_district, int64_t person, const struct json *payload, struct evidence *ret, int64_t *ret_entry, struct diag *d);

/* What the entry of a row committed to, from the row (receipt.c).  E_NOT_FOUND: the person's key is erased. */
/* account -1: as entries committed to it before they named who acted */
const struct json *event_value(struct arena *a, const char *kind, const char *element, const struct json *args, const struct json *body, int64_t account);
/* What an entry committed to, of this version and of the one before; *ret_former may be NULL. */
NODISCARD enum status event_payload(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, const struct json **ret, const struct json **ret_former, struct diag *d);
const struct json *decision_value(struct arena *a, const struct json *input, const struct json *result, const char *policy, const char *as_of, const char *parameters);
NODISCARD enum status decision_payload(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, const struct json **ret, const struct json **ret_former, struct diag *d);
NODISCARD enum status answer_payload(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, const struct json **ret, const struct json **ret_subject, struct diag *d);

/* An event of a case already read.  `args`: flat object without personal data, or NULL. */
NODISCARD enum status case_event_of(struct civil *c, struct txn *t, const struct actor *who, const char *role, struct case_row *k,
    const char *kind, const char *element, const struct json *args, const struct json *body, int64_t *ret_entry, struct diag *d);
const char *case_event_code(struct span kind); /* catalogue key of a kind */

/* Flat objects for events: EVENT_ARGS(a, "task", "accept", "task_en", "Accept"). NULL when memory ends. */
const struct json *event_args_(struct arena *a, const char *const *pair, size_t n);
/* The catalogue's word for a code, kept with the event: the event says what it
 * said when it happened. */
const char *event_word(struct arena *a, enum lang l, const char *prefix, const char *code);
#define EVENT_ARGS(a, ...) event_args_((a), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *) / 2)

/* ---- what must be said (event.c) -------------------------------------------------- */

enum { CASE_SAID_MIN = 2 }; /* characters that one sees */
/* Does `text` (or NULL) say anything: a reason the law asks for, an explanation, a remedy? */
bool case_said(const char *text);

/* ---- parties (party.c) ------------------------------------------------------------ */

struct party {
    int64_t person, person_district; /* district 0: `name` and `id_masked` from the form only */
    char *party, *relation, *number;
    bool consent_needed;
    instant_t authorised_at;
    date_t authorised_until; /* the last day; DATE_NONE: while the case lasts */
    char *authorised_how; /* NULL: not asked yet; withdrawn: what was answered before is used no more */
    char *name;
    char *name_stated; /* what the form calls a person whom the register calls otherwise; NULL: the same */
    char id_masked[19];
    unsigned char number_blind[HASH_BYTES]; /* of whom no register knows: one ID number, one person; else zeros */
};
/* The name as `officer`s see it; else the form's own where the two differ, until the person
 * authorised: nobody learns from us whose number he typed. */
const char *party_name_to(const struct party *p, bool officer);
/* All parties, applicant first; names are read through `x` (NULL: no names). */
NODISCARD enum status case_parties(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct party **ret, size_t *ret_n, struct diag *d);
NODISCARD enum status case_parties_make(struct civil *c, struct txn *t, struct access *x, struct case_row *k, const struct json *clean, const struct json *facts, struct diag *d);

/* ---- driving (drive.c) --------------------------------------------------------------- */

struct drive {
    struct civil *c;
    struct txn *t;
    const struct actor *who;
    const char *role;
    struct case_row *k;
    const struct json *data;      /* of the task just completed; NULL */
    const char *note;             /* its reason; NULL */
    int64_t notice;               /* issued by the service answered last: clocks set next wait for its service; 0 */
    const struct bpmn_state *state;
    uint64_t state_version;
    int64_t trace_seq;
    struct wanted { uint64_t key; uint32_t node; } *wanted;
    size_t wanted_count, wanted_room, wanted_at;
};
/* Starts the process of a new case; the row must be there. */
NODISCARD enum status drive_start(struct drive *x, const struct json *variables, struct diag *d);
/* One event from outside and everything that follows from it; saves the row. */
NODISCARD enum status drive_step(struct drive *x, const struct bpmn_event *e, struct diag *d);
/* What bpmn_migrate gave, with x->k->process already the new one; saves state and row. */
NODISCARD enum status drive_migrated(struct drive *x, const struct bpmn_result *r, struct diag *d);
/* The case's division is another: its open tasks go there, as far as their level is below the district's, and are free. */
NODISCARD enum status drive_transferred(struct drive *x, struct diag *d);
/* A message by its role in matter.json ("papers"); *ret_taken false: nobody awaits it. */
NODISCARD enum status drive_message(struct drive *x, const char *role, const struct json *payload, bool *ret_taken, struct diag *d);
/* Is the message awaited now? */
NODISCARD enum status case_awaits(struct txn *t, const struct case_row *k, const char *role, bool *ret, struct diag *d);
NODISCARD enum status case_state_read(struct civil *c, struct txn *t, const struct case_row *k, const struct bpmn_state **ret, int64_t *ret_version, struct diag *d);

/* Which step of this actor bars him from this task (mz:notSameAs); NULL: none.  task.c */
const struct bpmn_node *task_four_eyes(const struct bpmn_model *m, const struct bpmn_state *state, const struct bpmn_node *n, const struct actor *who);

/* ---- the form of a step (task_form.c) ---------------------------------------------------- */

/* Form mistakes as the API lists them, {path, code, message}.  NULL: memory. */
const struct json *case_form_errors(struct arena *a, const struct diag *at, size_t n, const struct json *form_en, enum lang l);
/* What the form of this step is given: the lists that desk.elements.<id>.given names ("members", "differences",
 * "papers"), the days 今天, 申请日期 and 受理日期 (YYYY-MM-DD), and the outcome chosen ("": none yet).  NULL in *ret when the step has no form. */
NODISCARD enum status task_given(struct civil *c, struct txn *t, struct access *x, struct case_row *k, const struct bpmn_node *n, const char *outcome,
    enum lang l, const struct json **ret, struct diag *d);
/* The data of a step as it is kept: validated by its form, then held against what the law asks.
 * E_INPUT case.form with *ret_errors in `a`; case.no_task_form: data for a step that has no form. */
NODISCARD enum status task_data_check(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, const struct bpmn_node *n, const char *role,
    const char *outcome, const struct json *data, struct arena *a, const struct json **ret_clean, const struct json **ret_errors, struct diag *d);
/* "law", "limit", and for `whole` also "form", "form_en", "given". */
NODISCARD enum status task_form_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, const struct bpmn_node *n, bool whole,
    enum lang l, struct json_writer *w, struct diag *d);

/* ---- tasks (task.c) ------------------------------------------------------------------------ */

struct task_row {
    int64_t district, id, case_id, claimed_by;
    const char *key, *element, *role, *division, *state;
};
/* E_NOT_FOUND case.no_task: there is none, or its case is none that this actor may know of. */
NODISCARD enum status task_read(struct txn *t, const struct actor *who, int64_t id, struct task_row *ret, struct diag *d);
/* May this actor do it: E_FORBIDDEN case.scope, case.role, case.recused; E_CONFLICT case.task_done, case.claimed (by another). */
NODISCARD enum status task_may(struct txn *t, const struct actor *who, const struct task_row *k, struct diag *d);
/* The task's name as the history keeps it: with whose deputy does it. */
const char *task_told(struct arena *a, const struct actor *who, const struct task_row *k, const char *name, enum lang l);
/* Takes it or gives it back, for who may (task_may). */
NODISCARD enum status task_claim_in(struct civil *c, struct txn *t, const struct actor *who, const struct task_row *row, bool take, struct diag *d);
/* task_assign.c.  May `to` take it, whoever holds it now: role, place, recusal, four eyes, secrecy. */
NODISCARD enum status task_may_take(struct civil *c, struct txn *t, const struct actor *to, const struct task_row *row, struct case_row *k, struct diag *d);
NODISCARD enum status task_give(struct civil *c, struct txn *t, const struct actor *who, const struct actor *to, const struct task_row *row, struct case_row *k, struct diag *d);
/* API TaskAssignedItem, left open for more members; `why` NULL: it was done. */
void task_item_json(struct json_writer *w, int64_t task, const char *number, const struct diag *why, enum lang l);
/* A task of mz:onDuty just opened: to whoever is on duty (civil/account/shift.h) and may do it, else it is everybody's.  onduty.c */
NODISCARD enum status task_to_duty(struct drive *x, const struct bpmn_node *n, const struct task_row *row, struct diag *d);
/* Whoever claimed it did so on duty, his hours are over and he has no other power over it: the claim binds nobody.  onduty.c */
NODISCARD enum status task_claim_over(struct txn *t, int64_t district, int64_t task, bool *ret, struct diag *d);
/* Has this officer declared somebody of the case (recusal.c)? */
NODISCARD enum status task_recused(struct txn *t, const struct actor *who, int64_t case_id, bool *ret, struct diag *d);
/* The draft of this actor, API TaskDraft; null. */
NODISCARD enum status task_draft_write(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, int64_t task, struct json_writer *w, struct diag *d);
NODISCARD enum status task_drafts_drop(struct txn *t, int64_t district, int64_t task, struct diag *d);

/* ---- clocks (clock.c) ------------------------------------------------------------------ */

struct due { date_t on; bool provisional; instant_t at; /* the moment it is over */ };
/* `text` as "P10WD", "P7D", "PT2H", "2026-01-01"; the day of `from` does not count. */
NODISCARD enum status due_of(const struct civil *c, instant_t from, struct span text, struct due *ret, struct diag *d);
instant_t day_end(date_t d);   /* the first instant after that day, in Shanghai */
/* When the whole case must be decided: the matter's limit for the level that decides on that day. */
NODISCARD enum status case_whole_limit(const struct civil *c, const struct case_row *k, instant_t from, struct due *ret, struct diag *d);
/* Clocks that waited for the service of this notice begin on that day. */
NODISCARD enum status clocks_served(struct civil *c, struct txn *t, const struct case_row *k, int64_t notice, instant_t at, struct diag *d);

/* Recomputes days that were provisional and no longer need to be. */
NODISCARD enum status clocks_again(struct civil *c, bool *ret_did, struct diag *d);

/* ---- handlers (handlers.c and others) ------------------------------------------------------ */

/* Does what node->handler or node->decision names; *ret_answer goes back to the process. */
NODISCARD enum status handle(struct drive *x, const struct bpmn_node *n, const struct json **ret_answer, struct diag *d);
NODISCARD enum status handle_decision(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);
NODISCARD enum status handle_notice(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);
NODISCARD enum status handle_draw(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);
NODISCARD enum status handle_entitlement(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);

/* Of a household; else of one person, whoever else lives there. */
bool case_of_household(const struct case_row *k);
/* The first month that is paid: of what is paid once this month, else by the scheme's rule "start". */
NODISCARD enum status case_pay_from(const struct drive *x, bool once, int64_t *ret, struct diag *d);
date_t case_review_on(const struct drive *x); /* of the entitlement; DATE_NONE: no parameter */

/* ---- decisions (facts.c, handle_decision.c) ---------------------------------------------------- */

/* What is paid already: 在享. */
NODISCARD enum status case_receiving(struct civil *c, struct txn *t, const struct case_row *k, const struct party *party, size_t n, const struct json **ret, struct diag *d);
/* What the forms of finished steps state (mz.fact), in their order: 户, 申请, 成员 (of whom the case is). */
NODISCARD enum status case_found_at_steps(struct civil *c, struct txn *t, struct case_row *k, const struct json *const **ret, size_t *ret_n, struct diag *d);

struct decision;
struct conflict { const char *fact; const char *source; const struct json *declared, *found; int64_t difference_fen; /* INT64_MIN: no money */ };
struct case_facts {
    const struct json *facts;  /* the input of decision_make */
    struct conflict *conflict;
    size_t conflict_count;
};
/* Declared facts, filled from the registers, overridden by what was found. */
NODISCARD enum status case_facts(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct case_facts *ret, struct diag *d);

struct decision_row {
    int64_t id; char *outcome, *state; int64_t monthly_fen, once_fen, entry;
    const struct json *result;
};
/* Decides on these facts and keeps it as proposed; what the rules fail to compute is an error.  decide.c */
NODISCARD enum status decision_keep_of(struct drive *x, const char *scheme, const struct json *facts, date_t as_of, struct decision *ret, struct diag *d);
/* The latest that is not superseded.  E_NOT_FOUND case.no_decision. */
NODISCARD enum status decision_latest(struct civil *c, struct txn *t, struct case_row *k, struct decision_row *ret, struct diag *d);
/* The facts it was computed from.  E_NOT_FOUND case.no_decision. */
NODISCARD enum status decision_input(struct civil *c, struct txn *t, struct case_row *k, const struct json **ret, struct diag *d);
/* A person signs it: "approve" or "refuse".  E_CONFLICT case.not_eligible: what the rules do not grant cannot be
 * granted by hand; case.receiving, case.counted_elsewhere, case.counted_kept: nobody twice; case.eligible: nor what they grant
 * be refused, unless it would be twice; case.not_heard: a refusal whose findings were neither served nor explained.
 * E_INPUT case.reason_needed. */
NODISCARD enum status decision_confirm(struct drive *x, const char *how, struct diag *d);

/* ---- nobody twice (counted.c) ------------------------------------------------------------------------- */

/* E_CONFLICT case.receiving: the applicant's household has an entitlement of the matter's scheme in force. */
NODISCARD enum status case_not_receiving(struct txn *t, const struct case_row *k, struct diag *d);
/* Before a grant is signed: also E_CONFLICT case.counted_elsewhere with the other case's number (case.counted_kept:
 * in a compartment that the officer is not in), when somebody whom `row` supports is supported by it. */
NODISCARD enum status case_counted_once(struct drive *x, const struct decision_row *row, struct diag *d);

/* ---- remedies (remedy.c) ---------------------------------------------------------------------------- */

const struct json *remedy_of(const struct matter *m, const char *kind); /* NULL: the matter has none */
NODISCARD enum status remedy_deadline(const struct civil *c, struct txn *t, const struct case_row *k, const struct json *remedy, date_t *ret_deadline,
    bool *ret_provisional, bool *ret_may, struct diag *d);

/* ---- endings without a decision (ending.c) ----------------------------------------------------------- */

/* Does a notice of this kind say how it can be attacked (a "remedies" block in its template)? */
bool case_attackable(const struct matter *m, const char *kind);
/* "ending": what the latest such notice says, when nobody signed a decision (API CaseEnding); null. */
NODISCARD enum status ending_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct json_writer *w, struct diag *d);

/* ---- JSON helpers (json_case.c) ------------------------------------------------------------------ */

void text_pair(struct json_writer *w, const char *key, const char *zh, const char *en);
/* {"zh","en"} of a JSON object with these members; null when there is none. */
void text_json(struct json_writer *w, const char *key, const struct json *text);
void json_kstring_or_null(struct json_writer *w, const char *key, const char *s); /* "" is null too */
void json_kinstant_or_null(struct json_writer *w, const char *key, instant_t t);
/* "state", "state_name". */
void case_state_json(const struct case_row *k, struct json_writer *w);
/* "kind_name": the paper's kind in both languages. */
void paper_kind_json(const struct case_row *k, struct span kind, struct json_writer *w);
NODISCARD enum status papers_json(struct civil *c, struct txn *t, const struct case_row *k, bool merged, struct json_writer *w, struct diag *d);
NODISCARD enum status notices_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d);
NODISCARD enum status remedies_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d);
NODISCARD enum status case_summary_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct json_writer *w, struct diag *d);
NODISCARD enum status task_write(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t task, bool whole, struct json_writer *w, struct diag *d);
const struct organ *case_organ(const struct civil *c, const struct case_row *k, date_t day);
void organ_json(struct json_writer *w, const char *key, const struct organ *o);

#endif
