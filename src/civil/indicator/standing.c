#include "civil/indicator/indicator.h"

#include "feel/feel.h"

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

enum status indicator_judge(const struct plans *p, const struct indicator *i, date_t as_of, struct arena *a, struct indicator_standing *io, struct diag *d) {
    io->status = NULL;
    io->why = "";
    io->has_progress = false;
    if (i->kind != INDICATOR_NUMBER && i->kind != INDICATOR_MILESTONE)
        return OK;
    io->has_progress = io->has_value;
    io->time = elapsed(p, i, as_of);
    io->done = io->has_value ? way(i, io->value) : dec_int(0);
    static const char *const name[] = {"有数据", "达到目标", "期满", "完成率", "时间进度"};
    const struct feel_value value[] = {feel_bool(io->has_value), feel_bool(io->has_value && indicator_met(i, io->value)), feel_bool(as_of >= plan_year_end(i->due_year)),
        feel_number(io->done), feel_number(io->time)};
    enum status s = plans_rule(p->status, "状态", name, value, ARRAY_LEN(name), a, &io->status, &io->why, d);
    return s == OK ? OK : (diag_at(d, "%s", i->key), s);
}
