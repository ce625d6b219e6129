/* The tree between text and program.  dmn builds the same tree from boxed
 * expressions, so that one compiler serves both.  Lives in the model's arena
 * (compile time only; nothing in a program points to it). */
#ifndef FEEL_AST_H
#define FEEL_AST_H

#include "feel/feel.h"

enum feel_ast_kind {
    AST_CONST,    /* value; null by an error: op is enum feel_null_why, text what it is about */
    AST_NAME,     /* text */
    AST_INPUT,    /* ? */
    AST_LIST,     /* item[] */
    AST_CONTEXT,  /* item[] with name[]; result: b, or the context */
    AST_RANGE,    /* a..b, op: bit 0 start included, bit 1 end included */
    AST_TEST,     /* (<a): op is enum feel_cmp */
    AST_PATH,     /* a.text */
    AST_FILTER,   /* a[b] */
    AST_CALL,     /* a(item[]), named when name is set */
    AST_FUNCTION, /* name[], type[]; body a */
    AST_IF,       /* a, b, c */
    AST_FOR, AST_SOME, AST_EVERY, /* name[i] in item[i]; body a */
    AST_AND, AST_OR,
    AST_COMPARE,  /* a op b */
    AST_ARITH,    /* a op b: + - * / ^ */
    AST_NEGATE,
    AST_BETWEEN,  /* a between b and c */
    AST_IN,       /* a in item[] (tests); op 1: `?` in them may be a, 0: it is the input of the cell around */
    AST_TESTS,    /* unary tests item[] of ?; op 1: not(...) */
    AST_INSTANCE, /* a instance of type[0] */
    AST_COERCE,   /* a conforms to type[0], else null */
    AST_EXTERN    /* a host construct with blocks: struct feel_extern_ast in ext */
};
enum feel_cmp { CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE };

/* Why a name or a constant is null, in NO_NAME: each has its note. */
enum feel_null_why { NULL_NAME, NULL_ARGUMENT, NULL_KEY, NULL_LITERAL, NULL_TYPE, NULL_TYPE_NAME, NULL_LOGIC, NULL_WHY_COUNT };

struct feel_ast {
    enum feel_ast_kind kind;
    int op;
    uint32_t offset; /* byte in the text */
    struct feel_ast *a, *b, *c;
    struct feel_ast **item;
    struct span *name;
    const struct feel_type **type;
    size_t count;
    struct feel_value value;
    struct span text;
    struct span where; /* AST_EXTERN, AST_COERCE: name for notes from here on */
    struct feel_extern_ast *ext;
};

/* A block of an extern is compiled in place and run by the host when it wants.
 * input: number of the extern's own slot that `?` means in it, or -1. */
struct feel_vm;
struct feel_extern;
typedef struct feel_value (*feel_extern_fn)(struct feel_vm *vm, const struct feel_extern *x);
struct feel_extern_ast {
    feel_extern_fn run;
    const void *data;
    size_t slot_count, block_count;
    struct feel_ast **block; /* NULL entries are allowed and stay empty */
    int *input;
};

struct feel_scope_entry {
    struct span name;
    enum { ENTRY_LOCAL, ENTRY_GLOBAL, ENTRY_NAMESPACE } kind;
    uint32_t index;
    const struct feel_scope *inside; /* ENTRY_NAMESPACE: its members, globals */
    const struct feel_type *type;
    struct feel_scope_entry *next;
};
struct feel_type_entry { struct span name; const struct feel_type *type; struct feel_type_entry *next; };
struct feel_scope {
    struct arena *arena;
    const struct feel_scope *outer;
    struct feel_scope_entry *entry;    /* newest first */
    struct feel_scope_entry *property; /* names with spaces after a dot */
    struct feel_type_entry *type;
    struct map *property_of, *type_of; /* the same by name, made with the first; the newest of a name */
    bool dynamic; /* inside a filter: names may belong to the item */
    bool plain;   /* one instruction an operation, nothing fused or folded: the
                     reference that tests compare with; inner scopes inherit it */
};
const struct feel_scope_entry *feel_scope_find(const struct feel_scope *s, struct span name);
const struct feel_type *feel_scope_find_type(const struct feel_scope *s, struct span name);
bool feel_scope_local(struct feel_scope *s, struct span name);
bool feel_scope_namespace(struct feel_scope *s, struct span name, const struct feel_scope *inside);
/* Every entry name of a context type is a property, to any depth. */
bool feel_scope_type_properties(struct feel_scope *s, const struct feel_type *t);

/* PARSE_DOMAIN: what a loop goes over, an expression or a..b. */
enum feel_parse_mode { PARSE_EXPRESSION, PARSE_TESTS, PARSE_TYPE, PARSE_DOMAIN };
enum status feel_parse(struct arena *a, const struct feel_scope *scope, struct span text,
    enum feel_parse_mode mode, struct feel_ast **ret, struct diag *d);
/* A full-width sign (＞) is a letter of a name: the text with the signs that were meant; "" there are none. */
struct span feel_half_width(struct arena *a, struct span name);
/* White space inside a name is one space: "a  b" -> "a b". */
struct span feel_name_normal(struct arena *a, struct span s);

struct feel_ast *feel_ast_new(struct arena *a, enum feel_ast_kind kind, uint32_t offset);
/* Compiles a tree as a program of its own. */
enum status feel_compile_ast(struct arena *a, const struct feel_scope *scope,
    const struct feel_ast *ast, struct span where, const struct feel_program **ret, struct diag *d);

/* characters (lex.c) */
bool feel_name_start(int32_t c);
bool feel_name_part(int32_t c);
bool feel_space(int32_t c);
/* One byte: ASCII white space only, since 0x85 and 0xA0 also end characters. */
static inline bool feel_blank(char c) { return c == 0x20 || (c >= 9 && c <= 13); }
/* Length of a builtin function's name that starts at `s`, 0: none (builtin.c). */
size_t feel_builtin_match(struct span s);

#endif
