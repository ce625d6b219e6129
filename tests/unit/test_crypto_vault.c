#include "unit.h"

#include "base/buf.h"
#include "crypto/vault.h"

#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

static struct diag diag;
static char folder[64], file[128];

static int set_up(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "vault-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(file, sizeof file, "%s/key", folder);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    unlink(file);
    return rmdir(folder);
}

static void write_file(const char *text, mode_t mode) {
    unlink(file);
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    assert_int_equal(chmod(file, mode), 0);
}

#define KEY_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_B "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1eff\n"

static struct vault *vault_with(const char *text) {
    write_file(text, 0600);
    struct vault *v = NULL;
    expect_ok(vault_open(file, &v, &diag), &diag);
    return v;
}

/* GB/T 32907-2016 appendix A example 1: one block, in counter mode as the key
 * stream of that block. */
static void sm4_vector(void **state) {
    (void)state;
    uint8_t key[16], wanted[16], out[16] = {0};
    size_t n;
    int size = 0;
    assert_true(hex_decode(SPAN("0123456789abcdeffedcba9876543210"), key, 16, &n));
    assert_true(hex_decode(SPAN("681edf34d206965e86b3e94f536e4246"), wanted, 16, &n));
    static const uint8_t zero[16];
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_EncryptInit_ex2(c, EVP_sm4_ctr(), key, key, NULL), 1);
    assert_int_equal(EVP_EncryptUpdate(c, out, &size, zero, 16), 1);
    EVP_CIPHER_CTX_free(c);
    assert_memory_equal(out, wanted, 16);
}

static void opens_what_it_sealed(void **state) {
    (void)state;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    AUTO(arena) struct arena *a = arena_new(0);
    static char text[3000];
    memset(text, 'x', sizeof text);
    text[5] = '\0';
    for (size_t n = 0; n <= sizeof text; n = n * 2 + 1) {
        struct span sealed, plain;
        expect_ok(vault_seal(v, span_bytes(text, n), SPAN("place"), a, &sealed, &diag), &diag);
        assert_int_equal(sealed.size, n + 53);
        if (n > 8)
            assert_null(memmem(sealed.at, sealed.size, "xxxxxx", 6));
        expect_ok(vault_unseal(v, sealed, SPAN("place"), a, &plain, &diag), &diag);
        assert_true(span_eq(plain, span_bytes(text, n)));
    }
}

static void equal_values_look_different(void **state) {
    (void)state;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    AUTO(arena) struct arena *a = arena_new(0);
    struct span one, two;
    expect_ok(vault_seal(v, SPAN("110101"), SPAN("p"), a, &one, &diag), &diag);
    expect_ok(vault_seal(v, SPAN("110101"), SPAN("p"), a, &two, &diag), &diag);
    assert_false(span_eq(one, two));
}

static void every_byte_is_authenticated(void **state) {
    (void)state;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    AUTO(arena) struct arena *a = arena_new(0);
    struct span sealed, plain;
    expect_ok(vault_seal(v, SPAN("11010119491231002X"), SPAN("p"), a, &sealed, &diag), &diag);
    char *copy = arena_dup(a, sealed);
    for (size_t i = 0; i < sealed.size; i++)
        for (int bit = 0; bit < 8; bit++) {
            copy[i] ^= (char)(1 << bit);
            expect_fail(vault_unseal(v, span_bytes(copy, sealed.size), SPAN("p"), a, &plain, &diag),
                &diag, E_CORRUPT, "vault.authentication");
            copy[i] ^= (char)(1 << bit);
        }
    for (size_t n = 0; n < sealed.size; n++)
        expect_fail(vault_unseal(v, span_bytes(copy, n), SPAN("p"), a, &plain, &diag),
            &diag, E_CORRUPT, "vault.authentication");
    expect_ok(vault_unseal(v, span_bytes(copy, sealed.size), SPAN("p"), a, &plain, &diag), &diag);
}

