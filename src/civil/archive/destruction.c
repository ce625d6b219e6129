/* The certificate of destruction: what was destroyed, by whose decision, and what stays. */
#include "civil/archive/paper.h"
#include "civil/archive/retention.h"

#include "civil/evidence/evidence.h"
#include "civil/secrecy/secrecy.h"
#include "store/store.h"

#include <stdio.h>

enum { COLUMNS = 6 };

struct list { char *reason, *proposed, *decided, *decision; instant_t proposed_at, decided_at; };

static enum status read_list(struct civil *c, struct txn *t, struct arena *a, const struct actor *who, int64_t id, struct list *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char district[16];
    bool reader = false;
    static const char *const roles[] = {"district_clerk", "leader", "auditor"};
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        reader = reader || actor_may(who, roles[i], district);
    if (!reader)
        return diag_fail(d, E_FORBIDDEN, "archive.role");
    enum status s = sql_one(t, &r, d,
        "SELECT l.reason, p.name, q.name, l.decision_reason, l.proposed_at, l.decided_at, l.state, l.compartment FROM archive_destruction l "
        "LEFT JOIN account p ON p.id = l.proposed_by LEFT JOIN account q ON q.id = l.decided_by WHERE l.district = ? AND l.id = ?", SQL_I(c->district), SQL_I(id));
    if (s == E_NOT_FOUND || (s == OK && !actor_inside(who, rows_dup(r, 7, a))))
        return diag_fail(d, E_NOT_FOUND, "archive.list");
    if (s == OK && !span_is(rows_text(r, 6), "destroyed"))
        return diag_fail(d, E_CONFLICT, "archive.not_destroyed");
    if (s != OK)
        return s;
    *ret = (struct list){rows_dup(r, 0, a), rows_dup(r, 1, a), rows_dup(r, 2, a), rows_dup(r, 3, a), rows_int(r, 4), rows_int(r, 5)};
    return ret->reason && ret->proposed && ret->decided && ret->decision ? OK : arena_full(d);
}

static struct doc_text number(struct paper *p, int64_t n) {
    char *text = arena_printf(p->a, "%lld", (long long)n);
    p->full = p->full || !text;
    return paper_plain(text, "");
}

static enum status table(struct civil *c, struct txn *t, struct paper *p, int64_t id, int64_t *ret_cases, int64_t *ret_files, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    static const char *const titles[COLUMNS] = {"destroyed.case", "destroyed.number", "destroyed.ended", "destroyed.years", "destroyed.due", "destroyed.files"};
    struct doc_text *cell = ARENA_ARRAY(p->a, COLUMNS * ARCHIVE_LIST_MAX, struct doc_text);
    struct doc_column *column = ARENA_ARRAY(p->a, COLUMNS, struct doc_column);
    struct doc_block *b = paper_add(p, DOC_TABLE);
    bool row = false;
    if (!cell || !column)
        return arena_full(d);
    for (size_t i = 0; i < COLUMNS; i++)
        column[i] = (struct doc_column){.title = paper_text(p, titles[i], NULL, 0), .right = i == 3 || i == 5};
    *b = (struct doc_block){.type = DOC_TABLE, .column = column, .column_count = COLUMNS, .cell = cell};
    enum status s = sql_query(t, &r, d,
        "SELECT k.number, n.number, i.ended_on, i.years, i.due_on, i.files FROM archive_destruction_item i JOIN case_file k ON k.district = i.district AND k.id = i.case_id "
        "LEFT JOIN archive_number n ON n.district = i.district AND n.case_id = i.case_id WHERE i.district = ? AND i.list = ? AND i.state = 'destroyed' ORDER BY i.case_id",
        SQL_I(c->district), SQL_I(id));
    while (s == OK && b->row_count < ARCHIVE_LIST_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        struct doc_text *to = &cell[COLUMNS * b->row_count++];
        to[0] = paper_plain(rows_dup(r, 0, p->a), "");
        to[1] = paper_plain(rows_null(r, 1) ? "\u2014" : rows_dup(r, 1, p->a), "");
        to[2] = paper_plain(paper_date(p, rows_date(r, 2)).main, "");
        to[3] = number(p, rows_int(r, 3));
        to[4] = paper_plain(paper_date(p, rows_date(r, 4)).main, "");
        to[5] = number(p, rows_int(r, 5));
        *ret_files += rows_int(r, 5);
        ++*ret_cases;
    }
    return s;
}

