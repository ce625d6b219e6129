#include "civil/demo/demo_form.h"

#include "civil/access/access.h"
#include "civil/register/register.h"
#include "store/store.h"

#include <stdio.h>

struct filler { struct civil *c; struct txn *t; struct arena *a; struct access *x; int64_t district; date_t on; struct json_writer w; struct diag *d; };

static bool is(const struct json *j, const char *key, const char *value) { return strcmp(json_str(j, key, ""), value) == 0; }

static void copy(struct filler *f, const char *to, const struct json *from, const char *fact, const char *otherwise) {
    json_kstring(&f->w, to, json_str(from, fact, otherwise));
}

static size_t length(const struct json *j) { return j && j->type == JSON_ARRAY ? j->size : 0; }

/* key: "applicant_" or "" with the suffix of the form's field. */
static const char *name(struct filler *f, const char *prefix, const char *key) { return arena_printf(f->a, "%s%s", prefix, key); }

static void list(struct filler *f, const char *none, const char *key, const struct json *items, const char *const map[][2], size_t n) {
    json_kbool(&f->w, none, length(items) == 0);
    if (!length(items))
        return;
    json_key(&f->w, key);
    json_array(&f->w);
    for (size_t i = 0; i < items->size; i++) {
        json_object(&f->w);
        for (size_t k = 0; k < n; k++) {
            const struct json *v = json_get(items->item[i], map[k][1]);
            if (!v || v->type == JSON_NULL)
                continue;
            json_key(&f->w, map[k][0]);
            json_value(&f->w, v);
        }
        json_object_end(&f->w);
    }
    json_array_end(&f->w);
}

static void person_part(struct filler *f, const struct json *m, const char *prefix) {
    static const char *const incomes[][2] = {{"kind", "类别"}, {"amount", "月金额"}};
    static const char *const disabilities[][2] = {{"kind", "类别"}, {"grade", "等级"}};
    const char *study = json_str(m, "在读", "无");
    bool higher = strcmp(study, "高中") == 0 || strcmp(study, "本科及以下") == 0 || strcmp(study, "研究生") == 0;
    copy(f, name(f, prefix, "hukou"), m, "户籍", "本市");
    if (is(m, "户籍", "外埠"))
        json_kbool(&f->w, name(f, prefix, "permit"), json_bool(m, "居住证", false));
    copy(f, name(f, prefix, "marital"), m, "婚姻状况", "未婚");
    copy(f, name(f, prefix, "work"), m, "就业状态", "无业");
    json_kstring(&f->w, name(f, prefix, "study"), study);
    if (higher)
        json_kbool(&f->w, name(f, prefix, "collective"), json_bool(m, "就学迁入集体户", false));
    list(f, name(f, prefix, "no_income"), name(f, prefix, "incomes"), json_get(m, "收入"), incomes, 2);
    json_kbool(&f->w, name(f, prefix, "ill"), json_bool(m, "重大疾病", false));
    copy(f, name(f, prefix, "capacity"), m, "劳动能力", "有");
    list(f, name(f, prefix, "not_disabled"), name(f, prefix, "disabilities"), json_get(m, "残疾"), disabilities, 2);
    if (length(json_get(m, "残疾")))
        json_kbool(&f->w, name(f, prefix, "kept"), json_bool(m, "依靠兄弟姐妹或老人扶养", false));
    json_kbool(&f->w, name(f, prefix, "alone"), json_bool(m, "单独抚养", false));
    const struct json *special = json_get(m, "特殊身份");
    json_kbool(&f->w, name(f, prefix, "ordinary"), length(special) == 0);
    if (length(special)) {
        json_key(&f->w, name(f, prefix, "special"));
        json_value(&f->w, special);
    }
}

static enum status numbers(struct filler *f, int64_t person, const char *name_key, const char *id_key) {
    struct person p;
    struct span number;
    enum status s = person_read(f->c, f->t, f->x, f->a, f->district, person, &p, f->d);
    if (s == OK)
        s = person_reveal(f->c, f->t, f->x, f->a, f->district, person, ACCESS_NUMBER, &number, f->d);
    if (s != OK)
        return s;
    json_kstring(&f->w, name_key, p.name);
    json_kspan(&f->w, id_key, number);
    return OK;
}

