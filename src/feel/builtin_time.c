#include "feel/builtin.h"

static struct feel_value date_of(struct feel_env *env, const struct feel_value *v) {
    struct feel_value r;
    if (v->kind == FEEL_STRING)
        return feel_parse_date(v->string, &r) ? r : feel_bad_value(env);
    if (v->kind == FEEL_DATE)
        return *v;
    return v->kind == FEEL_DATE_TIME ? feel_date(feel_when(v).day) : feel_bad_argument(env, v);
}

static struct feel_value date_parts(struct feel_env *env, const struct feel_value *arg) {
    int64_t y, m, d;
    for (int i = 0; i < 3; i++)
        if (arg[i].kind != FEEL_NUMBER)
            return feel_bad_argument(env, &arg[i]);
    if (!feel_int_argument(&arg[0], &y) || !feel_int_argument(&arg[1], &m) ||
        !feel_int_argument(&arg[2], &d) || !feel_civil_valid(y, m, d))
        return feel_bad_value(env);
    return feel_date(feel_days(y, (int)m, (int)d));
}

BUILTIN_FN(date) {
    if (n == 1)
        return date_of(env, arg);
    return n == 3 ? date_parts(env, arg) : feel_error(env, "feel.argument_count", SPAN("date"));
}

/* hour, minute, second, offset; -1: not within their limits */
static struct feel_value time_parts(struct feel_env *env, const struct feel_value *arg, size_t n,
    int64_t day, enum feel_kind kind) {
    int64_t h, m;
    if (n < 3 || !feel_int_argument(&arg[0], &h) || !feel_int_argument(&arg[1], &m) ||
        arg[2].kind != FEEL_NUMBER)
        return feel_error(env, "feel.argument_count", SPAN("time"));
    int64_t nano;
    struct dec scaled = dec_round(dec_mul(arg[2].number, dec_int(FEEL_NANOS)), 0, DEC_DOWN);
    if (h < 0 || h > 23 || m < 0 || m > 59 || dec_to_int(scaled, &nano, NULL) != OK || nano < 0 ||
        nano >= 60 * FEEL_NANOS)
        return feel_bad_value(env);
    struct feel_when w = {.day = day, .nano = (h * 60 + m) * 60 * FEEL_NANOS + nano};
    if (n > 3 && !feel_is_null(arg[3])) {
        if (arg[3].kind != FEEL_DT_DURATION)
            return feel_bad_argument(env, &arg[3]);
        if (arg[3].second_nano || arg[3].seconds > FEEL_OFFSET_MAX_S || arg[3].seconds < -FEEL_OFFSET_MAX_S)
            return feel_bad_value(env);
        w.has_offset = true;
        w.offset = (int32_t)arg[3].seconds;
    }
    return feel_make_time(env->arena, w, kind);
}

BUILTIN_FN(time) {
    struct feel_value r;
    if (n > 1)
        return time_parts(env, arg, n, 0, FEEL_TIME);
    switch ((enum feel_kind)arg->kind) {
    case FEEL_STRING: return feel_parse_time(env->arena, arg->string, &r) ? r : feel_bad_value(env);
    case FEEL_TIME: return *arg;
    case FEEL_DATE: {
        struct feel_when w = {.has_offset = true};
        return feel_make_time(env->arena, w, FEEL_TIME);
    }
    case FEEL_DATE_TIME: return feel_make_time(env->arena, feel_when(arg), FEEL_TIME);
    default: return feel_bad_argument(env, arg);
    }
}

BUILTIN_FN(date_and_time) {
    struct feel_value r;
    if (n == 1 && arg->kind == FEEL_STRING)
        return feel_parse_date_time(env->arena, arg->string, &r) ? r : feel_bad_value(env);
    if (n == 1 && arg->kind == FEEL_DATE_TIME)
        return *arg;
    if (n == 1 && arg->kind == FEEL_DATE)
        return feel_make_time(env->arena, (struct feel_when){.day = arg->day, .has_offset = true}, FEEL_DATE_TIME);
    if (n != 2)
        return n == 1 ? feel_bad_argument(env, arg) : feel_error(env, "feel.argument_count", SPAN("date and time"));
    if (arg[0].kind == FEEL_DATE_TIME && arg[1].kind == FEEL_STRING && feel_zone_known(arg[1].string)) {
        /* the same instant in another zone */
        struct feel_when w = feel_when(&arg[0]);
        __int128 utc = feel_instant(&arg[0]);
        int32_t offset = 0;
        for (int i = 0; i < 2; i++) {
            __int128 local = utc + (__int128)offset * FEEL_NANOS;
            w.day = (int64_t)((local < 0 ? local - FEEL_DAY_NANOS + 1 : local) / FEEL_DAY_NANOS);
            w.nano = (int64_t)(local - (__int128)w.day * FEEL_DAY_NANOS);
            if (!feel_zone_offset(arg[1].string, w.day, w.nano, &offset))
                return feel_bad_value(env);
        }
        w.has_offset = true;
        w.offset = offset;
        w.zone = arg[1].string;
        return feel_make_time(env->arena, w, FEEL_DATE_TIME);
    }
    struct feel_value day = date_of(env, &arg[0]);
    if (day.kind != FEEL_DATE || arg[0].kind == FEEL_STRING || arg[1].kind != FEEL_TIME)
        return feel_bad_argument(env, &arg[1]);
    struct feel_when w = feel_when(&arg[1]);
    w.day = day.day;
    if (w.zone.size && !feel_zone_offset(w.zone, w.day, w.nano, &w.offset))
        return feel_bad_value(env);
    return feel_make_time(env->arena, w, FEEL_DATE_TIME);
}

