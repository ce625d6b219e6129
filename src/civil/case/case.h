/* Cases (办件): parties, process, tasks, legal clocks, papers, remedies.
 *
 * A case is a list of events; every event commits with its log entry.  The
 * process is the matter's BPMN model: civil/case drives bpmn/engine.h as a
 * pure step and turns its effects into rows: case_task, case_timer,
 * case_subscription, and handler calls (civil/case/handlers.c) that run in the
 * same transaction or, when they reach outside, through the outbox.
 *
 * Who enters a case cannot confirm it; scope is checked inside the
 * transaction that acts, not before. */
#ifndef CIVIL_CASE_CASE_H
#define CIVIL_CASE_CASE_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;
struct access;

/* Ceilings, so that one account cannot fill a bureau's disk. */
enum {
    CASE_PAPERS_MAX = 100,                        /* 445号 四(三) names five kinds of papers: of ten people, and once more when papers were missing */
    CASE_PAPERS_BYTES_MAX = 300 * 1024 * 1024,    /* a hundred scans of 3 MB (archive.h) */
    CASE_APPLICATIONS_A_DAY = 10                  /* of one resident: each of today's matters, withdrawn and asked for again */
};

struct application {
    const char *matter;    /* "dibao" */
    const char *channel;   /* portal, counter, phone, agent, community */
    const struct json *data; /* as the form has it; validated here */
    int64_t applicant_district, applicant;
    const char *applicant_number; /* instead of these two, at a counter: his whole number, also of who lives in another division of the city; NULL */
    const char *agent_name, *agent_kind;
    const char *idempotency_key; /* or NULL */
};
/* division: who decides; elsewhere: another office took it in. */
struct case_ref { int64_t district, id; char number[40]; char state[24]; date_t due_on; int64_t entry; char division[13]; bool elsewhere; };

/* Validates the form on the server, opens the case, starts the process, all
 * in one write.  `ret_errors`: JSON array of {path, code, message} when the form is wrong
 * (status E_INPUT case.form).  E_NOT_FOUND register.person: not of this officer's places, or at no counter but his own
 * office's.  E_CONFLICT case.already_open, case.receiving, case.applications_a_day. */
NODISCARD enum status case_apply(struct civil *c, struct arena *a, const struct actor *who, const struct application *ap,
    struct case_ref *ret, const struct json **ret_errors, struct diag *d);

/* A benefit that was decided on paper, elsewhere, or at the counter in one step, for a matter that has no process
 * here: the facts are decided by the rules of the day, a second officer signs, the entitlement opens from the month
 * that the scheme's rule "start" says; all in one write.  E_FORBIDDEN case.four_eyes, case.scope;
 * E_CONFLICT case.not_eligible, case.undecided, case.receiving, case.no_organ; those of decision_make. */
struct recorded_party { int64_t person; const char *number, *relation; };
struct recorded {
    const char *matter;
    int64_t district, applicant;
    const struct recorded_party *party; size_t party_count; /* the applicant too; number: 编号 in the facts */
    const struct json *facts;
    date_t applied_on, as_of;          /* as_of: of the decision, DATE_NONE today */
    const char *words;                 /* the paper that it rests on */
    bool moved_in;                     /* carried on from another district: opens nothing */
};
struct recorded_ref { int64_t case_id, decision, entitlement; char number[40]; int64_t monthly_fen; };
NODISCARD enum status case_record(struct civil *c, const struct actor *clerk, const struct actor *decider, const struct recorded *x, struct recorded_ref *ret, struct diag *d);

/* What a benefit was granted on: the facts of its decision as of that day, and who the members are.  In the
 * transaction's arena.  E_NOT_FOUND case.no_decision; register.erased: the person's key is gone. */
struct granted {
    int64_t case_id, applicant, household; /* household 0: none */
    date_t as_of;
    const struct json *facts;
    const struct recorded_party *party; size_t party_count; /* without supporters */
};
NODISCARD enum status case_granted(struct civil *c, struct txn *t, int64_t district, int64_t decision, struct granted *ret, struct diag *d);

/* Acting.  `version` is the ETag the actor saw (0: not checked).  Output may hold outcome, note, data. */
NODISCARD enum status case_task_claim(struct civil *c, const struct actor *who, int64_t task, bool claim, struct diag *d);
/* E_FORBIDDEN case.scope, case.role, case.four_eyes; E_CONFLICT case.task_done; E_INPUT case.outcome, case.reason_needed;
 * E_INPUT case.task_form: what the step's form says is wrong or falls short of the law, *ret_errors (may be NULL) lists
 * {path, code, message} in `a`. */
NODISCARD enum status case_task_complete(struct civil *c, struct arena *a, const struct actor *who, int64_t task,
    const char *outcome, const char *note, const struct json *data, const struct json **ret_errors, struct diag *d);
