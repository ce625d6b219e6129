/* What officers recorded at the steps that are done: the case beside the next
 * step.  The second investigator reads what the first one saw. */
#include "civil/case/case_internal.h"

static void form_of(const struct civil *c, struct case_row *k, const char *element, struct json_writer *w) {
    const struct bpmn_node *n = case_step_named(c->models, k->process, element);
    const struct pack_task *task = !n || !*n->form ? NULL : matter_task(k->matter, n->form);
    json_kstring(w, "element", element);
    const char *name = n ? n->name : element;
    text_pair(w, "name", name, json_str(desk_element(k->matter, element), "en", name));
    json_key(w, "form");
    if (task)
        json_value(w, task->form);
    else
        json_nothing(w);
    json_key(w, "form_en");
    if (task)
        json_value(w, task->form_en);
    else
        json_nothing(w);
}

static enum status record_write(struct civil *c, struct txn *t, struct case_row *k, struct rows *r, struct json_writer *w, struct diag *d) {
    struct arena *a = txn_arena(t);
    const struct json *args = NULL, *body = NULL, *data;
    enum status s = json_parse(a, rows_text(r, 2), &args, d);
    if (s == OK)
        s = case_unseal_json(c, t, k, "case_event.body", rows_int(r, 4), rows_blob(r, 3), &body, d);
    char *element = rows_dup(r, 1, a);
    if (s == OK && !element)
        return arena_full(d);
    if (s != OK)
        return s;
    json_object(w);
    form_of(c, k, element, w);
    json_kinstant(w, "at", rows_int(r, 0));
    json_key(w, "actor");
    json_string(w, rows_null(r, 5) ? NULL : rows_dup(r, 5, a));
    text_pair(w, "outcome", json_str(args, "outcome", ""), json_str(args, "outcome_en", ""));
    json_key(w, "note");
    json_string(w, json_str(body, "note", NULL));
    json_key(w, "data");
    if ((data = json_get(body, "data")))
        json_value(w, data);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}

enum status case_records_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    AUTO(rows) struct rows *r = NULL;
    enum status s = case_read_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && eye != EYE_STAFF && eye != EYE_AUDITOR)
        return diag_fail(d, E_FORBIDDEN, "case.staff_only");
    if (s == OK)
        s = access_add(x, k.district, k.applicant, ACCESS_CASE | ACCESS_INCOME | ACCESS_PROPERTY | ACCESS_HEALTH, d);
    if (s == OK)
        s = sql_query(t, &r, d,
            "SELECT e.at, e.element, e.arguments, e.body, e.entry, a.name FROM case_event e LEFT JOIN account a ON a.id = e.account "
            "WHERE e.district = ? AND e.case_id = ? AND e.kind IN ('task_done', 'task_reason') AND e.body IS NOT NULL ORDER BY e.seq",
            SQL_I(k.district), SQL_I(k.id));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (bool row = true; s == OK;) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        s = record_write(c, t, &k, r, w, d);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}