static void a_moved_value_does_not_open(void **state) {
    (void)state;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    AUTO(arena) struct arena *a = arena_new(0);
    struct span sealed, plain;
    expect_ok(vault_seal(v, SPAN("x"), SPAN("person.id_number|110102|1"), a, &sealed, &diag), &diag);
    static const char *const elsewhere[] = {"person.id_number|110102|2", "person.id_number|110102|1 ", "", "person.phone|110102|1"};
    for (size_t i = 0; i < ARRAY_LEN(elsewhere); i++)
        expect_fail(vault_unseal(v, sealed, span_of(elsewhere[i]), a, &plain, &diag), &diag, E_CORRUPT, "vault.authentication");
}

static void another_key_does_not_open(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    struct span sealed, plain;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    expect_ok(vault_seal(v, SPAN("x"), SPAN("p"), a, &sealed, &diag), &diag);
    AUTO(vault) struct vault *w = vault_with(KEY_B);
    expect_fail(vault_unseal(w, sealed, SPAN("p"), a, &plain, &diag), &diag, E_CORRUPT, "vault.authentication");
}

static void rotation_keeps_the_old(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    AUTO(vault) struct vault *before = vault_with("# first\n" KEY_A);
    struct span old, fresh, plain, wrapped;
    struct person_key pk, unwrapped;
    expect_ok(vault_seal(before, SPAN("old"), SPAN("p"), a, &old, &diag), &diag);
    expect_ok(vault_person_key_new(before, SPAN("p"), a, &pk, &wrapped, &diag), &diag);
    assert_true(vault_is_current(before, old));
    struct hash b = vault_blind(before, "id_number", SPAN("x"));
    expect_fail(vault_rotate(file, &diag), &diag, E_BUSY, "vault.in_use");
    before = vault_free(before);
    expect_ok(vault_rotate(file, &diag), &diag);
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);

    AUTO(vault) struct vault *after = NULL;
    expect_ok(vault_open(file, &after, &diag), &diag);
    assert_false(vault_is_current(after, old));
    assert_false(vault_is_current(after, wrapped));
    expect_ok(vault_unseal(after, old, SPAN("p"), a, &plain, &diag), &diag);
    assert_true(span_is(plain, "old"));
    expect_ok(vault_person_key_unwrap(after, wrapped, SPAN("p"), &unwrapped, &diag), &diag);
    assert_memory_equal(&pk, &unwrapped, sizeof pk);
    expect_ok(vault_seal(after, SPAN("new"), SPAN("p"), a, &fresh, &diag), &diag);
    assert_true(vault_is_current(after, fresh));
    struct hash c = vault_blind(after, "id_number", SPAN("x"));
    assert_true(hash_eq(&b, &c));
}

static void renewed_and_retired(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    AUTO(vault) struct vault *v = vault_with("# first\r\n" KEY_A "\n" KEY_B "# second");
    struct span old, renewed, again, plain, wrapped, rewrapped;
    struct person_key pk, unwrapped;
    char name[2][VAULT_KEY_NAME_MAX];
    struct hash blind = vault_blind(v, "id_number", SPAN("x"));
    assert_int_equal(vault_key_count(v), 2);
    vault_key_name(v, 0, name[0]);
    vault_key_name(v, 1, name[1]);
    assert_string_not_equal(name[0], name[1]);
    v = vault_free(v);
    v = vault_with(KEY_A);
    expect_ok(vault_seal(v, SPAN("old"), SPAN("p"), a, &old, &diag), &diag);
    expect_ok(vault_person_key_new(v, SPAN("k"), a, &pk, &wrapped, &diag), &diag);
    v = vault_free(v);
    v = vault_with("# first\r\n" KEY_A "\n" KEY_B "# second");
    expect_ok(vault_renew(v, old, SPAN("p"), a, &renewed, &diag), &diag);
    expect_ok(vault_renew(v, wrapped, SPAN("k"), a, &rewrapped, &diag), &diag);
    assert_true(vault_is_current(v, renewed) && vault_is_current(v, rewrapped));
    expect_ok(vault_renew(v, renewed, SPAN("p"), a, &again, &diag), &diag);
    assert_ptr_equal(again.at, renewed.at);
    expect_fail(vault_renew(v, old, SPAN("q"), a, &again, &diag), &diag, E_CORRUPT, "vault.authentication");
    expect_fail(vault_renew(v, wrapped, SPAN("p"), a, &again, &diag), &diag, E_CORRUPT, "vault.authentication");
    expect_fail(vault_renew(v, SPAN("short"), SPAN("p"), a, &again, &diag), &diag, E_CORRUPT, "vault.authentication");
    expect_ok(vault_retire(file, &diag), &diag); /* while it is open */
    v = vault_free(v);
    for (int round = 0; round < 2; round++) { /* twice does no harm */
        expect_ok(vault_open(file, &v, &diag), &diag);
        assert_int_equal(vault_key_count(v), 1);
        expect_ok(vault_unseal(v, renewed, SPAN("p"), a, &plain, &diag), &diag);
        assert_true(span_is(plain, "old"));
        expect_ok(vault_person_key_unwrap(v, rewrapped, SPAN("k"), &unwrapped, &diag), &diag);
        assert_memory_equal(&pk, &unwrapped, sizeof pk);
        expect_fail(vault_unseal(v, old, SPAN("p"), a, &plain, &diag), &diag, E_CORRUPT, "vault.authentication");
        struct hash still = vault_blind(v, "id_number", SPAN("x"));
        assert_true(hash_eq(&blind, &still));
        v = vault_free(v);
        expect_ok(vault_retire(file, &diag), &diag);
    }
    expect_ok(vault_rotate(file, &diag), &diag); /* and a third key after it */
    expect_ok(vault_open(file, &v, &diag), &diag);
    assert_int_equal(vault_key_count(v), 2);
    struct hash still = vault_blind(v, "id_number", SPAN("x"));
    assert_true(hash_eq(&blind, &still));
}

