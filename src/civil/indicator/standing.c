#include "civil/indicator/indicator.h"

#include "dmn/dmn.h"

bool indicator_met(const struct indicator *i, struct dec value) {
    if (i->kind == INDICATOR_MILESTONE)
        return dec_sign(value) > 0;
    /* A plan prints "=" for what is to be reached: more is no failure. */
    int c = dec_cmp(value, i->target_value);
    return i->down ? c <= 0 : c >= 0;
}

/* Share of the way from base to target.  Without a base, of the target; where nothing is to move, all or nothing. */
static struct dec way(const struct indicator *i, struct dec value) {
    if (i->kind == INDICATOR_MILESTONE)
        return value;
    struct dec from = i->has_base ? i->base_value : dec_int(0), all = dec_sub(i->target_value, from);
    return dec_zero(all) ? dec_int(indicator_met(i, value)) : dec_div(dec_sub(value, from), all);
}

static struct dec elapsed(const struct plans *p, const struct indicator *i, date_t as_of) {
    int from = i->base_year ? i->base_year : plans_find(p, i->plan)->from - 1;
    if (from >= i->due_year)
        from = i->due_year - 1;
    date_t first = plan_year_end(from), last = plan_year_end(i->due_year);
    return as_of <= first ? dec_int(0) : as_of >= last ? dec_int(1) : dec_div(dec_int(as_of - first), dec_int(last - first));
}

static const char *annotation(struct arena *a, const struct dmn_trace *t) {
    for (size_t i = 0; i < t->table_count; i++)
        for (size_t k = 0; k < t->table[i].rule_count; k++)
            if (t->table[i].rule[k].fired && t->table[i].annotation_count)
                return arena_dup(a, t->table[i].rule[k].annotation[0]);
    return "";
}

enum status indicator_judge(const struct plans *p, const struct indicator *i, date_t as_of, struct arena *a, struct indicator_standing *io, struct diag *d) {
    io->status = NULL;
    io->why = "";
    io->has_progress = false;
    if (i->kind != INDICATOR_NUMBER && i->kind != INDICATOR_MILESTONE)
        return OK;
    io->has_progress = io->has_value;
    io->time = elapsed(p, i, as_of);
    io->done = io->has_value ? way(i, io->value) : dec_int(0);
    const struct span key[] = {SPAN("有数据"), SPAN("达到目标"), SPAN("期满"), SPAN("完成率"), SPAN("时间进度")};
    const struct feel_value value[] = {feel_bool(io->has_value), feel_bool(io->has_value && indicator_met(i, io->value)), feel_bool(as_of >= plan_year_end(i->due_year)),
        feel_number(io->done), feel_number(io->time)};
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    if (!notes)
        return arena_full(d);
    struct feel_env env;
    feel_env_init(&env, a, notes);
    const struct span decision = SPAN("状态");
    struct dmn_request r = {.model = p->status, .decision = &decision, .decision_count = 1, .inputs = feel_context(a, key, value, ARRAY_LEN(key)), .trace = true};
    struct dmn_result result;
    enum status s = dmn_evaluate(&env, &r, &result, d);
    if (s != OK)
        return s;
    if (result.value.kind != FEEL_STRING)
        return diag_fail(d, E_INPUT, "plan.status_rule", DIAG_S("key", i->key));
    io->status = arena_dup(a, result.value.string);
    io->why = annotation(a, result.trace);
    return io->status && io->why ? OK : arena_full(d);
}
