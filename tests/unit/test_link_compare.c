/* The comparators, with the published examples where there are some. */
#include "unit.h"

#include "link/address.h"
#include "link/day.h"
#include "link/han.h"
#include "link/name.h"
#include "link/number.h"
#include "link/text.h"

static double jw(const char *a, const char *b) { return link_jaro_winkler(a, strlen(a), b, strlen(b)); }
static int distance(const char *a, const char *b, int limit) { return link_distance(a, strlen(a), b, strlen(b), limit); }

/* Winkler 1990 (Census Bureau), table of the string comparator. */
static void jaro_winkler(void **state) {
    static const struct { const char *a, *b; double wanted; } table[] = {
        {"MARTHA", "MARHTA", .961}, {"DWAYNE", "DUANE", .840}, {"DIXON", "DICKSONX", .813}, {"SHACKLEFORD", "SHACKELFORD", .982},
        {"NICHLESON", "NICHULSON", .956}, {"JONES", "JOHNSON", .832}, {"MASSEY", "MASSIE", .933}, {"ABROMS", "ABRAMS", .922},
        {"ITMAN", "SMITH", .467}, {"JERALDINE", "GERALDINE", .926}, {"MICHELLE", "MICHAEL", .921}, {"JULIES", "JULIUS", .933}, {"SEAN", "SUSAN", .805},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        double got = jw(table[i].a, table[i].b);
        if (got < table[i].wanted - .0011 || got > table[i].wanted + .0011)
            fail_msg("%s %s: %.4f, published %.3f", table[i].a, table[i].b, got, table[i].wanted);
        assert_true(jw(table[i].b, table[i].a) > got - 1e-9);
    }
    assert_true(jw("", "") == 1 && jw("", "a") == 0 && jw("ab", "cd") == 0);
}

static void edits(void **state) {
    assert_int_equal(distance("kitten", "sitting", 5), 3);
    assert_int_equal(distance("kitten", "sitting", 2), 3); /* limit + 1 */
    assert_int_equal(distance("ca", "abc", 5), 3);         /* optimal string alignment, not Damerau's 2 */
    assert_int_equal(distance("smith", "smiht", 3), 1);
    assert_int_equal(distance("smith", "smiht", 0), 1);
    assert_int_equal(distance("", "abc", 5), 3);
    assert_int_equal(distance("same", "same", 0), 0);
}

/* The National Archives' own examples. */
static void soundex(void **state) {
    static const struct { const char *name, *code; } table[] = {{"washington", "w252"}, {"lee", "l000"}, {"gutierrez", "g362"}, {"pfister", "p236"},
        {"jackson", "j250"}, {"tymczak", "t522"}, {"vandeusen", "v532"}, {"ashcraft", "a261"}, {"robert", "r163"}, {"rupert", "r163"}, {"rubin", "r150"}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        const char *c = table[i].code;
        uint32_t wanted = (uint32_t)c[0] << 24 | (uint32_t)c[1] << 16 | (uint32_t)c[2] << 8 | (uint32_t)c[3], got = link_soundex(table[i].name, strlen(table[i].name));
        if (got != wanted)
            fail_msg("%s: %c%c%c%c, published %s", table[i].name, got >> 24, got >> 16 & 255, got >> 8 & 255, got & 255, c);
    }
    assert_int_equal(link_soundex("123", 3), 0);
}