/* Many open tasks (array of ids as strings) at once: hands them to the colleague with this login, takes them, or gives them
 * back.  Those for which it cannot be done are said ({items: [{task, number, done, because}]}) and stay.  `preview`: says so
 * and changes nothing.  E_INPUT case.assign_list; E_NOT_FOUND account.unknown. */
enum { CASE_ASSIGN_MAX = 200 };
enum tasks_act { TASKS_ASSIGN, TASKS_CLAIM, TASKS_RELEASE };
NODISCARD enum status case_tasks_act(struct civil *c, struct arena *a, const struct actor *who, const struct json *tasks, enum tasks_act act,
    const char *to, bool preview, const struct json **ret, struct diag *d);
/* This officer is a close relative (spouse, blood, in_law) of a person, or has an interest: acts in no case of that person.
 * E_INPUT case.recusal_relation, idnum.*; E_NOT_FOUND person.* when nobody here has the number. */
NODISCARD enum status recusal_declare(struct civil *c, const struct actor *who, struct span id_number, const char *relation, struct diag *d);
/* What was declared in error is taken back by a leader of every division where the officer works, never by himself; the
 * reason stays with the row, the deed is an entry of the log.
 * E_FORBIDDEN absence.who; E_INPUT case.recusal_reason; E_NOT_FOUND account.unknown, case.recusal_none. */
NODISCARD enum status recusal_withdraw(struct civil *c, const struct actor *who, const char *login, int64_t district, int64_t person, const char *reason, struct diag *d);
/* A step half filled in, of this officer alone; `data` as typed, not validated.  `over`: the revision it was
 * written over (0: there was none).  E_CONFLICT case.draft_changed when another device has saved since, unless the
 * same; a draft that is gone is written again. */
NODISCARD enum status task_draft_save(struct civil *c, struct arena *a, const struct actor *who, int64_t task, const char *outcome, const char *note,
    const struct json *data, int64_t over, struct diag *d);
NODISCARD enum status task_draft_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t task, struct json_writer *w, struct diag *d);
NODISCARD enum status task_draft_delete(struct civil *c, const struct actor *who, int64_t task, struct diag *d);
/* The applicant, with or without a reason; staff in scope record it for him: E_INPUT case.text_needed without one. */
NODISCARD enum status case_withdraw(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, int64_t version, struct diag *d);
/* An open case goes to another community of the district, with its open tasks; its limits run on.  By a clerk of the
 * place, the district's, or a leader.  E_FORBIDDEN case.transfer_who; E_CONFLICT case.transfer_decided, case.transfer_published
 * (while its public notice hangs), case.changed; E_INPUT case.reason_needed, case.transfer_where, case.transfer_same. */
NODISCARD enum status case_transfer(struct civil *c, const struct actor *who, int64_t case_id, const char *division, const char *reason, int64_t version, struct diag *d);
/* Two open cases of one matter, where who applied in the one is of the household in the other: `into` goes on with the
 * papers and past of the other and the earlier of their days; the other is closed as merged.  By whom a transfer is.
 * E_NOT_FOUND case.none; E_FORBIDDEN case.merge_who, case.recused; E_CONFLICT case.merge_decided, case.merge_matter,
 * case.merge_people, case.merge_chain, case.merge_published, case.changed; E_INPUT case.merge_same, case.reason_needed. */
NODISCARD enum status case_merge(struct civil *c, const struct actor *who, int64_t case_id, int64_t into, const char *reason, int64_t version, struct diag *d);
/* Takes it apart, until the other is decided: what it waited for is back, days that ran for people begin again.
 * E_CONFLICT case.merge_none, case.merge_late, case.already_open, case.changed; E_FORBIDDEN case.merge_who; E_INPUT case.reason_needed. */
NODISCARD enum status case_unmerge(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, int64_t version, struct diag *d);
NODISCARD enum status case_duplicates_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
NODISCARD enum status case_authorise(struct civil *c, const struct actor *who, int64_t case_id, int64_t person, const char *how, int64_t paper, struct diag *d);
NODISCARD enum status case_explain(struct civil *c, const struct actor *who, int64_t case_id, const char *text, struct diag *d);
NODISCARD enum status case_remedy_file(struct civil *c, const struct actor *who, int64_t case_id, const char *kind, const char *text, int64_t *ret, struct diag *d);
NODISCARD enum status case_notice_served(struct civil *c, const struct actor *who, int64_t case_id, int64_t notice, const char *how, instant_t at, int64_t paper, struct diag *d);
/* E_CONFLICT case.papers_count, E_LIMIT case.papers_size: the case has as many as it may have. */
NODISCARD enum status case_paper_add(struct civil *c, const struct actor *who, int64_t case_id, const char *name, const char *kind, struct span content, int64_t *ret, struct diag *d);

/* The sweeper: due timers, outbox (verification answers), tasks of one pass.
 * Called every second by the server and by tests and the demo with a moved clock; bounded
 * work a call; *ret_did says whether anything happened. */
NODISCARD enum status case_sweep(struct civil *c, bool *ret_did, struct diag *d);

