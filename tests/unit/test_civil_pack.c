/* Broken packs: each is refused with the path of the file that is wrong. */
#include "unit.h"

#include "base/message.h"
#include "civil/pack/pack.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) { return remove(path); }

static void make_file(const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/packs/%s", root, name);
    for (char *p = path + strlen(root) + 1; (p = strchr(p, '/')); p++) {
        *p = 0;
        mkdir(path, 0700);
        *p = '/';
    }
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

#define PARAMETERS "name,value,unit,valid_from,valid_to,citation,confidence,owner,review_by,note_zh,note_en\n"
#define ORGANS "matter,level,power,organ_zh,organ_en,in_name_of_zh,in_name_of_en,seal_zh,seal_en,valid_from,valid_to,citation,confidence,note_zh,note_en\n"
#define MATTER "{\"id\":\"m\",\"scheme\":\"s\",\"decisions\":[{\"file\":\"d.dmn\",\"valid_from\":\"2019-01-01\"},{\"file\":\"e.dmn\",\"valid_from\":\"2020-01-01\"}]," \
    "\"processes\":[{\"file\":\"p.bpmn\",\"valid_from\":\"2019-01-01\"}]}"

static const char *const whole[][2] = {
    {"vocabulary.csv", "entity,name,type,codes_or_unit,meaning_zh,meaning_en,absent,asked_after,entries,obtained\n"},
    {"a/pack.json", "{\"id\":\"a\"}"},
    {"a/parameters.csv", PARAMETERS "x,1,元,2019-01-01,2019-12-31,c,looked-up,o,,,\nx,2,元,2020-01-01,,c,general-knowledge-to-confirm,o,,,\n"},
    {"a/organs.csv", ORGANS "m,district,statutory,局,B,局,B,章,S,2019-01-01,,c,looked-up,,\n"},
    {"a/registers/income.json", "{\"name\":\"income\"}"},
    {"a/matters/m/matter.json", MATTER}, {"a/matters/m/form.json", "{}"}, {"a/matters/m/form.en.json", "{}"},
    {"a/matters/m/d.dmn", "<d/>"}, {"a/matters/m/e.dmn", "<e/>"}, {"a/matters/m/p.bpmn", "<p/>"},
    {"a/matters/m/notices/approval.json", "{\"kind\":\"approval\"}"},
};

static void make_whole(void) {
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    mkdir(root, 0700);
    for (size_t i = 0; i < ARRAY_LEN(whole); i++)
        make_file(whole[i][0], whole[i][1]);
}

static enum status load(struct packs **ret, struct diag *d) {
    char dir[128];
    snprintf(dir, sizeof dir, "%s/packs", root);
    diag_clear(d);
    return packs_load(dir, ret, d);
}

static int set_up(void **state) {
    snprintf(root, sizeof root, "test-pack-XXXXXX");
    return mkdtemp(root) ? 0 : -1;
}
static int tear_down(void **state) {
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return 0;
}

static void a_whole_pack_answers_by_day(void **state) {
    struct diag d = {0};
    AUTO(packs) struct packs *p = NULL;
    make_whole();
    expect_ok(load(&p, &d), &d);
    assert_int_equal(packs_count(p), 1);
    const struct matter *m = packs_matter(p, "m");
    assert_non_null(m);
    assert_null(packs_matter(p, "n"));
    assert_null(pack_file_on(m->decision, m->decision_count, date_from_ymd(2018, 12, 31)));
    assert_string_equal(pack_file_on(m->decision, m->decision_count, date_from_ymd(2019, 12, 31))->name, "d.dmn");
    assert_string_equal(pack_file_on(m->decision, m->decision_count, date_from_ymd(2020, 1, 1))->name, "e.dmn");
    assert_string_equal(packs_parameter(p, "x", date_from_ymd(2019, 12, 31))->value, "1");
    assert_true(packs_parameter(p, "x", date_from_ymd(2020, 1, 1))->to_confirm);
    assert_null(packs_parameter(p, "x", date_from_ymd(2018, 1, 1)));
    assert_string_equal(packs_organ(p, "m", date_from_ymd(2024, 1, 1))->name, "局");
    assert_null(packs_organ(p, "m", date_from_ymd(2018, 1, 1)));
    assert_string_equal(json_str(matter_notice(m, "approval"), "kind", ""), "approval");
    assert_null(matter_notice(m, "refusal"));
}

static void broken_packs(void **state) {
    static const struct { const char *file, *text /* NULL: missing */, *code, *path; } bad[] = {
        {"vocabulary.csv", NULL, "pack.file", "vocabulary.csv"},
        {"a/pack.json", NULL, "pack.file", "a/pack.json"},
        {"a/pack.json", "{", "json.unfinished", "a/pack.json"},
        {"a/pack.json", "[]", "pack.not_object", "a/pack.json"},
        {"a/pack.json", "{\"id\":\"b\"}", "pack.id", "a/pack.json"},
        {"a/pack.json", "{\"id\":\"a\xff\"}", "json.utf8", "a/pack.json"},
        {"a/parameters.csv", "", "csv.empty", "a/parameters.csv"},
        {"a/parameters.csv", "name,value\n", "csv.header", "a/parameters.csv"},
        {"a/parameters.csv", PARAMETERS "x,1\n", "csv.columns", "a/parameters.csv"},
        {"a/parameters.csv", PARAMETERS "x,,元,2019-01-01,,c,looked-up,o,,,\n", "pack.parameter", "a/parameters.csv"},
        {"a/parameters.csv", PARAMETERS "x,1,元,2019-02-30,,c,looked-up,o,,,\n", "date.impossible", "a/parameters.csv"},
        {"a/parameters.csv", PARAMETERS "x,1,元,2019-01-01,,,looked-up,o,,,\n", "pack.parameter", "a/parameters.csv"},
        {"a/parameters.csv", PARAMETERS "x,1,元,2019-01-01,2018-01-01,c,looked-up,o,,,\n", "pack.parameter_dates", "a/parameters.csv"},
        {"a/parameters.csv", PARAMETERS "x,1,元,2019-01-01,,c,looked-up,o,,,\nx,2,元,2020-01-01,,c,looked-up,o,,,\n", "pack.parameter_dates", "a/parameters.csv"},
        {"a/organs.csv", ORGANS "m,district,statutory,局,B,局,B,,S,2019-01-01,,c,looked-up,,\n", "pack.organ", "a/organs.csv"},
        {"a/organs.csv", "matter\nm\n", "csv.header", "a/organs.csv"},
        {"a/registers/income.json", "nonsense", "json.syntax", "a/registers/income.json"},
        {"a/registers/income.json", "{\"name\":\"other\"}", "pack.register_name", "a/registers/income.json"},
        {"a/matters/m/matter.json", NULL, "pack.file", "a/matters/m/matter.json"},
        {"a/matters/m/matter.json", "{\"id\":\"m\"}", "pack.no_files", "a/matters/m"},
        {"a/matters/m/matter.json", "{\"id\":\"\"}", "pack.matter", "a/matters/m/matter.json"},
        {"a/matters/m/matter.json", "{\"id\":\"m\",\"decisions\":[{\"file\":\"d.dmn\",\"valid_from\":\"soon\"}]}", "date.syntax", "a/matters/m/matter.json"},
        {"a/matters/m/matter.json", "{\"id\":\"m\",\"decisions\":[{\"file\":\"../../pack.json\",\"valid_from\":\"2019-01-01\"}]}", "pack.file_name", "../../pack.json"},
        {"a/matters/m/matter.json", "{\"id\":\"m\",\"decisions\":[{\"file\":\"e.dmn\",\"valid_from\":\"2020-01-01\"},{\"file\":\"d.dmn\",\"valid_from\":\"2019-01-01\"}]}", "pack.order", "d.dmn"},
        {"a/matters/m/d.dmn", NULL, "pack.file", "a/matters/m/d.dmn"},
        {"a/matters/m/p.bpmn", NULL, "pack.file", "a/matters/m/p.bpmn"},
        {"a/matters/m/form.json", NULL, "pack.file", "a/matters/m/form.json"},
        {"a/matters/m/form.en.json", "{\"a\":1,\"a\":2}", "json.duplicate_key", "a/matters/m/form.en.json"},
        {"a/matters/m/notices/approval.json", "{]", "json.syntax", "a/matters/m/notices/approval.json"},
        {"b/pack.json", "{\"id\":\"b\"", "json.unfinished", "b/pack.json"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        struct packs *p = NULL;
        make_whole();
        char path[256];
        snprintf(path, sizeof path, "%s/packs/%s", root, bad[i].file);
        if (bad[i].text)
            make_file(bad[i].file, bad[i].text);
        else
            unlink(path);
        if (load(&p, &d) == OK || strcmp(d.code, bad[i].code) != 0)
            fail_msg("%zu %s: %s", i, bad[i].file, d.code);
        assert_null(p);
        BUF_AUTO text;
        buf_init(&text, 0);
        message_render(&text, LANG_ZH, &d);
        if (!strstr(buf_str(&text), bad[i].path))
            fail_msg("%zu: '%s' does not name %s", i, buf_str(&text), bad[i].path);
    }
    struct diag d = {0};
    struct packs *p = NULL;
    make_whole();
    make_file("b/pack.json", "{\"id\":\"b\"}");
    make_file("b/matters/m/matter.json", MATTER);
    make_file("b/matters/m/form.json", "{}");
    make_file("b/matters/m/form.en.json", "{}");
    expect_fail(load(&p, &d), &d, E_INPUT, "pack.matter"); /* two packs, one matter */
    expect_fail(packs_load("nowhere", &p, &d), &d, E_INPUT, "pack.file");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_whole_pack_answers_by_day, set_up, tear_down),
        cmocka_unit_test_setup_teardown(broken_packs, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
