/* What the register knows goes into the form without numbers, and comes back with them. */
#include "case_world.h"

#include "tlog/receipt.h"

static struct made family[3];

/* The applicant is the wife; the register's head is her husband. */
static void a_family(void) {
    struct made m[] = {{"张试一", 1979, 3, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"李试二", 1981, 6, 9, false, "配偶", FACTS("有配偶", "灵活就业"), 0, ""},
        {"张小试", 2015, 5, 5, true, "子女", FACTS("未婚", "学生"), 0, ""}};
    b.household = household(m, 3, "{\"货币财产\":3000}", NULL);
    memcpy(family, m, sizeof family);
    b.person = m[1].id;
    b.resident = resident_of(b.person, "li");
}

struct asked { const struct actor *who; const char *matter; struct buf text; };
static enum status ask_known(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    struct access *access = NULL;
    struct json_writer w;
    buf_init(&x->text, 0);
    json_begin(&w, &x->text, false);
    enum status s = access_begin(txn_arena(t), x->who, NULL, x->who->person ? "self" : "counter_application", 0, 0, &access, d);
    return s == OK ? case_known_json(&b.civil, t, access, x->who, DISTRICT, b.person, x->matter, &w, d) : s;
}

static const struct json *known_answers(const struct actor *who) {
    struct asked x = {who, "dibao", {0}};
    const struct json *j = NULL;
    must(store_read(b.civil.store, ask_known, &x, &b.d));
    for (size_t i = 0; i < ARRAY_LEN(family); i++)
        if (family[i].number[0])
            assert_null(strstr(buf_str(&x.text), family[i].number));
    must(json_parse(b.arena, span_of(arena_dup(b.arena, buf_span(&x.text))), &j, &b.d));
    buf_release(&x.text);
    return json_get(j, "answers");
}

static const struct json *text(const char *s) { return json_new_string(b.arena, span_of(s)); }

static void goes_out_without_numbers(void **state) {
    CASE_WORLD;
    a_family();
    const struct json *known = known_answers(&b.resident), *members = json_get(known, "members");
    char wanted[64], masked[19];
    citizen_mask(family[1].number, masked);
    snprintf(wanted, sizeof wanted, "register/%lld/%s", (long long)family[1].id, masked);
    assert_string_equal(json_str(known, "applicant_name", ""), "李试二");
    assert_string_equal(json_str(known, "applicant_idnum", ""), wanted);
    assert_string_equal(json_str(known, "applicant_hukou", ""), "本市");
    assert_string_equal(json_str(known, "applicant_marital", ""), "有配偶");
    assert_int_equal(json_get(known, "lives_alone")->type, JSON_FALSE);
    assert_int_equal(members->size, 2);
    assert_string_equal(json_str(members->item[0], "name", ""), "张试一");
    assert_string_equal(json_str(members->item[0], "relation", ""), "配偶");
    assert_string_equal(json_str(members->item[1], "relation", ""), "子女");
    /* what she must tell herself is not there */
    static const char *const asked[] = {"applicant_phone", "applicant_no_income", "money", "applicant_ill", "bank_account", "declared", "authorised"};
    for (size_t i = 0; i < ARRAY_LEN(asked); i++)
        assert_null(json_get(known, asked[i]));
    struct actor other = resident_of(family[0].id, "zhang");
    struct asked none[] = {{&b.resident, "nothing", {0}}, {&b.stranger, "dibao", {0}}, {&other, "dibao", {0}}};
    refused(store_read(b.civil.store, ask_known, &none[0], &b.d), E_NOT_FOUND, "case.no_matter");
    refused(store_read(b.civil.store, ask_known, &none[1], &b.d), E_NOT_FOUND, "register.person");
    refused(store_read(b.civil.store, ask_known, &none[2], &b.d), E_FORBIDDEN, "case.residents_only");
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        buf_release(&none[i].text);
}

/* The whole form, its numbers as the register's page had given them. */
static const struct json *with_references(void) {
    const struct json *form = form_data(false), *known = known_answers(&b.resident), *members = json_get(form, "members");
    const struct json *row[2];
    for (size_t i = 0; i < 2; i++)
        row[i] = json_with(b.arena, members->item[i], "idnum", json_get(json_get(known, "members")->item[i], "idnum"));
    form = json_with(b.arena, form, "members", json_new_array(b.arena, row, 2));
    return json_with(b.arena, form, "applicant_idnum", json_get(known, "applicant_idnum"));
}

struct own_reading { int64_t id; struct buf text; struct span receipt; int64_t entry; };
static enum status read_own(struct txn *t, void *arg, struct diag *d) {
    struct own_reading *x = arg;
    struct access *access = NULL;
    struct json_writer w;
    int64_t version;
    buf_init(&x->text, 0);
    json_begin(&w, &x->text, false);
    enum status s = access_begin(txn_arena(t), &b.resident, NULL, "self", 0, 0, &access, d);
    return s == OK ? case_json(&b.civil, t, access, &b.resident, x->id, &w, &version, d) : s;
}
static enum status prove(struct txn *t, void *arg, struct diag *d) {
    struct own_reading *x = arg;
    return case_receipt(&b.civil, t, &b.resident, x->entry, b.arena, &x->receipt, d);
}

