#include "unit.h"

#include "base/buf.h"
#include "base/xml.h"

static void a_tree(void **state) {
    (void)state;
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    const struct xml *root;
    expect_ok(xml_parse(a, SPAN("<?xml version='1.0' encoding='UTF-8'?>\n"
        "<d:definitions xmlns:d='urn:dmn' xmlns='urn:x' id='1' d:name='低保'>\n"
        "  <decision a='&lt;&amp;&#x6c11;'>x<b/>y<![CDATA[<z>]]></decision>\n"
        "  <!-- no -->\n"
        "  <d:decision/>\n"
        "  <e xmlns='' xmlns:d='urn:other'/>\n"
        "</d:definitions>"), &root, &d), &d);
    assert_true(span_is(root->ns, "urn:dmn"));
    assert_true(span_is(root->name, "definitions"));
    assert_int_equal(root->line, 2);
    assert_true(span_is(xml_attr(root, "id"), "1"));
    assert_null(xml_attr(root, "name").at); /* that one has a namespace */
    assert_int_equal(root->attribute_count, 2);
    assert_int_equal(root->ns_count, 2);
    const struct xml *one = xml_child(root, "decision"), *two = xml_next(one, "decision");
    assert_true(span_is(one->ns, "urn:x"));
    assert_true(span_is(xml_attr(one, "a"), "<&民"));
    assert_true(span_is(one->text, "xy<z>"));
    assert_ptr_equal(one->child->parent, one);
    assert_true(span_is(one->child->name, "b"));
    assert_true(span_is(two->ns, "urn:dmn"));
    assert_int_equal(two->line, 5);
    assert_null(xml_next(two, "decision"));
    const struct xml *e = xml_child(root, "e");
    assert_int_equal(e->ns.size, 0);
    assert_true(span_is(xml_prefix(e, SPAN("d")), "urn:other"));
    assert_true(span_is(xml_prefix(two, SPAN("d")), "urn:dmn"));
    assert_true(span_is(xml_prefix(two, SPAN("")), "urn:x"));
    assert_null(xml_prefix(two, SPAN("none")).at);
    assert_null(xml_child(NULL, "x"));
    assert_null(xml_attr(NULL, "x").at);
}

static void refused(void **state) {
    (void)state;
    static const struct { const char *text, *code; int line; } bad[] = {
        {"", "xml.syntax", 1}, {"text", "xml.syntax", 1}, {"<a>", "xml.syntax", 1},
        {"<a></b>", "xml.syntax", 1}, {"<a/><b/>", "xml.syntax", 1}, {"<a/>x", "xml.syntax", 1},
        {"<a\nb\n/>", "xml.syntax", 3}, {"<a b='1' b='2'/>", "xml.syntax", 1},
        {"<p:a/>", "xml.syntax", 1}, {"<a>&nope;</a>", "xml.syntax", 1}, {"<a>&#0;</a>", "xml.syntax", 1},
        {"<a>\xff</a>", "xml.syntax", 1}, {"<a>\xed\xa0\x80</a>", "xml.syntax", 1},
        {"<a xmlns:p='x&#10;y'/>", "xml.syntax", 1},
        {"<?xml version='1.0' encoding='GB18030'?><a/>", "xml.encoding", 1},
        {"<?xml version='1.0' encoding='none'?>\n<a/>", "xml.encoding", 1},
        {"<!DOCTYPE a><a/>", "xml.doctype", 1},
        {"<?xml version='1.0'?>\n<!DOCTYPE a SYSTEM 'file:///etc/passwd'>\n<a/>", "xml.doctype", 2},
        {"<!DOCTYPE a [<!ENTITY x SYSTEM 'http://127.0.0.1/'>]><a>&x;</a>", "xml.doctype", 1},
        {"<!DOCTYPE lolz [<!ENTITY l 'lol'><!ENTITY m '&l;&l;&l;&l;&l;&l;&l;&l;&l;&l;'>"
         "<!ENTITY n '&m;&m;&m;&m;&m;&m;&m;&m;&m;&m;'><!ENTITY o '&n;&n;&n;&n;&n;&n;&n;&n;'>]>"
         "<lolz>&o;</lolz>", "xml.doctype", 1},
        {"<!DOCTYPE a PUBLIC '-//x' 'y' [<!ENTITY % p SYSTEM 'z'> %p;]><a/>", "xml.doctype", 1},
    };
    AUTO(arena) struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        const struct xml *root = NULL;
        if (xml_parse(a, span_of(bad[i].text), &root, &d) != E_INPUT ||
            strcmp(d.code, bad[i].code) != 0 || d.line != bad[i].line)
            fail_msg("'%s': %s at line %d", bad[i].text, d.code, d.line);
        assert_null(root);
    }
    struct diag d = {0};
    const struct xml *root;
    expect_fail(xml_parse(a, span_bytes("<a>\0</a>", 8), &root, &d), &d, E_INPUT, "xml.syntax");
    expect_fail(xml_parse(a, (struct span){NULL, 0}, &root, &d), &d, E_INPUT, "xml.syntax");
}