static enum status entry_of(struct civil *c, struct txn *t, int64_t list, int64_t *ret, struct diag *d) {
    char *like = arena_printf(txn_arena(t), "%%\"list\":\"%lld\"%%", (long long)list);
    return like ? sql_int(t, ret, 0, d, "SELECT entry FROM archive_act WHERE district = ? AND action = 'destruction.done' AND body LIKE ?", SQL_I(c->district), SQL_S(like)) : arena_full(d);
}

static void pair(struct paper *p, struct doc_item *item, const char *code, struct doc_text text) {
    *item = (struct doc_item){.title = paper_text(p, code, NULL, 0), .text = text};
}

static struct doc_text who_when(struct paper *p, const char *name, instant_t at, const char *why) {
    char *text = arena_printf(p->a, "%s %s %s", name, paper_date(p, instant_date(at)).main, why);
    p->full = p->full || !text;
    return paper_plain(text, "");
}

enum status archive_destruction_pdf(struct civil *c, struct txn *t, struct arena *a, const struct actor *who, int64_t list, struct span *ret, struct diag *d) {
    struct paper p = {.a = a};
    struct list l = {0};
    AUTO(rows) struct rows *r = NULL;
    int64_t cases = 0, files = 0, entry = 0, demo = 0;
    enum status s = read_list(c, t, a, who, list, &l, d);
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT name FROM division WHERE code = ?", SQL_S(arena_printf(a, "%lld", (long long)c->district)));
    if (s == OK)
        s = entry_of(c, t, list, &entry, d);
    if (s == OK)
        s = sql_int(t, &demo, 0, d, "SELECT count(*) FROM setting WHERE name = 'demo' AND value = '1'");
    if (s != OK)
        return s;
    struct doc_item *item = ARENA_ARRAY(a, 3, struct doc_item);
    char *district = rows_dup(r, 0, a), *id = arena_printf(a, "%lld", (long long)list), *at = arena_printf(a, "%lld", (long long)entry);
    if (!item || !district || !id || !at)
        return arena_full(d);
    struct doc_text organ = paper_text(&p, "destroyed.organ", (const struct diag_arg[]){DIAG_S("district", district)}, 1), title = paper_text(&p, "destroyed.title", NULL, 0);
    paper_add(&p, DOC_LETTERHEAD)->title = organ;
    paper_add(&p, DOC_TITLE)->title = title;
    paper_add(&p, DOC_NUMBER)->text = paper_plain(id, "");
    struct doc_block *says = paper_add(&p, DOC_PARAGRAPH);
    pair(&p, &item[0], "destroyed.reason", paper_plain(l.reason, ""));
    pair(&p, &item[1], "destroyed.proposed", who_when(&p, l.proposed, l.proposed_at, ""));
    pair(&p, &item[2], "destroyed.decided", who_when(&p, l.decided, l.decided_at, l.decision));
    struct doc_block *b = paper_add(&p, DOC_PAIRS);
    b->item = item;
    b->item_count = 3;
    s = table(c, t, &p, list, &cases, &files, d);
    says->text = paper_text(&p, "destroyed.says", (const struct diag_arg[]){DIAG_N("cases", cases), DIAG_N("files", files)}, 2);
    paper_add(&p, DOC_PARAGRAPH)->text = paper_text(&p, "destroyed.stays", (const struct diag_arg[]){DIAG_S("entry", at)}, 1);
    b = paper_add(&p, DOC_SIGNATURE);
    b->title = organ;
    b->text = paper_date(&p, instant_date(l.decided_at));
    b->seal = demo ? DOC_SEAL_SAMPLE : DOC_SEAL_PLACE;
    b->seal_organ = organ.main;
    b->seal_name = "";
    return s == OK ? paper_pdf(&p, title.main, organ.main, id, demo > 0, l.decided_at, ret, d) : s;
}