static void comes_back_with_them(void **state) {
    CASE_WORLD;
    a_family();
    struct case_ref r;
    int64_t n;
    bool fresh;
    must(apply_as(&b.resident, "portal", with_references(), "key", &r));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_party WHERE case_id = %lld AND party = 'member' AND person_district > 0 AND person IN (%lld, %lld)", (long long)r.id,
                         (long long)family[0].id, (long long)family[2].id), 2);
    /* each was looked at by number, and both looks are on record */
    assert_true(ask("SELECT COUNT(*) FROM access_subject WHERE person = %lld", (long long)family[0].id) >= 2);
    struct own_reading x = {.id = r.id, .entry = r.entry};
    must(store_read(b.civil.store, read_own, &x, &b.d));
    must(tlog_sequence(b.civil.store, &n, &b.d));
    struct tlog_keys keys = {b.civil.log_origin, b.ed25519, b.sm2};
    must(tlog_checkpoint_make(b.civil.store, &keys, &fresh, &b.d));
    must(store_read(b.civil.store, prove, &x, &b.d));
    assert_non_null(strstr(buf_str(&x.text), "form_data"));
    struct tlog_receipt receipt;
    must(tlog_receipt_read(b.arena, x.receipt, &receipt, &b.d));
    BUF_AUTO opened;
    buf_init(&opened, 0);
    for (size_t i = 0; i < receipt.opening_count; i++)
        json_canonical(&opened, receipt.opening[i].value);
    assert_non_null(strstr(buf_str(&opened), "register/"));
    for (size_t i = 0; i < ARRAY_LEN(family); i++) {
        assert_null(strstr(buf_str(&x.text), family[i].number));
        assert_null(strstr(buf_str(&opened), family[i].number));
    }
    buf_release(&x.text);
    /* the same again is the same application */
    struct case_ref again;
    must(apply_as(&b.resident, "portal", with_references(), "key", &again));
    assert_true(again.id == r.id);
}

static void only_for_the_own_household(void **state) {
    CASE_WORLD;
    a_family();
    const struct json *good = with_references(), *errors = NULL;
    struct made other[] = {{"王试五", 1970, 1, 1, false, "本人", FACTS("未婚", "无业"), 0, ""}};
    household(other, 1, "{\"货币财产\":1}", NULL);
    char strange[64];
    snprintf(strange, sizeof strange, "register/%lld/110102********0013", (long long)other[0].id);
    const char *const bad[] = {strange, "register/", "register/0/110102********0013", "register/1", "register/-1/110102********0013", "register/99999999999999999999/x",
        "register/9223372036854775807/x", "register//", "register/12a/x", "REGISTER/1/x", "110102********0013"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct json *members = json_get(good, "members");
        const struct json *row[2] = {json_with(b.arena, members->item[0], "idnum", text(bad[i])), members->item[1]};
        struct application ap = {.matter = "dibao", .channel = "portal", .data = json_with(b.arena, good, "members", json_new_array(b.arena, row, 2)),
            .applicant_district = DISTRICT, .applicant = b.person};
        struct case_ref r;
        refused(case_apply(&b.civil, b.arena, &b.resident, &ap, &r, &errors, &b.d), E_INPUT, "case.form");
        assert_int_equal(errors->size, 1);
        assert_string_equal(json_str(errors->item[0], "path", ""), "members[0].idnum");
        assert_null(strstr(json_str(errors->item[0], "message", ""), other[0].number));
    }
    /* nor for an officer of another place: it is as if nobody were registered */
    struct application ap = {.matter = "dibao", .channel = "counter", .data = good, .applicant_district = DISTRICT, .applicant = b.person};
    struct case_ref r;
    refused(case_apply(&b.civil, b.arena, &b.stranger, &ap, &r, &errors, &b.d), E_NOT_FOUND, "register.person");
    /* a number in another field stays a word */
    const struct json *name = json_with(b.arena, good, "applicant_name", text("register/1/x"));
    ap = (struct application){.matter = "dibao", .channel = "portal", .data = name, .applicant_district = DISTRICT, .applicant = b.person};
    must(case_apply(&b.civil, b.arena, &b.resident, &ap, &r, &errors, &b.d));
}

/* At the counter: the same answers for an officer of the place, the same numbers put in, every look under his name. */
static void at_the_counter(void **state) {
    CASE_WORLD;
    a_family();
    assert_true(json_same(known_answers(&b.clerk), known_answers(&b.resident)));
    struct made other[] = {{"王试五", 1970, 1, 1, false, "本人", FACTS("未婚", "无业"), 0, ""}};
    household(other, 1, "{\"货币财产\":1}", NULL);
    const struct json *good = with_references(), *members = json_get(good, "members"), *errors = NULL;
    char neighbour[64];
    snprintf(neighbour, sizeof neighbour, "register/%lld/110102********0013", (long long)other[0].id);
    const struct json *row[2] = {json_with(b.arena, members->item[0], "idnum", text(neighbour)), members->item[1]};
    struct application ap = {.matter = "dibao", .channel = "counter", .data = json_with(b.arena, good, "members", json_new_array(b.arena, row, 2)),
        .applicant_district = DISTRICT, .applicant = b.person};
    struct case_ref r;
    refused(case_apply(&b.civil, b.arena, &b.clerk, &ap, &r, &errors, &b.d), E_INPUT, "case.form");
    assert_int_equal(errors->size, 1);
    ap.data = good;
    must(case_apply(&b.civil, b.arena, &b.clerk, &ap, &r, &errors, &b.d));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_party WHERE case_id = %lld AND party = 'member' AND person_district > 0 AND person IN (%lld, %lld)", (long long)r.id,
                         (long long)family[0].id, (long long)family[2].id), 2);
    assert_true(ask("SELECT COUNT(*) FROM access_entry e JOIN access_subject s ON s.access_id = e.id WHERE e.account = %lld AND e.purpose = 'counter_application' AND s.person = %lld",
                    (long long)b.clerk.account, (long long)family[0].id) >= 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM access_entry WHERE account = %lld AND purpose <> 'counter_application'", (long long)b.clerk.account), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(goes_out_without_numbers),
        CASE_TEST(comes_back_with_them),
        CASE_TEST(only_for_the_own_household),
        CASE_TEST(at_the_counter),
    };
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