/* Reading: JSON bodies of the API types (src/server/api.json), for this actor,
 * adding to the access what was shown. */
NODISCARD enum status case_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, int64_t *ret_version, struct diag *d);
NODISCARD enum status case_events_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
/* What was recorded at each step (API TaskRecordList), for staff who handle the case. */
NODISCARD enum status case_records_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
NODISCARD enum status case_household_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
NODISCARD enum status case_verification_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
NODISCARD enum status case_verification_pdf(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct span *ret, struct diag *d);
NODISCARD enum status case_decision_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
NODISCARD enum status case_process_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
struct case_query { const char *state, *division, *number, *cursor; bool late; int limit; };
NODISCARD enum status case_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct case_query *q, struct json_writer *w, struct diag *d);
NODISCARD enum status my_cases_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);
/* What an office took in for others (elsewhere.c; API TakenCaseList, TakenCase), and who may apply there (PersonElsewhere): by the
 * whole number alone.  E_NOT_FOUND case.none, case.no_matter, register.person; E_INPUT idnum.*, case.cursor. */
struct taken_query { const char *cursor; bool open; int limit; };
NODISCARD enum status taken_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct taken_query *q, struct json_writer *w, struct diag *d);
NODISCARD enum status taken_case_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d);
NODISCARD enum status case_elsewhere_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const char *number, const char *matter, struct json_writer *w, struct diag *d);
/* Which office a division's cases go to, by name ("西城区新街口街道"). */
NODISCARD enum status case_office_json(struct txn *t, const char *division, const char *key, struct json_writer *w, struct diag *d);
struct task_query { const char *urgency, *cursor; bool mine; int limit; };
NODISCARD enum status task_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct task_query *q, struct json_writer *w, struct diag *d);
NODISCARD enum status task_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t task, struct json_writer *w, struct diag *d);
NODISCARD enum status case_paper_open(struct civil *c, struct txn *t, struct access *x, struct arena *a, const struct actor *who, int64_t case_id, int64_t paper, struct span *ret, const char **ret_media, const char **ret_name, struct diag *d);
NODISCARD enum status case_notice_pdf(struct civil *c, struct txn *t, struct access *x, struct arena *a, const struct actor *who, int64_t case_id, int64_t notice, struct span *ret, struct diag *d);
/* Log entries of a case, for receipts: entry ids with kind and time. */
NODISCARD enum status case_entries(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct arena *a, int64_t **ret, size_t *ret_n, struct diag *d);

/* The offline receipt of one entry this actor may have: of a case in scope or of
 * his own, with the openings he is entitled to.  E_BUSY tlog.not_yet. */
NODISCARD enum status case_receipt(struct civil *c, struct txn *t, const struct actor *who, int64_t entry, struct arena *a, struct span *ret, struct diag *d);
NODISCARD enum status case_remedy_json(struct civil *c, struct txn *t, const struct actor *who, int64_t remedy, struct json_writer *w, struct diag *d);

/* What the register knows of an applicant and his household, as answers of the matter's form (API Known):
 * the fields with mz.register, numbers as masked references that case_apply puts the number for.
 * E_NOT_FOUND case.no_matter: none, or it has no form; register.person: not of the
 * officer's places; E_FORBIDDEN case.residents_only: a resident asks about another. */
NODISCARD enum status case_known_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t district, int64_t person, const char *matter,
    struct json_writer *w, struct diag *d);

/* Drafts of residents (sealed). */
NODISCARD enum status draft_save(struct civil *c, const struct actor *who, const char *matter, const struct json *data, const char *page, struct diag *d);
NODISCARD enum status draft_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const char *matter, struct json_writer *w, struct diag *d);
NODISCARD enum status draft_delete(struct civil *c, const struct actor *who, const char *matter, struct diag *d);

/* Appends an event and its log entry (for other capabilities acting on a case). */
NODISCARD enum status case_event_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, int64_t case_district, int64_t case_id,
    const char *kind, const char *element, const char *arguments_json, const struct json *body, int64_t *ret_entry, struct diag *d);

/* The case with this number, if the actor may know of it: E_NOT_FOUND, E_FORBIDDEN as for reading it. */
NODISCARD enum status case_numbered_for(struct civil *c, struct txn *t, const struct actor *who, const char *number, int64_t *ret_district, int64_t *ret_id, struct diag *d);
/* NULL: the one its matter is in, or none.  For civil/secrecy, which records who ordered it. */
NODISCARD enum status case_compartment_set(struct civil *c, struct txn *t, int64_t id, const char *compartment, struct diag *d);

/* Who reported, as a list of {name, value}, for a member of the compartment "reporter" with a
 * reason; recorded, and shown to nobody of the case.  E_NOT_FOUND case.none: no member, or nobody
 * is on record.  E_INPUT secrecy.reason. */
NODISCARD enum status case_protected_open(struct civil *c, struct arena *a, const struct actor *who, int64_t case_id, const char *reason, const struct json **ret, struct diag *d);

#endif
