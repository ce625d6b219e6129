#include "dmn/tck.h"

#include "base/vec.h"
#include "base/xml.h"
#include "feel/ast.h"

struct model_file {
    const struct dmn_tck_file *file;
    const struct dmn_model *model;
    enum { UNSEEN, LOADING, LOADED, BROKEN } state;
    struct span uri;
    struct diag why; /* BROKEN */
};

struct kit {
    struct arena *arena;
    struct span folder;
    struct model_file *model;
    size_t model_count;
    bool alone;              /* one file of tests was given */
    dmn_tck_report report;
    void *data;
    struct dmn_tck_count *count;
};

/* ---- models -------------------------------------------------------------------------- */

static const struct dmn_model *find_model(void *data, struct span uri, struct span location, struct diag *why);

static enum status unread(const struct dmn_tck_file *f, struct diag *d) {
    return f->unread ? diag_fail(d, E_INPUT, "dmn.unreadable", DIAG_SPAN("file", f->name), DIAG_S("reason", f->unread)) : OK;
}

static void load_model(struct kit *k, struct model_file *f) {
    struct dmn_imports imports = {find_model, k};
    f->state = LOADING;
    enum status s = unread(f->file, &f->why);
    if (s == OK)
        s = dmn_load(k->arena, f->file->text, &imports, &f->model, &f->why);
    if (s != OK)
        diag_under(&f->why, "%.*s", SPAN_ARG(f->file->name));
    f->state = s == OK ? LOADED : BROKEN;
}

static const struct dmn_model *find_model(void *data, struct span uri, struct span location, struct diag *why) {
    struct kit *k = data;
    (void)location, (void)why;
    for (size_t i = 0; i < k->model_count; i++) {
        struct model_file *f = &k->model[i];
        if (!span_eq(f->uri, uri))
            continue;
        if (f->state == UNSEEN)
            load_model(k, f);
        return f->state == LOADED ? f->model : NULL; /* LOADING: models import each other */
    }
    return NULL;
}

static bool ends_with(struct span s, const char *end) {
    size_t n = strlen(end);
    return s.size >= n && memcmp(s.at + s.size - n, end, n) == 0;
}

/* NULL: `d` says why. */
static const struct dmn_model *model_named(struct kit *k, struct span name, struct diag *d) {
    for (size_t i = 0; i < k->model_count; i++) {
        if (!span_eq(k->model[i].file->name, name))
            continue;
        if (k->model[i].state == UNSEEN)
            load_model(k, &k->model[i]);
        *d = k->model[i].why;
        return k->model[i].state == LOADED ? k->model[i].model : NULL;
    }
    (void)diag_fail(d, E_NOT_FOUND, "dmn.no_model_file", DIAG_SPAN("name", name));
    return NULL;
}

/* ---- values ----------------------------------------------------------------------------- */

static struct span attr_ns(const struct xml *e, const char *name) {
    for (size_t i = 0; i < e->attribute_count; i++)
        if (span_is(e->attribute[i].name, name))
            return e->attribute[i].value;
    return (struct span){0};
}

/* Every type of XML Schema but string leaves white space around a value out. */
static struct span collapsed(struct span s) {
    while (s.size && feel_blank(s.at[0]))
        s = (struct span){s.at + 1, s.size - 1};
    while (s.size && feel_blank(s.at[s.size - 1]))
        s.size--;
    return s;
}

static bool parse_typed(struct arena *a, struct span type, struct span text, struct feel_value *ret) {
    struct feel_value v = {.kind = FEEL_NUMBER};
    struct span whole = text;
    const char *colon = memchr(type.at ? type.at : "", ':', type.size);
    if (colon)
        type = (struct span){colon + 1, type.size - (size_t)(colon + 1 - type.at)};
    if (!span_is(type, "string"))
        text = collapsed(text);
    if (span_is(type, "date")) return feel_parse_date(text, ret);
    if (span_is(type, "time")) return feel_parse_time(a, text, ret);
    if (span_is(type, "dateTime")) return feel_parse_date_time(a, text, ret);
    if (span_is(type, "duration") || span_is(type, "dayTimeDuration") || span_is(type, "yearMonthDuration"))
        return feel_parse_duration(text, ret);
    bool boolean = span_is(text, "true") || span_is(text, "false");
    if (span_is(type, "boolean") || (!type.size && boolean)) {
        *ret = feel_bool(span_is(text, "true"));
        return boolean;
    }
    bool number = span_is(type, "decimal") || span_is(type, "double") || span_is(type, "integer") ||
        span_is(type, "int") || span_is(type, "long") || span_is(type, "float");
    if (number || !type.size) {
        if (dec_parse(text, &v.number, NULL) == OK) {
            *ret = v;
            return true;
        }
        if (number)
            return false;
    }
    *ret = feel_string(whole);
    return true;
}

