/* Partly known inputs and their completions. */
#include "random_policy.h"

const char rp_vocabulary[] =
    "entity,name,type,codes_or_unit,meaning\n"
    "输入,日期,date,,\n输入,户,户,,\n输入,在享,list<在享>,,\n"
    "户,收入,number,元,\n户,财产,number,元,\n户,级,number,1..3,\n户,类,string,甲|乙|丙,\n户,病,boolean,,\n户,残,boolean,,\n"
    "户,生日,date,,\n户,标记,list<string>,甲|乙,\n户,成员,list<成员>,,\n"
    "成员,年龄,number,0..2,\n成员,学,boolean,,\n成员,类,string,甲|乙|丙,\n成员,额,number,元,\n成员,死亡,date,,\n成员,项,list<项>,,\n"
    "项,类,string,甲|乙,\n项,额,number,元,\n"
    "在享,待遇,string,低保|特困,\n在享,月额,number,元,\n";
const struct span rp_null_facts[1] = {{"成员.死亡", sizeof "成员.死亡" - 1}};

enum kind { BOOLEAN, NUMBER, CODE, DATE, ENTITY };
struct rp_entity { const char *name; const struct rp_field *field; size_t count; };
struct rp_field {
    const char *name, *label;
    enum kind kind;
    bool list, null_fact;
    const char *const *option;  /* JSON; of one element */
    size_t count;
    const struct rp_entity *of;
};
struct rp_node {
    const struct rp_field *field;
    int place;                  /* -1: known */
    size_t choice;              /* known: option */
    struct rp_node *child;      /* of an entity: fields; of a list: elements */
    size_t children;
    bool whole;                 /* element: written as null, all of it unknown */
};