static enum status members(struct filler *f, const struct json *all, int64_t applicant) {
    enum status s = OK;
    json_kbool(&f->w, "lives_alone", all->size == 1);
    if (all->size == 1)
        return OK;
    json_key(&f->w, "members");
    json_array(&f->w);
    for (size_t i = 0; s == OK && i < all->size; i++) {
        int64_t id = strtoll(json_str(all->item[i], "编号", "0"), NULL, 10);
        if (id == applicant)
            continue;
        json_object(&f->w);
        s = numbers(f, id, "name", "idnum");
        copy(f, "relation", all->item[i], "与申请人关系", "其他");
        copy(f, "away", all->item[i], "不计入事由", "无");
        person_part(f, all->item[i], "");
        json_object_end(&f->w);
    }
    json_array_end(&f->w);
    return s;
}

static void owned(struct filler *f, const struct json *household, int64_t yuan) {
    static const char *const vehicles[][2] = {{"use", "用途"}, {"value", "价值"}};
    static const char *const homes[][2] = {{"area", "建筑面积"}, {"tenure", "性质"}, {"use", "用途"}};
    static const char *const businesses[][2] = {{"capital", "认缴资本"}, {"active", "存续"}};
    json_kint(&f->w, "money", yuan);
    list(f, "no_vehicle", "vehicles", json_get(household, "机动车"), vehicles, 2);
    list(f, "no_home", "homes", json_get(household, "住房"), homes, 3);
    list(f, "no_business", "businesses", json_get(household, "工商登记"), businesses, 2);
    /* Supporters' names and numbers are not in the registers, so the demonstration
     * leaves them to verification. */
    json_kbool(&f->w, "no_supporter", true);
}

static enum status declared_money(struct filler *f, int64_t applicant, bool understate, int64_t *ret) {
    const struct json *bank = NULL;
    enum status s = source_facts(f->c, f->t, f->x, f->a, "bank", f->district, applicant, f->on, &bank, f->d);
    const struct json *v = s == OK ? json_get(json_get(bank, "户"), "货币财产") : NULL;
    *ret = 0;
    if (v && v->type == JSON_NUMBER)
        s = dec_to_int(dec_round(v->number, 0, DEC_DOWN), ret, f->d);
    if (understate)
        *ret /= 2;
    return s;
}

enum status demo_form(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t household, int64_t applicant, date_t on, bool understate,
    const struct json **ret, struct diag *d) {
    struct filler f = {.c = c, .t = t, .a = a, .district = district, .on = on, .d = d};
    struct actor system = actor_system();
    const struct json *facts = NULL;
    BUF_AUTO out;
    int64_t money = 0;
    buf_init(&out, 4 << 20);
    enum status s = access_begin(a, &system, "system", "statistics", 0, 0, &f.x, d);
    if (s == OK)
        s = household_facts(c, t, f.x, a, district, household, applicant, on, &facts, NULL, d);
    if (s == OK)
        s = declared_money(&f, applicant, understate, &money);
    if (s != OK)
        return s;
    const struct json *all = json_get(facts, "成员"), *own = NULL;
    for (size_t i = 0; i < all->size; i++)
        if (strtoll(json_str(all->item[i], "编号", "0"), NULL, 10) == applicant)
            own = all->item[i];
    if (!own)
        return diag_fail(d, E_NOT_FOUND, "register.household");
    json_begin(&f.w, &out, false);
    json_object(&f.w);
    s = numbers(&f, applicant, "applicant_name", "applicant_idnum");
    json_kstring(&f.w, "applicant_phone", "19000000000");
    person_part(&f, own, "applicant_");
    if (s == OK)
        s = members(&f, all, applicant);
    if (all->size > 1 && (is(own, "婚姻状况", "离婚") || is(own, "婚姻状况", "丧偶")))
        json_kbool(&f.w, "apply_alone", false);
    owned(&f, facts, money);
    json_kstring(&f.w, "bank_name", "示范银行");
    /* 6888 is no issuer's range. */
    json_key(&f.w, "bank_account");
    json_stringf(&f.w, "6888%012lld", (long long)(applicant % 1000000000000));
    json_kbool(&f.w, "declared", true);
    json_kbool(&f.w, "authorised", true);
    json_object_end(&f.w);
    return s == OK ? json_parse(a, buf_span(&out), ret, d) : s;
}