static void blind_indexes_separate_uses(void **state) {
    (void)state;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    AUTO(vault) struct vault *w = vault_with(KEY_B);
    struct hash a = vault_blind(v, "id_number", SPAN("1")), again = vault_blind(v, "id_number", SPAN("1"));
    assert_true(hash_eq(&a, &again));
    struct hash other[] = {vault_blind(v, "id_number", SPAN("2")), vault_blind(v, "id_last4", SPAN("1")),
        vault_blind(v, "id_numbe", SPAN("r1")), vault_blind(w, "id_number", SPAN("1"))};
    for (size_t i = 0; i < ARRAY_LEN(other); i++)
        assert_false(hash_eq(&a, &other[i]));
}

static void persons_keys(void **state) {
    (void)state;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    AUTO(arena) struct arena *a = arena_new(0);
    struct person_key one, two, read;
    struct span w1, w2, sealed, plain;
    expect_ok(vault_person_key_new(v, SPAN("1"), a, &one, &w1, &diag), &diag);
    expect_ok(vault_person_key_new(v, SPAN("2"), a, &two, &w2, &diag), &diag);
    assert_memory_not_equal(&one, &two, sizeof one);
    assert_null(memmem(w1.at, w1.size, one.byte, 8));
    expect_ok(vault_person_key_unwrap(v, w1, SPAN("1"), &read, &diag), &diag);
    assert_memory_equal(&read, &one, sizeof one);
    expect_fail(vault_person_key_unwrap(v, w1, SPAN("2"), &read, &diag), &diag, E_CORRUPT, "vault.authentication");
    expect_fail(vault_person_key_unwrap(v, SPAN(""), SPAN("1"), &read, &diag), &diag, E_CORRUPT, "vault.authentication");

    expect_ok(person_seal(&one, SPAN("病历"), SPAN("p"), a, &sealed, &diag), &diag);
    expect_ok(person_unseal(&one, sealed, SPAN("p"), a, &plain, &diag), &diag);
    assert_true(span_is(plain, "病历"));
    expect_fail(person_unseal(&two, sealed, SPAN("p"), a, &plain, &diag), &diag, E_CORRUPT, "vault.authentication");
    expect_fail(person_unseal(&one, sealed, SPAN("q"), a, &plain, &diag), &diag, E_CORRUPT, "vault.authentication");
    expect_fail(vault_unseal(v, sealed, SPAN("p"), a, &plain, &diag), &diag, E_CORRUPT, "vault.authentication");
    /* A wrapped key is no field and a field no wrapped key. */
    expect_fail(vault_unseal(v, w1, SPAN("1"), a, &plain, &diag), &diag, E_CORRUPT, "vault.authentication");
    expect_ok(vault_seal(v, span_bytes(one.byte, 32), SPAN("1"), a, &sealed, &diag), &diag);
    expect_fail(vault_person_key_unwrap(v, sealed, SPAN("1"), &read, &diag), &diag, E_CORRUPT, "vault.authentication");
}