static void folding(void **state) {
    static const struct { const char *from, *to; } table[] = {{"  Müller ", "muller"}, {"Straße", "strasse"}, {"ＡＢＣ１２３", "abc123"}, {"a \t\n b", "a b"},
        {"JOSÉ", "jose"}, {"Łódź", "lodz"}, {"張偉", "张伟"}, {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"}, {"", ""}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        char out[64];
        size_t n = link_fold(span_of(table[i].from), out, sizeof out);
        if (n != strlen(table[i].to) || memcmp(out, table[i].to, n) != 0)
            fail_msg("%s: %.*s", table[i].from, (int)n, out);
    }
    assert_int_equal(link_said(SPAN("  NULL ")).size, 0);
    assert_int_equal(link_said(SPAN("不详")).size, 0);
    assert_int_equal(link_said(SPAN("Na")).size, 2); /* a family name */
    char small[4];
    assert_int_equal(link_fold(SPAN("ab张"), small, sizeof small), 2); /* never half a character */
}

static int name(const char *a, const char *b) {
    struct link_name x = {0}, y = {0};
    assert_true(link_name_read(span_of(a), &x) && link_name_read(span_of(b), &y));
    int level = link_name_compare(&x, &y);
    assert_int_equal(link_name_compare(&y, &x), level);
    return level;
}

static void names(void **state) {
    static const struct { const char *a, *b; int level; } table[] = {
        {"张伟", "张伟", 7}, {"張偉", "张伟", 7}, {"张　伟", "张伟", 7}, {"买买提·吐尔逊", "买买提吐尔逊", 7},
        {"张伟", "张玮", 6}, {"章炜", "张伟", 6}, {"张伟", "ZHANG WEI", 6}, {"Zhangwei", "张伟", 6}, {"吕布", "lü bu", 6}, {"王喆", "王?", 6}, {"龚䶮", "龚〓", 6},
        {"单雄信", "SHAN XIONGXIN", 6}, {"单雄信", "dan xiong xin", 6}, {"未央", "末央", 6}, {"己任", "已任", 6},
        {"张建国", "张国建", 5}, {"刘兰英", "牛兰英", 5}, {"张小伟", "张伟", 4}, {"欧阳娜娜", "欧阳娜", 4}, {"张建国", "张建军", 3}, {"李建国", "张建国", 3},
        {"张伟", "张丽", 2}, {"张伟", "李强", 1}, {"𬭚大", "金大", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (name(table[i].a, table[i].b) != table[i].level)
            fail_msg("%s %s: %d, wanted %d", table[i].a, table[i].b, name(table[i].a, table[i].b), table[i].level);
    struct link_name n;
    assert_false(link_name_read(SPAN(" "), &n));
    assert_false(link_name_read(SPAN("无"), &n));
}

static void name_keys(void **state) {
    struct link_name a, b, c;
    assert_true(link_name_read(SPAN("张伟国"), &a) && link_name_read(SPAN("章国玮"), &b) && link_name_read(SPAN("张?国"), &c));
    assert_int_equal(link_name_key(&a, LINK_NAME_SOUND), link_name_key(&b, LINK_NAME_SOUND));
    assert_int_equal(link_name_key(&a, LINK_NAME_FAMILY), link_name_key(&b, LINK_NAME_FAMILY));
    assert_int_not_equal(link_name_key(&a, LINK_NAME_ALL), link_name_key(&b, LINK_NAME_ALL));
    assert_int_not_equal(link_name_key(&a, LINK_NAME_GIVEN), link_name_key(&b, LINK_NAME_GIVEN));
    assert_int_equal(link_name_key(&c, LINK_NAME_SOUND), 0);
    assert_int_equal(link_name_key(&c, LINK_NAME_FAMILY), link_name_key(&a, LINK_NAME_FAMILY));
}

static void pinyin(void **state) {
    uint16_t code[8];
    assert_int_equal(link_pinyin(SPAN("xi an"), code, 8), 1); /* one syllable is the longest division */
    assert_int_equal(link_pinyin(SPAN("Zhang Xiaoming"), code, 8), 3);
    assert_int_equal(link_sound(code[0]), link_sound(link_code(0x5f20)));
    assert_int_equal(link_pinyin(SPAN("Smith"), code, 8), 0);
    assert_int_equal(link_pinyin(SPAN(""), code, 8), 0);
    assert_int_not_equal(link_sound(link_code(0x2cb5a)), 0); /* 𬭚, beyond the basic plane */
}

static int citizen(const char *a, const char *b) {
    struct link_citizen x = {0}, y = {0};
    assert_true(link_citizen_read(span_of(a), &x) && link_citizen_read(span_of(b), &y));
    int level = link_citizen_compare(&x, &y);
    assert_int_equal(link_citizen_compare(&y, &x), level);
    return level;
}

/* 11010519491231002X is GB 11643's own example. */
static void citizens(void **state) {
    static const struct { const char *a, *b; int level; } table[] = {
        {"11010519491231002X", "11010519491231002x", 7}, {"11010519491231002X", "１１０１０５１９４９１２３１００２Ｘ", 7}, {"11010519491231002X", "110105491231002", 7},
        {"11010519491231002X", "11010519491231003X", 6}, {"11010519491231002X", "11015019491231002X", 6},
        {"11010519491231002X", "1101051949123102X", 5}, {"11010519491231002X", "110105********002X", 5}, {"11010519491231002X", "1101051949123110021X", 1},
        {"11010519491231002X", "110105491231003", 4}, {"11010519491231002X", "110105194912310038", 3}, {"11010519491231002X", "440524188001010014", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (citizen(table[i].a, table[i].b) != table[i].level)
            fail_msg("%s %s: %d, wanted %d", table[i].a, table[i].b, citizen(table[i].a, table[i].b), table[i].level);
    struct link_citizen c;
    assert_true(link_citizen_read(SPAN("11010519491231002X"), &c));
    assert_int_equal(c.birth, 1949 << 16 | 12 << 8 | 31);
    assert_true(c.valid);
    assert_true(link_citizen_read(SPAN("110105194912310021"), &c) && !c.valid);
    static const char *const bad[] = {"", "X", "无", "123", "1101051949123100200000000", "身份证丢失"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(link_citizen_read(span_of(bad[i]), &c));
}

static int phone(const char *a, const char *b) {
    struct link_number x = {0}, y = {0};
    assert_true(link_phone_read(span_of(a), &x) && link_phone_read(span_of(b), &y));
    assert_int_equal(link_number_compare(&x, &y), link_number_compare(&y, &x));
    return link_number_compare(&x, &y);
}

static void phones(void **state) {
    assert_int_equal(phone("13800138000", "138-0013-8000"), 7);
    assert_int_equal(phone("+86 13800138000", "13800138000"), 7);
    assert_int_equal(phone("0086 13800138000", "13800138000/010-12345678"), 7);
    assert_int_equal(phone("13800138000", "13800138001"), 6);
    assert_int_equal(phone("13800138000", "13800130800"), 6);
    assert_int_equal(phone("13800138000", "1380013800"), 6);
    assert_int_equal(phone("01062345678", "62345678"), 5);
    assert_int_equal(phone("13800138000", "13912345678"), 1);
    struct link_number n;
    assert_false(link_phone_read(SPAN("无"), &n));
    assert_false(link_phone_read(SPAN("123"), &n));
}

static int day(const char *a, const char *b) {
    struct link_day x = {0}, y = {0};
    assert_true(link_day_read(span_of(a), false, &x) && link_day_read(span_of(b), false, &y));
    assert_int_equal(link_day_compare(x, y), link_day_compare(y, x));
    return link_day_compare(x, y);
}

static void days(void **state) {
    static const struct { const char *a, *b; int level; } table[] = {
        {"1949-12-31", "19491231", 7}, {"1949年12月31日", "1949.12.31", 7}, {"31/12/1949", "1949/12/31 00:00:00", 7}, {"1949-1-2", "１９４９-01-02", 7},
        {"1949-12-31", "1949-12-30", 6}, {"1949-12-31", "1949-21-31", 6}, {"1949-02-11", "1949-11-02", 6}, {"1949-12-31", "1949-12-04", 5}, {"1949-12-31", "1959-12-31", 6},
        {"1949-12-31", "1962-12-31", 5}, {"1949", "1949-12-31", 4}, {"1949-12", "1949-12-31", 4}, {"1949-12", "1949-11-30", 2}, {"1949-12-31", "1950-01-28", 3},
        {"1949-12-31", "1949-02-05", 2}, {"1949-12-31", "1975-06-05", 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (day(table[i].a, table[i].b) != table[i].level)
            fail_msg("%s %s: %d, wanted %d", table[i].a, table[i].b, day(table[i].a, table[i].b), table[i].level);
    struct link_day d;
    assert_true(link_day_read(SPAN("12/10/1949"), true, &d));
    assert_int_equal(d.digits, 0x19491210);
    static const char *const bad[] = {"", "春节", "12345", "12:30", "-", "99999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(link_day_read(span_of(bad[i]), false, &d));
}

static int address(const char *a, const char *b) {
    struct link_address x = {0}, y = {0};
    assert_true(link_address_read(span_of(a), &x) && link_address_read(span_of(b), &y));
    assert_int_equal(link_address_compare(&x, &y), link_address_compare(&y, &x));
    return link_address_compare(&x, &y);
}

static void addresses(void **state) {
    static const char full[] = "北京市海淀区中关村街道南大街5号院3号楼2单元501室";
    static const struct { const char *b; int least, most; } table[] = {
        {full, 7, 7}, {"北京市海淀区中关村街道南大街５号院３号楼２单元５０１室", 7, 7}, {"海淀区中关村街道南大街5号院3-2-501", 7, 7},
        {"海淀区中关村街道南大街5号院三号楼二单元501室", 7, 7}, {"海淀区中关村街道南大街5号院3号楼", 5, 5}, {"海淀区中关村街道南大街8号院1号楼1单元101", 4, 4},
        {"海淀区中关村街道科学院南路6号", 2, 4}, {"海淀区上地街道信息路28号", 2, 2}, {"朝阳区望京街道阜通东大街6号", 1, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        int level = address(full, table[i].b);
        if (level < table[i].least || level > table[i].most)
            fail_msg("%s: %d, wanted %d to %d", table[i].b, level, table[i].least, table[i].most);
    }
    struct link_address a;
    assert_false(link_address_read(SPAN("  "), &a));
    assert_true(link_address_read(SPAN("五一路三里屯"), &a));
    assert_int_equal(a.count, 0); /* numerals in a name are no numbers */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jaro_winkler), cmocka_unit_test(edits), cmocka_unit_test(soundex), cmocka_unit_test(folding), cmocka_unit_test(names), cmocka_unit_test(name_keys),
        cmocka_unit_test(pinyin), cmocka_unit_test(citizens), cmocka_unit_test(phones), cmocka_unit_test(days), cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