BUILTIN_FN(duration) {
    struct feel_value r;
    if (arg->kind == FEEL_YM_DURATION || arg->kind == FEEL_DT_DURATION)
        return *arg;
    if (arg->kind != FEEL_STRING)
        return feel_bad_argument(env, arg);
    return feel_parse_duration(arg->string, &r) ? r : feel_bad_value(env);
}

static bool moment(const struct feel_value *v) { return v->kind == FEEL_DATE || v->kind == FEEL_DATE_TIME; }
static bool unknown_moment(const struct feel_value *v) {
    return feel_is_unknown(v) && (v->unknown->kind == FEEL_DATE || v->unknown->kind == FEEL_DATE_TIME);
}

static struct feel_value between(const struct feel_value *from, const struct feel_value *to) {
    /* the time of day does not count (10.3.4.3; the kit's cases 024 and 034) */
    return feel_months(feel_months_between(feel_when(from).day, 0, feel_when(to).day, 0));
}

BUILTIN_FN(ym_duration) {
    if (moment(&arg[0]) && moment(&arg[1]))
        return between(&arg[0], &arg[1]);
    if (!feel_is_unknown(&arg[0]) && !feel_is_unknown(&arg[1]))
        return feel_bad_argument(env, moment(&arg[0]) ? &arg[1] : &arg[0]);
    if (!(moment(&arg[0]) || unknown_moment(&arg[0])) || !(moment(&arg[1]) || unknown_moment(&arg[1])))
        return feel_unknown_of(env, FEEL_YM_DURATION, 'Y', arg, 2, true);
    /* falls with `from`, grows with `to` */
    struct feel_bound fl = feel_lower(&arg[0]), fh = feel_upper(&arg[0]);
    struct feel_bound tl = feel_lower(&arg[1]), th = feel_upper(&arg[1]), lo = {0}, hi = {0};
    if (!feel_is_null(fh.value) && !feel_is_null(tl.value))
        lo.value = between(&fh.value, &tl.value);
    if (!feel_is_null(fl.value) && !feel_is_null(th.value))
        hi.value = between(&fl.value, &th.value);
    bool may = (feel_is_unknown(&arg[0]) && arg[0].unknown->may_error) ||
        (feel_is_unknown(&arg[1]) && arg[1].unknown->may_error);
    return feel_unknown_bounds(env, FEEL_YM_DURATION, 'Y', arg, 2, lo, hi, may);
}

/* ---- the calendar ------------------------------------------------------------------ */

static bool day_argument(const struct feel_value *v, int64_t *ret) {
    if (!moment(v))
        return false;
    *ret = feel_when(v).day;
    return true;
}

BUILTIN_FN(day_of_year) {
    int64_t d;
    if (!day_argument(arg, &d))
        return feel_bad_argument(env, arg);
    return feel_int(d - feel_days(feel_civil(d).year, 1, 1) + 1);
}

BUILTIN_FN(day_of_week) {
    static const char *const names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday",
        "Saturday", "Sunday"};
    int64_t d;
    return day_argument(arg, &d) ? feel_string(span_of(names[feel_weekday(d) - 1])) : feel_bad_argument(env, arg);
}

BUILTIN_FN(month_of_year) {
    static const char *const names[] = {"January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December"};
    int64_t d;
    return day_argument(arg, &d) ? feel_string(span_of(names[feel_civil(d).month - 1])) : feel_bad_argument(env, arg);
}

BUILTIN_FN(week_of_year) {
    int64_t d;
    if (!day_argument(arg, &d))
        return feel_bad_argument(env, arg);
    int64_t thursday = d - feel_weekday(d) + 4; /* ISO 8601: the week belongs to its Thursday's year */
    return feel_int((thursday - feel_days(feel_civil(thursday).year, 1, 1)) / 7 + 1);
}

static struct feel_when clock_now(const struct feel_env *env) {
    int64_t us = env->now + (int64_t)env->now_offset * 1000000;
    int64_t day = us / 86400000000LL - (us % 86400000000LL < 0);
    return (struct feel_when){.day = day, .nano = (us - day * 86400000000LL) * 1000,
        .has_offset = true, .offset = env->now_offset};
}

BUILTIN_FN(now) { return feel_make_time(env->arena, clock_now(env), FEEL_DATE_TIME); }
BUILTIN_FN(today) { return feel_date(clock_now(env).day); }