static void others_may_not_read_the_file(void **state) {
    (void)state;
    static const mode_t modes[] = {0640, 0604, 0660, 0601, 0777};
    struct vault *v = NULL;
    for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
        write_file(KEY_A, modes[i]);
        expect_fail(vault_open(file, &v, &diag), &diag, E_SYSTEM, "vault.permissions");
        expect_fail(vault_rotate(file, &diag), &diag, E_SYSTEM, "vault.permissions");
    }
    write_file(KEY_A, 0400);
    expect_ok(vault_open(file, &v, &diag), &diag);
    vault_free(v);
}

static void bad_files(void **state) {
    (void)state;
    static const char *const bad[] = {"", "\n", "# only\n", "00\n", KEY_A "zz\n", KEY_A KEY_A, "blind " KEY_A, "blind 00\n" KEY_A, "blind " KEY_A "blind " KEY_A KEY_B, "blind \n" KEY_A,
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00\n",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1 \n"};
    struct vault *v = NULL;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        write_file(bad[i], 0600);
        expect_fail(vault_open(file, &v, &diag), &diag, E_INPUT, "vault.syntax");
    }
    write_file(KEY_A "zz\n", 0600);
    expect_fail(vault_open(file, &v, &diag), &diag, E_INPUT, "vault.syntax");
    assert_int_equal(diag.line, 2);
    unlink(file);
    expect_fail(vault_open(file, &v, &diag), &diag, E_SYSTEM, "vault.file");
    expect_fail(vault_open(folder, &v, &diag), &diag, E_INPUT, "vault.syntax");
    assert_int_equal(symlink("/dev/zero", file), 0);
    expect_fail(vault_open(file, &v, &diag), &diag, E_SYSTEM, "vault.file");
    assert_null(v);
}

static void a_fresh_file_is_private_and_stays(void **state) {
    (void)state;
    unlink(file);
    AUTO(arena) struct arena *a = arena_new(0);
    AUTO(vault) struct vault *v = NULL;
    AUTO(vault) struct vault *w = NULL;
    expect_ok(vault_open_or_create(file, &v, &diag), &diag);
    struct stat st;
    assert_int_equal(stat(file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct span sealed, plain;
    expect_ok(vault_seal(v, SPAN("x"), SPAN("p"), a, &sealed, &diag), &diag);
    expect_ok(vault_open_or_create(file, &w, &diag), &diag);
    expect_ok(vault_unseal(w, sealed, SPAN("p"), a, &plain, &diag), &diag);
    struct vault *none = NULL;
    expect_fail(vault_open_or_create("no/such/folder/key", &none, &diag), &diag, E_SYSTEM, "vault.file");
}

static void memory_ends(void **state) {
    (void)state;
    AUTO(vault) struct vault *v = vault_with(KEY_A);
    AUTO(arena) struct arena *a = arena_new(1000);
    struct span sealed;
    static char big[4000];
    expect_fail(vault_seal(v, span_bytes(big, sizeof big), SPAN("p"), a, &sealed, &diag), &diag, E_LIMIT, "base.memory");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sm4_vector),
        cmocka_unit_test(opens_what_it_sealed),
        cmocka_unit_test(equal_values_look_different),
        cmocka_unit_test(every_byte_is_authenticated),
        cmocka_unit_test(a_moved_value_does_not_open),
        cmocka_unit_test(another_key_does_not_open),
        cmocka_unit_test(rotation_keeps_the_old), cmocka_unit_test(renewed_and_retired),
        cmocka_unit_test(blind_indexes_separate_uses),
        cmocka_unit_test(persons_keys),
        cmocka_unit_test(others_may_not_read_the_file),
        cmocka_unit_test(bad_files),
        cmocka_unit_test(a_fresh_file_is_private_and_stays),
        cmocka_unit_test(memory_ends),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
