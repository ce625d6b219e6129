/* minzheng form check FORM.json [--data FILE.json] [--given FILE.json] [--as-of DATE] [--json] */
#include "cli/cli.h"

#include "civil/evaluate/evaluate.h"
#include "form/form.h"

#include <stdio.h>

enum { FILE_MAX = 16 << 20 };

static enum status read_json(struct cli *c, const char *file, const struct json **ret, struct diag *d) {
    struct span text;
    *ret = NULL;
    if (!file)
        return OK;
    enum status s = cli_read_file(c, file, FILE_MAX, &text, d);
    return s == OK ? json_parse(c->arena, text, ret, d) : s;
}

static void write_errors(struct json_writer *w, const struct form_errors *errors, enum lang lang) {
    json_key(w, "errors");
    json_array(w);
    for (size_t i = 0; i < errors->size; i++) {
        const struct diag *e = &errors->at[i];
        BUF_AUTO b;
        buf_init(&b, 8192);
        struct diag bare = *e; /* its place stands apart */
        bare.where[0] = '\0';
        message_render(&b, lang, &bare);
        json_object(w);
        json_kstring(w, "where", e->where);
        json_kstring(w, "code", e->code);
        json_kstring(w, "message", buf_str(&b));
        json_object_end(w);
    }
    json_array_end(w);
}

static void say_json(struct cli *c, const struct json *clean, const struct form_errors *errors, const struct form_places *hidden) {
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    json_begin(&w, &out, true);
    json_object(&w);
    json_key(&w, "clean");
    json_value(&w, clean ? clean : json_null());
    write_errors(&w, errors, c->lang);
    json_key(&w, "hidden");
    json_array(&w);
    for (size_t i = 0; i < hidden->size; i++)
        json_string(&w, hidden->at[i]);
    json_array_end(&w);
    json_object_end(&w);
    printf("%s\n", buf_str(&out));
}

static void say_lines(struct cli *c, const struct json *clean, const struct form_errors *errors) {
    for (size_t i = 0; i < errors->size; i++) {
        BUF_AUTO b;
        buf_init(&b, 8192);
        message_render(&b, c->lang, &errors->at[i]);
        printf("%s\n", buf_str(&b));
    }
    if (!clean)
        return;
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    json_begin(&w, &out, true);
    json_value(&w, clean);
    printf("%s\n", buf_str(&out));
}

int cmd_form(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *data_file = cli_option(c, &argc, argv, "data"), *given_file = cli_option(c, &argc, argv, "given");
    const char *as_of = cli_option(c, &argc, argv, "as-of");
    const struct form *form;
    const struct json *data, *clean;
    struct form_errors errors;
    struct form_places hidden = {0};
    struct form_context ctx = {.feel = &evaluate_feel, .today = DATE_NONE, .hidden = &hidden};
    struct span schema;
    enum status s = cli_rest(c, argc, argv, 2, 2, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (strcmp(argv[0], "check") != 0)
        return cli_usage(c);
    s = as_of ? date_parse(span_of(as_of), &ctx.today, &d) : OK;
    if (s == OK && (s = cli_read_file(c, argv[1], FILE_MAX, &schema, &d)) == OK)
        s = form_load(c->arena, schema, &evaluate_feel, &form, &d);
    if (s == OK)
        s = read_json(c, given_file, &ctx.given, &d);
    if (s == OK)
        s = read_json(c, data_file, &data, &d);
    if (s == OK && data)
        s = form_validate(form, data, &ctx, c->arena, &clean, &errors, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (!data)
        return EXIT_DONE;
    if (c->json)
        say_json(c, clean, &errors, &hidden);
    else
        say_lines(c, clean, &errors);
    return errors.size ? EXIT_NO : EXIT_DONE;
}
