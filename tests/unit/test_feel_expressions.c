/* Every expression under tests/feel has the value written below it. */
#include "unit.h"

#include "feel/feel.h"

#include <dirent.h>

static unsigned checked, wrong;

static void check(const char *file, struct span text, struct span want) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct feel_notes notes = {0};
    struct feel_env env;
    struct feel_value v;
    struct diag d = {0};
    BUF_AUTO got;
    buf_init(&got, 0);
    feel_env_init(&env, a, &notes);
    if (feel_eval_text(&env, text, NULL, &v, &d) != OK) {
        buf_addf(&got, "!! %s", d.code);
    } else {
        buf_adds(&got, "= ");
        feel_text(&got, &v, true);
        if (feel_is_null(v) && notes.count && memmem(want.at, want.size, "! ", 2))
            buf_addf(&got, " ! %s", notes.note[0].code);
    }
    checked++;
    if (!span_eq(buf_span(&got), want)) {
        wrong++;
        print_error("%s: %.*s\n  want %.*s\n  got  %s\n", file, SPAN_ARG(text), SPAN_ARG(want), buf_str(&got));
    }
}

static void check_file(const char *path, const char *name) {
    char line[4096], text[4096] = "";
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '#' || line[0] == 0)
            continue;
        if (memcmp(line, "= ", 2) == 0 || memcmp(line, "!! ", 3) == 0) {
            assert_true(text[0]);
            check(name, span_of(text), span_of(line));
            text[0] = 0;
        } else {
            assert_false(text[0]);
            memcpy(text, line, sizeof text);
        }
    }
    assert_false(text[0]);
    fclose(f);
}

static void test_expressions(void **state) {
    (void)state;
    char folder[512], path[1024];
    const char *root = getenv("SOURCE_ROOT");
    snprintf(folder, sizeof folder, "%s/tests/feel", root ? root : ".");
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        size_t n = strlen(e->d_name);
        if (n < 6 || strcmp(e->d_name + n - 5, ".feel") != 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        check_file(path, e->d_name);
    }
    closedir(dir);
    assert_true(checked > 80);
    assert_int_equal(0, wrong);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_expressions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
