#include "unit.h"

#include "base/vec.h"

static void aligned_and_zero(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xff, n);
    }
}

static void ceiling(void **state) {
    (void)state;
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(1000);
    assert_non_null(arena_alloc(a, 600));
    size_t used = arena_used(a);
    assert_null(arena_alloc(a, 600));
    assert_int_equal(arena_used(a), used); /* a refusal takes nothing */
    assert_non_null(arena_alloc(a, 300));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_alloc(a, SIZE_MAX - 8));
    assert_null(arena_array(a, SIZE_MAX / 2, 3));
    assert_null(arena_dup(a, span_bytes("x", SIZE_MAX)));
    assert_int_equal(arena_full(&d), E_LIMIT);
    assert_string_equal(d.code, "base.memory");
}

static void every_allocation_can_be_the_last(void **state) {
    (void)state;
    for (size_t room = 1; room < 200; room++) {
        AUTO(arena) struct arena *a = arena_new(room);
        size_t n = 0;
        while (arena_alloc(a, 16))
            n++;
        assert_int_equal(n, room / 16);
    }
}

static void mark_and_rewind(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    struct arena_mark empty = arena_mark(a);
    char *kept = arena_dup(a, SPAN("kept"));
    struct arena_mark mark = arena_mark(a);
    size_t used = arena_used(a);
    for (int i = 0; i < 100; i++)
        memset(arena_alloc(a, 5000), 1, 5000);
    arena_rewind(a, mark);
    assert_int_equal(arena_used(a), used);
    assert_string_equal(kept, "kept");
    char *again = arena_alloc(a, 64);
    for (int i = 0; i < 64; i++)
        assert_int_equal(again[i], 0);
    arena_rewind(a, empty);
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, 10));
    arena_reset(a);
    arena_reset(a);
    assert_int_equal(arena_used(a), 0);
    assert_non_null(arena_alloc(a, 100000));
}

static void rewinding_gives_the_ceiling_back(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(10000);
    struct arena_mark mark = arena_mark(a);
    for (int i = 0; i < 1000; i++) {
        assert_non_null(arena_alloc(a, 9000));
        arena_rewind(a, mark);
    }
}

static void text(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    assert_string_equal(arena_printf(a, "%s-%d", "民", 7), "民-7");
    assert_string_equal(arena_dup(a, (struct span){NULL, 0}), "");
    char *long_text = arena_printf(a, "%*d", 9999, 1);
    assert_int_equal(strlen(long_text), 9999);
    assert_null(arena_free(NULL));
}

static void vectors(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    VEC(int) heap = {0}, in = {0};
    for (int i = 0; i < 1000; i++) {
        int *x = vec_push(&heap), *y = vec_push_in(a, &in);
        assert_non_null(x);
        assert_non_null(y);
        assert_int_equal(*x, 0);
        *x = *y = i;
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(heap.at[i], i);
        assert_int_equal(in.at[i], i);
    }
    vec_release(&heap);
    assert_int_equal(heap.size, 0);
    AUTO(arena) struct arena *small = arena_new(256);
    VEC(int) full = {0};
    while (vec_push_in(small, &full))
        ;
    assert_true(full.size >= 8 && full.size <= 64);
    assert_int_equal(full.size, full.room);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aligned_and_zero), cmocka_unit_test(ceiling),
        cmocka_unit_test(every_allocation_can_be_the_last), cmocka_unit_test(mark_and_rewind),
        cmocka_unit_test(rewinding_gives_the_ceiling_back), cmocka_unit_test(text),
        cmocka_unit_test(vectors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
