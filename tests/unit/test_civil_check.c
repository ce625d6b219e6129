/* check-store: a sound store has no finding; what is broken is said in the
 * language asked for, with the number of the thing. */
#include "../support/civil_world.h"

#include "civil/check/check.h"

static void found(struct world *w, enum lang l, struct buf *out, int count) {
    int n = 0;
    buf_clear(out);
    expect_ok(check_store(&w->civil, l, out, &n, &w->f->diag), &w->f->diag);
    if (n != count)
        fail_msg("%d findings: %s", n, buf_str(out));
}

static void findings_are_sentences_of_both_languages(void **state) {
    FIXTURE(f);
    struct world w;
    BUF_AUTO out;
    buf_init(&out, 0);
    world_open(&w, f);
    world_person(&w, "王", 1);
    found(&w, LANG_ZH, &out, 0);
    assert_string_equal("", buf_str(&out));
    must_run(f, "UPDATE person_record SET superseded_at = recorded_at + 1");
    found(&w, LANG_EN, &out, 2); /* and the row is not what the log says of it */
    assert_non_null(strstr(buf_str(&out), " has no current record\n"));
    assert_null(strchr(buf_str(&out), '{'));
    found(&w, LANG_ZH, &out, 2);
    assert_non_null(strstr(buf_str(&out), "没有现行的登记\n"));
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(findings_are_sentences_of_both_languages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
