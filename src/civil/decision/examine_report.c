/* An examination as JSON and as a page for people. */
#include "civil/decision/examine.h"

static void text_json(struct json_writer *w, const char *key, const struct json *names) {
    json_kboth(w, key, json_str(names, "zh", ""), json_str(names, "en", ""));
}

static void between_json(struct json_writer *w, const struct between_row *r) {
    json_object(w);
    json_kstring(w, "kind", between_kind_name(r->kind));
    json_kstring(w, "scheme", r->scheme->scheme);
    json_kstring(w, "other", r->other->scheme);
    json_kstring(w, "article", r->article);
    json_kstring(w, "zh", r->zh);
    json_kstring(w, "en", r->en);
    json_object_end(w);
}

static void item_json(struct json_writer *w, const struct examined *x) {
    const struct decision *r = &x->decision;
    json_object(w);
    json_kstring(w, "scheme", x->matter->scheme);
    json_kstring(w, "matter", x->matter->id);
    text_json(w, "name", json_get(x->matter->json, "name"));
    json_kbool(w, "open", x->matter->open);
    json_kstring(w, "member", x->member);
    json_kstring(w, "state", examined_state_name(x->state));
    json_kstring(w, "outcome", decision_outcome_name(r->outcome));
    json_kint(w, "monthly_fen", r->monthly_fen);
    json_kint(w, "once_fen", r->once_fen);
    json_key(w, "lines");
    decision_lines_json(w, r);
    json_key(w, "reasons");
    decision_reasons_json(w, r);
    json_key(w, "missing");
    json_array(w);
    for (size_t i = 0; i < r->missing_count; i++)
        json_string(w, r->missing[i]);
    json_array_end(w);
    json_key(w, "assumed");
    json_value(w, x->assumed);
    json_kbool(w, "to_confirm", r->to_confirm);
    if (x->because) {
        json_key(w, "because");
        between_json(w, x->because);
    }
    json_object_end(w);
}

void examination_json(struct json_writer *w, const struct examination *x) {
    json_object(w);
    json_kdate(w, "date", x->date);
    json_kbool(w, "estimate", true);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < x->count; i++)
        item_json(w, &x->item[i]);
    json_array_end(w);
    json_key(w, "proposal");
    json_object(w);
    json_kint(w, "monthly_fen", x->monthly_fen);
    json_kint(w, "once_fen", x->once_fen);
    json_kbool(w, "to_confirm", x->to_confirm);
    json_object_end(w);
    json_key(w, "notes");
    json_array(w);
    for (size_t i = 0; i < x->note_count; i++)
        between_json(w, x->note[i]);
    json_array_end(w);
    json_object_end(w);
}

/* ---- a page for people ------------------------------------------------------------------- */

#define SAY(out, l, code, ...)                                                                    \
    do {                                                                                          \
        const struct diag_arg args_[] = {{0}, ##__VA_ARGS__};                                     \
        message_text(out, l, code, args_ + 1, ARRAY_LEN(args_) - 1);                              \
        buf_addc(out, '\n');                                                                      \
    } while (0)

static const char *name_of(const struct examined *x, enum lang l) {
    return json_str(json_get(x->matter->json, "name"), l == LANG_EN ? "en" : "zh", "");
}

static void yuan(int64_t fen, char out[DEC_TEXT_MAX]) { dec_text(dec_from_fen(fen), out); }

static void item_text(struct buf *out, enum lang l, const struct examined *x) {
    static const char *const CODE[] = {"decision.examine_proposed", "decision.examine_not_chosen", "decision.examine_excluded", "decision.examine_undecided", "decision.examine_no"};
    char monthly[DEC_TEXT_MAX], once[DEC_TEXT_MAX];
    const struct decision *r = &x->decision;
    yuan(r->monthly_fen, monthly);
    yuan(r->once_fen, once);
    SAY(out, l, CODE[x->state], DIAG_S("name", name_of(x, l)), DIAG_S("member", x->member ? x->member : "-"), DIAG_S("monthly", monthly), DIAG_S("once", once));
    for (size_t i = 0; i < r->reason_count; i++)
        if (x->state != EXAMINED_NOT_ELIGIBLE || r->reason[i].against)
            SAY(out, l, "decision.examine_reason", DIAG_S("text", l == LANG_EN ? r->reason[i].en : r->reason[i].zh), DIAG_S("article", r->reason[i].article));
    bool figures = decision_figures_text(out, l, r);
    for (size_t i = 0; !figures && i < r->missing_count; i++) {
        BUF_AUTO fact;
        buf_init(&fact, 0);
        decision_fact_text(&fact, l, &r->labels, r->missing[i]);
        SAY(out, l, "decision.text_missing_one", DIAG_SPAN("fact", buf_span(&fact)));
    }
    if (x->because)
        SAY(out, l, "decision.examine_reason", DIAG_S("text", l == LANG_EN ? x->because->en : x->because->zh), DIAG_S("article", x->because->article));
}

void examination_text(struct buf *out, enum lang l, const struct examination *x) {
    char day[DATE_TEXT_MAX], monthly[DEC_TEXT_MAX], once[DEC_TEXT_MAX];
    date_text(x->date, day);
    yuan(x->monthly_fen, monthly);
    yuan(x->once_fen, once);
    SAY(out, l, "decision.examine_title", DIAG_S("date", day));
    for (int state = EXAMINED_PROPOSED; state <= EXAMINED_NOT_ELIGIBLE; state++)
        for (size_t i = 0; i < x->count; i++)
            if ((int)x->item[i].state == state)
                item_text(out, l, &x->item[i]);
    for (size_t i = 0; i < x->note_count; i++)
        SAY(out, l, "decision.examine_note", DIAG_S("text", l == LANG_EN ? x->note[i]->en : x->note[i]->zh), DIAG_S("article", x->note[i]->article));
    SAY(out, l, "decision.examine_total", DIAG_S("monthly", monthly), DIAG_S("once", once));
    SAY(out, l, "decision.examine_estimate");
}
