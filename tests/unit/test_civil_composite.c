/* Composite indexes: points, scores, ranks and how firm they are, by hand; parts that are not known everywhere; files that are wrong. */
#include "unit.h"

#include "civil/indicator/composite.h"

static struct arena *arena;
static int setup(void **state) { return (arena = arena_new(0)) ? 0 : 1; }
static int teardown(void **state) { arena = arena_free(arena); return 0; }

enum { PARTS = 2, ROWS = 3 };
static struct composite_part part[PARTS];
static struct dec weight[PARTS];
static struct composite_cell cells[ROWS][PARTS];
static struct composite_row row[ROWS];

/* Values of a: 0, 5, 10; of b (less is better, 0 is worth 100 and 4 is worth nothing): 4, 1, 3. */
static struct composite small(void) {
    static const int64_t a[ROWS] = {0, 5, 10}, b[ROWS] = {4, 1, 3};
    static const char *const code[ROWS] = {"01", "02", "03"};
    part[0] = (struct composite_part){.index = "x", .key = "a"};
    part[1] = (struct composite_part){.index = "x", .key = "b", .down = true, .bounded = true, .low = dec_int(0), .high = dec_int(4)};
    weight[0] = weight[1] = dec_int(1);
    for (int i = 0; i < ROWS; i++) {
        cells[i][0] = (struct composite_cell){.has = true, .value = dec_int(a[i])};
        cells[i][1] = (struct composite_cell){.has = true, .value = dec_int(b[i])};
        row[i] = (struct composite_row){.division = code[i], .name = code[i], .cell = cells[i]};
    }
    return (struct composite){.part = part, .parts = PARTS, .weight = weight, .row = row, .rows = ROWS, .spread = 25};
}

static void is(struct dec got, const char *want) {
    char text[DEC_TEXT_MAX];
    dec_text_short(dec_round(got, 4, DEC_HALF_UP), text);
    assert_string_equal(text, want);
}

static void by_hand(void **state) {
    struct diag d = {0};
    struct composite x = small();
    assert_int_equal(composite_rank(arena, &x, &d), OK);
    /* 01: 0 and 0; 02: 50 and 75; 03: 100 and 25.  The second and third tie at 62.5. */
    assert_string_equal(x.row[2].division, "01");
    is(x.row[0].score, "62.5");
    is(x.row[1].score, "62.5");
    is(x.row[2].score, "0");
    assert_int_equal(x.row[0].rank, 1);
    assert_int_equal(x.row[1].rank, 1);
    assert_int_equal(x.row[2].rank, 3);
    /* a at 1.25: 02 (62.5+75)/2.25 = 61.11, 03 (125+25)/2.25 = 66.67: 03 leads, 02 is second; at 0.75 the other way. */
    for (int i = 0; i < 2; i++) {
        assert_int_equal(x.row[i].best, 1);
        assert_int_equal(x.row[i].worst, 2);
    }
    assert_int_equal(x.row[2].best, 3);
    assert_int_equal(x.moves[0], 1);
    x = small();
    weight[0] = dec_int(3);
    x.spread = 0;
    assert_int_equal(composite_rank(arena, &x, &d), OK);
    assert_string_equal(x.row[0].division, "03"); /* (300+25)/4 = 81.25; (150+75)/4 = 56.25 */
    is(x.row[0].score, "81.25");
    is(x.row[1].score, "56.25");
    assert_int_equal(x.row[0].worst, 1);
    assert_int_equal(x.moves[0], 0);
}

static void not_known_is_not_nought(void **state) {
    struct diag d = {0};
    struct composite x = small();
    cells[2][0].has = false;
    assert_int_equal(composite_rank(arena, &x, &d), OK);
    assert_false(x.used[0]);
    assert_int_equal(x.without[0], 1);
    assert_string_equal(x.row[0].division, "02"); /* by b alone: 75, 25, 0 */
    is(x.row[0].score, "75");
    x = small();
    weight[0] = weight[1] = dec_int(0);
    assert_int_equal(composite_rank(arena, &x, &d), OK);
    assert_int_equal(x.row[0].rank, 0);
    x = small();
    x.rows = 0;
    assert_int_equal(composite_rank(arena, &x, &d), OK);
}

static void at_the_ends(void **state) {
    struct diag d = {0};
    struct composite x = small();
    cells[0][1].value = dec_int(9); /* beyond what is worth nothing */
    cells[1][1].value = dec_int(-3);
    for (int i = 0; i < ROWS; i++)
        cells[i][0].value = dec_int(7); /* all the same: nobody is behind */
    assert_int_equal(composite_rank(arena, &x, &d), OK);
    is(x.row[0].score, "100");
    is(x.row[1].score, "62.5");
    is(x.row[2].score, "50");
}

static void files(void **state) {
#define HEAD "index,index_zh,index_en,part,part_zh,part_en,group_zh,group_en,series,weight,better,low,high\n"
    struct indicator_definition known = {.key = "k", .unit = "%"};
    struct plans plans = {.definition = &known, .definition_count = 1};
    const struct composite_part *list = NULL;
    size_t n = 0;
    struct diag d = {0};
    const char *good = HEAD "i,指数,Index,a,甲,A,组,Group,definition:k,1.5,up,,\ni,,,b,乙,B,组,Group,definition:k,2,down,-1,4\n";
    assert_int_equal(composites_read(arena, span_of(good), &plans, &list, &n, &d), OK);
    assert_int_equal(n, 2);
    assert_string_equal(list[1].index_name_en, "Index");
    assert_string_equal(list[1].unit, "%");
    assert_true(list[1].bounded && list[1].down && !list[0].bounded);
    static const char *const bad[] = {
        "i,指数,Index,a,甲,A,组,G,definition:none,1,up,,\n", "i,指数,Index,a,甲,A,组,G,definition:k,0,up,,\n", "i,指数,Index,a,甲,A,组,G,definition:k,-1,up,,\n",
        "i,指数,Index,a,甲,A,组,G,definition:k,x,up,,\n", "i,指数,Index,a,甲,A,组,G,definition:k,1,more,,\n", "i,指数,Index,a,甲,A,组,G,definition:k,1,up,1,\n",
        "i,指数,Index,a,甲,A,组,G,definition:k,1,up,,1\n", "i,指数,Index,a,甲,A,组,G,definition:k,1,up,3,3\n", "i,,,a,甲,A,组,G,definition:k,1,up,,\n",
        "i,指数,Index,a,甲,A,组,G,definition:k,1,up,,\ni,,,a,乙,B,组,G,definition:k,1,up,,\n",
        "i,指数,Index,a,甲,A,组,G,definition:k,1,up,,\nj,别,Other,a,乙,B,组,G,definition:k,1,up,,\ni,,,c,丙,C,组,G,definition:k,1,up,,\n",
        "i,指数,Index,a,甲,A,组,G,k,1,up,,\n",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag why = {0};
        char text[1024];
        snprintf(text, sizeof text, HEAD "%s", bad[i]);
        if (composites_read(arena, span_of(text), &plans, &list, &n, &why) != E_INPUT)
            fail_msg("taken: %s", bad[i]);
        assert_string_equal(why.code, "plan.file");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(not_known_is_not_nought), cmocka_unit_test(at_the_ends), cmocka_unit_test(files)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