static struct feel_value value_of(struct arena *a, const struct xml *holder, int depth);

static struct feel_value list_of(struct arena *a, const struct xml *list, int depth) {
    size_t n = 0;
    for (const struct xml *i = xml_child(list, "item"); i; i = xml_next(i, "item"))
        n++;
    struct feel_value *item = ARENA_ARRAY(a, n + 1, struct feel_value);
    n = 0;
    for (const struct xml *i = xml_child(list, "item"); item && i; i = xml_next(i, "item"))
        item[n++] = value_of(a, i, depth + 1);
    return item ? feel_list(item, n) : feel_null();
}

static struct feel_value components_of(struct arena *a, const struct xml *holder, int depth) {
    size_t n = 0;
    for (const struct xml *c = xml_child(holder, "component"); c; c = xml_next(c, "component"))
        n++;
    struct feel_value *value = ARENA_ARRAY(a, n + 1, struct feel_value);
    struct span *key = ARENA_ARRAY(a, n + 1, struct span);
    n = 0;
    for (const struct xml *c = xml_child(holder, "component"); key && value && c; c = xml_next(c, "component")) {
        key[n] = xml_attr(c, "name");
        value[n++] = value_of(a, c, depth + 1);
    }
    return key && value ? feel_context(a, key, value, n) : feel_null();
}

static struct feel_value value_of(struct arena *a, const struct xml *holder, int depth) {
    if (!holder || depth > 100)
        return feel_null();
    const struct xml *v = xml_child(holder, "value"), *list = xml_child(holder, "list");
    struct feel_value r = feel_null();
    if (list && !span_is(attr_ns(list, "nil"), "true"))
        return list_of(a, list, depth);
    if (xml_child(holder, "component"))
        return components_of(a, holder, depth);
    if (v && !span_is(attr_ns(v, "nil"), "true") && !parse_typed(a, attr_ns(v, "type"), v->text, &r))
        return feel_null();
    return r;
}

static bool agree(const struct feel_value *want, const struct feel_value *got) {
    if (want->kind == FEEL_NUMBER && got->kind == FEEL_NUMBER) {
        struct dec gap = dec_abs(dec_sub(want->number, got->number)), within;
        return dec_parse(SPAN("0.00000001"), &within, NULL) == OK && dec_cmp(gap, within) <= 0;
    }
    if (want->kind == FEEL_LIST && got->kind == FEEL_LIST && want->count == got->count) {
        for (size_t i = 0; i < want->count; i++)
            if (!agree(&want->item[i], &got->item[i]))
                return false;
        return true;
    }
    if (want->kind == FEEL_CONTEXT && got->kind == FEEL_CONTEXT && want->shape->count == got->shape->count) {
        for (size_t i = 0; i < want->shape->count; i++) {
            const struct feel_value *x = feel_get_key(got, &want->shape->key[i]);
            if (!x || !agree(&want->value[i], x))
                return false;
        }
        return true;
    }
    return feel_same(want, got);
}

/* ---- cases --------------------------------------------------------------------------------- */

static struct span text_in(struct arena *a, const struct feel_value *v) {
    BUF_AUTO b;
    buf_init(&b, 1 << 20);
    feel_text(&b, v, true);
    char *copy = arena_dup(a, buf_span(&b));
    return (struct span){copy, copy ? b.size : 0};
}

/* A node of an imported model names that model's namespace. */
static struct span qualified(struct arena *a, const struct dmn_model *m, const struct xml *node, struct span name) {
    struct span uri = xml_attr(node, "namespace");
    if (!uri.size || span_eq(uri, dmn_namespace(m)))
        return name;
    char *both = arena_printf(a, "%.*s#%.*s", SPAN_ARG(uri), SPAN_ARG(name));
    return both ? span_of(both) : name;
}

static struct feel_value inputs_of(struct arena *a, const struct dmn_model *m, const struct xml *tc) {
    size_t n = 0;
    for (const struct xml *i = xml_child(tc, "inputNode"); i; i = xml_next(i, "inputNode"))
        n++;
    struct span *key = ARENA_ARRAY(a, n + 1, struct span);
    struct feel_value *value = ARENA_ARRAY(a, n + 1, struct feel_value);
    n = 0;
    for (const struct xml *i = xml_child(tc, "inputNode"); key && value && i; i = xml_next(i, "inputNode")) {
        key[n] = qualified(a, m, i, xml_attr(i, "name"));
        value[n++] = value_of(a, i, 0);
    }
    return key && value ? feel_context(a, key, value, n) : feel_null();
}