static void nest(struct buf *b, int depth) {
    for (int i = 0; i < depth; i++)
        buf_adds(b, "<a xmlns:p='q'>");
    for (int i = 0; i < depth; i++)
        buf_adds(b, "</a>");
}

static void depth(void **state) {
    (void)state;
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    const struct xml *root;
    BUF_AUTO b;
    buf_init(&b, 0);
    nest(&b, XML_DEPTH_MAX);
    expect_ok(xml_parse(a, buf_span(&b), &root, &d), &d);
    buf_clear(&b);
    nest(&b, XML_DEPTH_MAX + 1);
    expect_fail(xml_parse(a, buf_span(&b), &root, &d), &d, E_INPUT, "xml.depth");
    buf_clear(&b);
    nest(&b, 100000);
    expect_fail(xml_parse(a, buf_span(&b), &root, &d), &d, E_INPUT, "xml.depth");
}

static void memory_ends(void **state) {
    (void)state;
    struct span text = SPAN("<a x='1' y='2' xmlns:p='u'><b>text</b><c><d/>more</c></a>");
    size_t refusals = 0;
    for (size_t room = 16;; room += 16) {
        struct diag d = {0};
        AUTO(arena) struct arena *a = arena_new(room);
        const struct xml *root;
        enum status s = xml_parse(a, text, &root, &d);
        if (s == OK)
            break;
        assert_int_equal(s, E_LIMIT);
        assert_string_equal(d.code, "base.memory");
        refusals++;
    }
    assert_true(refusals > 20);
}

static void large(void **state) {
    (void)state;
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    const struct xml *root;
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, "<r>");
    for (int i = 0; i < 60000; i++) /* longer than one chunk of 1 MiB */
        buf_addf(&b, "<rule id='%d'>民政</rule>\n", i);
    buf_adds(&b, "</r>");
    expect_ok(xml_parse(a, buf_span(&b), &root, &d), &d);
    int n = 0;
    for (const struct xml *e = root->child; e; e = e->next, n++)
        assert_true(span_is(e->text, "民政"));
    assert_int_equal(n, 60000);
    assert_int_equal(root->text.size, 60000);
}

/* Cut and damaged anywhere: an error or a tree, nothing else. */
static void damaged(void **state) {
    (void)state;
    static const char text[] = "<?xml version='1.0'?><a:b xmlns:a='u'><c d=\"e&amp;\">民<!--x--><![CDATA[y]]></c></a:b>";
    uint64_t seed = unit_seed("xml damage");
    AUTO(arena) struct arena *a = arena_new(0);
    for (int i = 0; i < 5000; i++) {
        size_t n = unit_random(&seed) % sizeof text;
        char *copy = malloc(n ? n : 1);
        memcpy(copy, text, n);
        for (int k = 0; k < 2 && n; k++)
            copy[unit_random(&seed) % n] = (char)unit_random(&seed);
        struct diag d = {0};
        const struct xml *root = NULL;
        enum status s = xml_parse(a, span_bytes(copy, n), &root, &d);
        assert_true((s == OK) == (root != NULL));
        assert_true(s == OK || d.line > 0);
        free(copy);
        arena_reset(a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tree), cmocka_unit_test(refused), cmocka_unit_test(depth),
        cmocka_unit_test(memory_ends), cmocka_unit_test(large), cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
