#include "unit.h"

#include "base/map.h"

static void puts_and_gets(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    struct map *m = map_new(a, 1);
    int one = 1, two = 2;
    assert_null(map_get(m, SPAN("k")));
    assert_true(map_put(m, SPAN("k"), &one));
    assert_true(map_put(m, SPAN("k"), &two));
    assert_int_equal(map_size(m), 1);
    assert_ptr_equal(map_get(m, SPAN("k")), &two);
    assert_true(map_put(m, SPAN(""), NULL));
    assert_true(map_has(m, SPAN("")));
    assert_null(map_get(m, SPAN("")));
    assert_false(map_has(m, span_bytes("k\0", 2)));
    assert_true(map_put(m, span_bytes("k\0", 2), &one));
    assert_ptr_equal(map_get(m, SPAN("k")), &two);
}

static void keys_are_copied_and_ordered(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    struct map *m = map_new(a, 7);
    static int values[5000];
    for (int i = 0; i < 5000; i++) {
        char key[16];
        snprintf(key, sizeof key, "键%d", i);
        assert_true(map_put(m, span_of(key), &values[i]));
        memset(key, 'x', sizeof key);
    }
    assert_int_equal(map_size(m), 5000);
    for (int i = 0; i < 5000; i++) {
        char key[16];
        snprintf(key, sizeof key, "键%d", i);
        assert_ptr_equal(map_get(m, span_of(key)), &values[i]);
        assert_true(span_is(map_key(m, (size_t)i), key));
        assert_ptr_equal(map_value(m, (size_t)i), &values[i]);
    }
}

/* Keys whose hashes agree in the low 12 bits fall into one slot of every table
 * smaller than 4,096. */
static void colliding_keys(void **state) {
    (void)state;
    enum { WANTED = 40 };
    AUTO(arena) struct arena *a = arena_new(0);
    struct map *m = map_new(a, 3);
    static char keys[WANTED][24];
    size_t found = 0;
    for (unsigned long i = 0; found < WANTED; i++) {
        snprintf(keys[found], sizeof keys[found], "%lu", i);
        if ((hash_bytes(span_of(keys[found]), 3) & 4095) == 17) {
            assert_true(map_put(m, span_of(keys[found]), keys[found]));
            found++;
        }
    }
    for (size_t i = 0; i < WANTED; i++)
        assert_ptr_equal(map_get(m, span_of(keys[i])), keys[i]);
    assert_false(map_has(m, SPAN("absent")));
    assert_int_equal(map_size(m), WANTED);
}

static void memory_ends(void **state) {
    (void)state;
    for (size_t room = 16; room < 6000; room += 48) {
        AUTO(arena) struct arena *a = arena_new(room);
        struct map *m = map_new(a, 0);
        if (!m)
            continue;
        int n = 0;
        char key[16];
        do
            snprintf(key, sizeof key, "%d", n++);
        while (map_put(m, span_of(key), &n));
        assert_int_equal(map_size(m), n - 1);
        for (int i = 0; i < n - 1; i++) {
            snprintf(key, sizeof key, "%d", i);
            assert_ptr_equal(map_get(m, span_of(key)), &n);
        }
    }
}

static void hash_depends_on_everything(void **state) {
    (void)state;
    assert_true(hash_bytes(SPAN("abc"), 1) != hash_bytes(SPAN("abc"), 2));
    assert_true(hash_bytes(SPAN("abcdefgh"), 1) != hash_bytes(SPAN("abcdefghi"), 1));
    assert_true(hash_bytes(SPAN(""), 1) != hash_bytes(span_bytes("\0", 1), 1));
    assert_true(hash_bytes(SPAN("abc"), 1) == hash_bytes(SPAN("abc"), 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(puts_and_gets), cmocka_unit_test(keys_are_copied_and_ordered),
        cmocka_unit_test(colliding_keys), cmocka_unit_test(memory_ends),
        cmocka_unit_test(hash_depends_on_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