static enum status run_node(struct feel_env *env, const struct dmn_model *m, const struct xml *tc,
    const struct xml *node, struct feel_value *ret, struct diag *d) {
    struct feel_value inputs = inputs_of(env->arena, m, tc);
    struct span name = xml_attr(node, "name"), invoked = xml_attr(tc, "invocableName");
    struct span decision = qualified(env->arena, m, node, name);
    invoked = invoked.size ? qualified(env->arena, m, tc, invoked) : invoked;
    struct span type = xml_attr(tc, "type");
    if (invoked.size && (span_is(type, "decisionService") || span_is(type, "bkm"))) {
        enum status s = dmn_invoke(env, m, invoked, &inputs, ret, d);
        const struct feel_value *one = s == OK ? feel_get(ret, name) : NULL;
        if (one)
            *ret = *one;
        return s;
    }
    struct dmn_request r = {.model = m, .decision = &decision, .decision_count = 1, .inputs = inputs};
    struct dmn_result result;
    enum status s = dmn_evaluate(env, &r, &result, d);
    if (s == OK)
        *ret = result.value;
    return s;
}

static bool is_external(const struct feel_notes *notes) {
    for (size_t i = 0; i < notes->count; i++)
        if (strcmp(notes->note[i].code, "feel.external_function") == 0)
            return true;
    return false;
}

/* What the model imports is not there: whatever it answers is no answer of its own. */
static const struct diag *lacks_import(const struct dmn_model *m) {
    for (size_t i = 0; i < dmn_problem_count(m); i++)
        if (strcmp(dmn_problem(m, i)->code, "dmn.import") == 0)
            return dmn_problem(m, i);
    return NULL;
}

/* The first value below that its type cannot read; NULL: none. */
static const struct xml *unreadable(struct arena *a, const struct xml *root) {
    const struct xml *e = root;
    struct feel_value v;
    while (e) {
        bool nil = span_is(attr_ns(e, "nil"), "true");
        if (span_is(e->name, "value") && !nil && attr_ns(e, "type").size && !parse_typed(a, attr_ns(e, "type"), e->text, &v))
            return e;
        if (e->child) {
            e = e->child;
            continue;
        }
        while (e != root && !e->next)
            e = e->parent;
        if (e == root)
            return NULL;
        e = e->next;
    }
    return NULL;
}

/* What is wrong with the test itself: a value that is none, an input that the model does not have (of one that lacks
 * what it imports nobody knows). */
static bool faulty_test(struct arena *a, const struct dmn_model *m, const struct xml *tc, const struct xml *node, struct diag *d) {
    bool decision = !xml_attr(tc, "invocableName").size && !lacks_import(m);
    const struct xml *bad = unreadable(a, node);
    for (const struct xml *i = xml_child(tc, "inputNode"); i && !bad; i = xml_next(i, "inputNode")) {
        struct span near, name = qualified(a, m, i, xml_attr(i, "name"));
        bad = unreadable(a, i);
        if (!bad && decision && !dmn_input_known(m, name, &near))
            return (void)diag_fail(d, E_INPUT, "dmn.test_input", DIAG_SPAN("name", name)), true;
    }
    if (bad)
        (void)diag_fail(d, E_INPUT, "dmn.test_value", DIAG_SPAN("text", bad->text), DIAG_SPAN("type", attr_ns(bad, "type")));
    return bad != NULL;
}

/* `broken`: why there is no model, when `m` is NULL. */
static enum dmn_tck_outcome check_node(struct kit *k, const struct dmn_model *m, const struct diag *broken, struct span file,
    const struct xml *tc, const struct xml *node) {
    AUTO(arena) struct arena *a = arena_new(256 << 20);
    struct feel_notes *notes = a ? arena_alloc(a, sizeof *notes) : NULL;
    struct diag d = {0};
    struct feel_value got = feel_null(), want = feel_null();
    struct dmn_tck_result r = {.folder = k->folder, .file = file, .case_id = xml_attr(tc, "id"),
        .node = xml_attr(node, "name"), .outcome = DMN_TCK_FAILED};
    if (notes && m) {
        struct feel_env env;
        feel_env_init(&env, a, notes);
        want = value_of(a, xml_child(node, "expected"), 0);
        enum status s = run_node(&env, m, tc, node, &got, &d);
        bool error = span_is(xml_attr(node, "errorResult"), "true");
        if (s == OK && (error ? feel_is_null(got) : agree(&want, &got)))
            r.outcome = DMN_TCK_PASSED;
        if (is_external(notes)) {
            r.outcome = DMN_TCK_SKIPPED;
            (void)diag_fail(&d, E_INPUT, "feel.external_function");
        }
        r.why = s != OK || is_external(notes) ? &d : NULL;
        r.reason = is_external(notes) ? SPAN("feel.external_function") : s != OK ? span_of(d.code)
            : notes->count ? span_of(notes->note[0].code) : SPAN("");
        r.expected = text_in(a, &want);
        r.actual = text_in(a, &got);
        if (r.outcome == DMN_TCK_FAILED && !r.why && (r.why = lacks_import(m)) != NULL)
            r.reason = SPAN("dmn.import");
        if (r.outcome != DMN_TCK_SKIPPED && !r.why && faulty_test(a, m, tc, node, &d)) {
            r.outcome = DMN_TCK_FAILED;
            r.why = &d;
            r.reason = span_of(d.code);
        }
    } else {
        r.reason = SPAN("dmn.model_broken");
        r.why = broken;
    }
    if (k->report)
        k->report(k->data, &r);
    return r.outcome;
}