#define OPTIONS(...) (const char *const[]){__VA_ARGS__}, ARRAY_LEN(((const char *const[]){__VA_ARGS__}))
#define THINGS OPTIONS("\"甲\"", "\"乙\"", "\"丙\"")
static const struct rp_field item_fields[] = {
    {"类", "项.类", CODE, false, false, OPTIONS("\"甲\"", "\"乙\""), NULL},
    {"额", "项.额", NUMBER, false, false, OPTIONS("0", "1", "2.5", "4"), NULL},
};
static const struct rp_entity item = {"项", item_fields, ARRAY_LEN(item_fields)};
static const struct rp_field member_fields[] = {
    {"年龄", "成员.年龄", NUMBER, false, false, OPTIONS("0", "1", "2"), NULL},
    {"学", "成员.学", BOOLEAN, false, false, OPTIONS("true", "false"), NULL},
    {"类", "成员.类", CODE, false, false, THINGS, NULL},
    {"额", "成员.额", NUMBER, false, false, OPTIONS("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4.5", "7"), NULL},
    {"死亡", "成员.死亡", DATE, false, true, OPTIONS("\"2020-01-01\""), NULL},
    {"项", "成员.项", ENTITY, true, false, NULL, 0, &item},
};
static const struct rp_entity member = {"成员", member_fields, ARRAY_LEN(member_fields)};
static const struct rp_field household_fields[] = {
    {"收入", "户.收入", NUMBER, false, false,
        OPTIONS("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5", "5.5", "6", "7", "9.5"), NULL},
    {"财产", "户.财产", NUMBER, false, false, OPTIONS("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "6"), NULL},
    {"级", "户.级", NUMBER, false, false, OPTIONS("1", "2", "3"), NULL},
    {"类", "户.类", CODE, false, false, THINGS, NULL},
    {"病", "户.病", BOOLEAN, false, false, OPTIONS("true", "false"), NULL},
    {"残", "户.残", BOOLEAN, false, false, OPTIONS("true", "false"), NULL},
    {"生日", "户.生日", DATE, false, false, OPTIONS("\"1940-05-05\"", "\"1964-08-15\"", "\"1964-08-16\"", "\"1999-12-31\"",
        "\"2000-01-01\"", "\"2000-01-02\"", "\"2006-08-14\"", "\"2006-08-15\"", "\"2006-08-16\"", "\"2020-02-29\""), NULL},
    {"标记", "户.标记", CODE, true, false, OPTIONS("\"甲\"", "\"乙\""), NULL},
    {"成员", "户.成员", ENTITY, true, false, NULL, 0, &member},
};
static const struct rp_entity household = {"户", household_fields, ARRAY_LEN(household_fields)};
static const struct rp_field benefit_fields[] = {
    {"待遇", "在享.待遇", CODE, false, false, OPTIONS("\"低保\"", "\"特困\""), NULL},
    {"月额", "在享.月额", NUMBER, false, false, OPTIONS("0", "1", "2.5", "4"), NULL},
};
static const struct rp_entity benefit = {"在享", benefit_fields, ARRAY_LEN(benefit_fields)};
static const struct rp_field root_fields[] = {
    {"户", "户", ENTITY, false, false, NULL, 0, &household},
    {"在享", "在享", ENTITY, true, false, NULL, 0, &benefit},
};
static const struct rp_entity root = {"输入", root_fields, ARRAY_LEN(root_fields)};

static unsigned roll(uint64_t *dice, size_t n) { return (unsigned)((unit_random(dice) >> 33) % n); }

/* ---- values ------------------------------------------------------------------------------ */

static struct feel_value option_value(const struct rp_field *f, struct arena *a, size_t i) {
    struct feel_value v;
    struct dec n;
    const char *text = f->option[i];
    struct span inner = {text + 1, strlen(text) - 2};
    switch (f->kind) {
    case BOOLEAN: return feel_bool(text[0] == 't');
    case NUMBER: assert_int_equal(OK, dec_parse(span_of(text), &n, NULL)); return feel_number(n);
    case DATE: assert_true(feel_parse_date(inner, &v)); return v;
    default: return feel_string((struct span){arena_dup(a, inner), inner.size});
    }
}

/* Off the grid: quarters, days, longer lists. */
static struct feel_value any_value(const struct rp_field *f, struct arena *a, uint64_t *dice);

static struct feel_value any_one(const struct rp_field *f, struct arena *a, uint64_t *dice) {
    struct span key[16];
    struct feel_value value[16];
    if (f->kind != ENTITY) {
        bool coded = f->kind != NUMBER || strcmp(f->name, "级") == 0 || strcmp(f->name, "年龄") == 0;
        if (coded || roll(dice, 2))
            return option_value(f, a, roll(dice, f->count));
        static const unsigned below[] = {40, 40, 160, 640, 40000}; /* quarters; a quotient of two facts needs the large ones */
        return feel_number(dec_div(dec_int(roll(dice, below[roll(dice, ARRAY_LEN(below))])), dec_int(4)));
    }
    for (size_t i = 0; i < f->of->count; i++) {
        key[i] = span_of(f->of->field[i].name);
        value[i] = any_value(&f->of->field[i], a, dice);
    }
    return feel_context(a, key, value, f->of->count);
}

static struct feel_value any_value(const struct rp_field *f, struct arena *a, uint64_t *dice) {
    if (f->null_fact)
        return feel_null();
    if (!f->list)
        return any_one(f, a, dice);
    size_t n = roll(dice, roll(dice, 4) ? 3 : 7);
    struct feel_value *v = ARENA_ARRAY(a, n + 1, struct feel_value);
    assert_non_null(v);
    for (size_t i = 0; i < n; i++)
        v[i] = any_one(f, a, dice);
    return feel_list(v, n);
}

struct feel_value rp_any(const struct rp_place *p, struct arena *a, uint64_t *dice) {
    bool list = p->option[0].kind == FEEL_LIST;
    return list ? any_value(p->field, a, dice) : any_one(p->field, a, dice);
}

/* ---- places -------------------------------------------------------------------------------- */

static bool add_place(struct rp_input *in, struct rp_node *n, bool list, uint64_t *dice, size_t most) {
    struct rp_place *p = &in->place[in->count];
    const struct rp_field *f = n->field;
    size_t count = list ? 14 : f->count;
    if (in->count == RP_PLACES_MAX || in->completions * count > most)
        return false;
    *p = (struct rp_place){.field = f, .label = f->label, .count = count};
    for (size_t i = 0; i < count; i++)
        p->option[i] = list ? i ? any_value(f, in->arena, dice) : feel_list(NULL, 0) : option_value(f, in->arena, i);
    n->place = (int)in->count++;
    in->completions *= count;
    return true;
}

static void make_entity(struct rp_input *in, struct rp_node *n, const struct rp_entity *e, uint64_t *dice, size_t most, unsigned odds);

static void make_list(struct rp_input *in, struct rp_node *n, uint64_t *dice, size_t most, unsigned odds) {
    if (roll(dice, 100) < odds / 2 && add_place(in, n, true, dice, most))
        return;
    n->children = roll(dice, 3);
    n->child = ARENA_ARRAY(in->arena, n->children + 1, struct rp_node);
    for (size_t i = 0; i < n->children; i++) {
        struct rp_node *x = &n->child[i];
        *x = (struct rp_node){.field = n->field, .place = -1};
        if (n->field->kind == ENTITY)
            make_entity(in, x, n->field->of, dice, most, odds);
        else if (!(roll(dice, 100) < odds && add_place(in, x, false, dice, most)))
            x->choice = roll(dice, n->field->count);
    }
}

static void make_entity(struct rp_input *in, struct rp_node *n, const struct rp_entity *e, uint64_t *dice, size_t most, unsigned odds) {
    n->children = e->count;
    n->child = ARENA_ARRAY(in->arena, e->count, struct rp_node);
    bool whole = n->field && n->field->list;
    for (size_t i = 0; i < e->count; i++) {
        struct rp_node *x = &n->child[i];
        const struct rp_field *f = &e->field[i];
        *x = (struct rp_node){.field = f, .place = -1};
        if (f->null_fact) {
            x->choice = roll(dice, 4) ? SIZE_MAX : 0;
            whole = whole && x->choice;
        } else if (f->list) {
            make_list(in, x, dice, most, odds);
        } else if (f->kind == ENTITY) {
            make_entity(in, x, f->of, dice, most, odds);
        } else if (!(roll(dice, 100) < odds && add_place(in, x, false, dice, most))) {
            x->choice = roll(dice, f->count);
        }
        whole = whole && (x->place >= 0 || f->null_fact);
    }
    n->whole = whole;
}

void rp_input(struct rp_input *in, struct arena *a, uint64_t *dice, size_t most) {
    static const unsigned ODDS[] = {15, 25, 40, 70};
    memset(in, 0, sizeof *in);
    in->arena = a;
    in->completions = 1;
    in->root = ARENA_NEW(a, struct rp_node);
    in->root->place = -1;
    make_entity(in, in->root, &root, dice, most, ODDS[roll(dice, ARRAY_LEN(ODDS))]);
}

/* ---- JSON -------------------------------------------------------------------------------------- */

static void node_json(const struct rp_node *n, bool element, struct buf *out, uint64_t *dice) {
    const struct rp_field *f = n->field;
    if (n->place >= 0) {
        buf_adds(out, "null");
    } else if (f && f->list && !element) {
        buf_addc(out, '[');
        for (size_t i = 0; i < n->children; i++) {
            buf_adds(out, i ? "," : "");
            node_json(&n->child[i], true, out, dice);
        }
        buf_addc(out, ']');
    } else if (!f || f->kind == ENTITY) {
        bool first = true;
        if (n->whole && roll(dice, 2)) {
            buf_adds(out, "null");
            return;
        }
        buf_addc(out, '{');
        if (!f) {
            buf_adds(out, "\"日期\":\"2024-08-15\"");
            first = false;
        }
        for (size_t i = 0; i < n->children; i++) {
            const struct rp_node *x = &n->child[i];
            bool absent = x->place >= 0 || (x->field->null_fact && x->choice);
            if (absent && roll(dice, 2))
                continue;
            buf_addf(out, "%s\"%s\":", first ? "" : ",", x->field->name);
            if (absent)
                buf_adds(out, "null");
            else
                node_json(x, false, out, dice);
            first = false;
        }
        buf_addc(out, '}');
    } else {
        buf_adds(out, f->option[n->choice]);
    }
}

void rp_json(const struct rp_input *in, struct buf *out, uint64_t *dice) { node_json(in->root, false, out, dice); }

/* ---- completions --------------------------------------------------------------------------------- */

static struct feel_value node_value(const struct rp_node *n, bool element, struct arena *a, const struct feel_value *value) {
    const struct rp_field *f = n->field;
    if (n->place >= 0)
        return value[n->place];
    if (f && f->list && !element) {
        struct feel_value *v = ARENA_ARRAY(a, n->children + 1, struct feel_value);
        for (size_t i = 0; i < n->children; i++)
            v[i] = node_value(&n->child[i], true, a, value);
        return feel_list(v, n->children);
    }
    if (f && f->kind != ENTITY)
        return f->null_fact && n->choice ? feel_null() : option_value(f, a, n->choice);
    struct span key[16];
    struct feel_value part[16];
    size_t count = 0;
    for (; count < n->children; count++) {
        key[count] = span_of(n->child[count].field->name);
        part[count] = node_value(&n->child[count], false, a, value);
    }
    if (!f) {
        key[count] = span_of("日期");
        assert_true(feel_parse_date(span_of("2024-08-15"), &part[count++]));
        key[count] = span_of("线");
        part[count++] = feel_int(2);
    }
    return feel_context(a, key, part, count);
}

struct feel_value rp_complete(const struct rp_input *in, struct arena *a, const struct feel_value *value) {
    return node_value(in->root, false, a, value);
}