/* What cannot be run is a failure of its own: nothing of the kit is lost. */
static void count_failure(struct kit *k, struct span file, struct span case_id, const struct diag *why) {
    struct dmn_tck_result r = {.folder = k->folder, .file = file, .case_id = case_id, .node = SPAN(""),
        .outcome = DMN_TCK_FAILED, .expected = SPAN(""), .actual = SPAN(""), .reason = span_of(why->code), .why = why};
    k->count->failed++;
    if (k->report)
        k->report(k->data, &r);
}

static void check_file(struct kit *k, const struct dmn_tck_file *f) {
    AUTO(arena) struct arena *a = arena_new(256 << 20);
    const struct xml *root;
    struct diag d = {0};
    if (!a || unread(f, &d) != OK || xml_parse(a, f->text, &root, &d) != OK) {
        if (!a)
            (void)arena_full(&d);
        count_failure(k, f->name, SPAN(""), &d);
        return;
    }
    if (!span_is(root->name, "testCases")) { /* another kind of file that lies there, unless it is what was asked for */
        if (k->alone) {
            (void)diag_fail(&d, E_INPUT, "dmn.not_test_cases", DIAG_SPAN("root", root->name));
            count_failure(k, f->name, SPAN(""), &d);
        }
        return;
    }
    if (!xml_child(root, "testCase")) {
        (void)diag_fail(&d, E_INPUT, "dmn.no_cases");
        count_failure(k, f->name, SPAN(""), &d);
    }
    const struct xml *name = xml_child(root, "modelName");
    const struct dmn_model *m = model_named(k, name ? name->text : SPAN(""), &d);
    for (const struct xml *tc = xml_child(root, "testCase"); tc; tc = xml_next(tc, "testCase")) {
        size_t by[3] = {0};
        if (!xml_child(tc, "resultNode")) {
            struct diag none = {0};
            (void)diag_fail(&none, E_INPUT, "dmn.no_result_node");
            count_failure(k, f->name, xml_attr(tc, "id"), &none);
            continue;
        }
        for (const struct xml *n = xml_child(tc, "resultNode"); n; n = xml_next(n, "resultNode"))
            by[check_node(k, m, &d, f->name, tc, n)]++;
        if (by[DMN_TCK_FAILED])
            k->count->failed++;
        else if (by[DMN_TCK_SKIPPED])
            k->count->skipped++;
        else
            k->count->passed++;
    }
}

enum status dmn_tck_folder(struct arena *a, struct span folder, const struct dmn_tck_file *file,
    size_t file_count, dmn_tck_report report, void *data, struct dmn_tck_count *count, struct diag *d) {
    struct kit k = {.arena = a, .folder = folder, .report = report, .data = data, .count = count};
    k.model = ARENA_ARRAY(a, file_count + 1, struct model_file);
    if (!k.model)
        return arena_full(d);
    size_t tests = 0;
    for (size_t i = 0; i < file_count; i++) {
        tests += ends_with(file[i].name, ".xml");
        if (!ends_with(file[i].name, ".dmn"))
            continue;
        const struct xml *root;
        struct model_file *f = &k.model[k.model_count++];
        f->file = &file[i];
        if (!file[i].unread && xml_parse(a, file[i].text, &root, NULL) == OK)
            f->uri = xml_attr(root, "namespace");
    }
    if (!tests)
        return diag_fail(d, E_INPUT, "dmn.no_tests", DIAG_SPAN("folder", folder));
    k.alone = tests == 1;
    for (size_t i = 0; i < file_count; i++)
        if (ends_with(file[i].name, ".xml"))
            check_file(&k, &file[i]);
    return OK;
}
