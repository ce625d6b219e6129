#include "store/scan.h"

#include <strings.h>

bool sql_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
        || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static size_t quoted_size(const char *at) {
    size_t i = 1;
    while (at[i] && at[i] != at[0])
        i++;
    return at[i] ? i + 1 : i;
}

static size_t comment_size(const char *at) {
    if (at[0] == '-')
        return strcspn(at, "\n");
    const char *end = strstr(at + 2, "*/");
    return end ? (size_t)(end + 2 - at) : strlen(at);
}

enum token sql_token(const char *at, size_t *ret_size) {
    *ret_size = 1;
    if (!*at)
        return T_END;
    if (strchr(" \t\r\n\f", *at)) {
        *ret_size = strspn(at, " \t\r\n\f");
        return T_SPACE;
    }
    if ((at[0] == '-' && at[1] == '-') || (at[0] == '/' && at[1] == '*')) {
        *ret_size = comment_size(at);
        return T_SPACE;
    }
    if (*at == '\'' || *at == '"') {
        *ret_size = quoted_size(at);
        return *at == '"' ? T_QUOTED : T_LITERAL;
    }
    if (*at == '?')
        return T_MARK;
    if (sql_word_char(*at)) {
        while (sql_word_char(at[*ret_size]))
            ++*ret_size;
        return T_WORD;
    }
    return T_OTHER;
}

bool sql_is_word(struct span s, const char *word) {
    return s.size == strlen(word) && strncasecmp(s.at, word, s.size) == 0;
}

bool sql_in_words(struct span s, const char *const *list) {
    for (; *list; list++)
        if (sql_is_word(s, *list))
            return true;
    return false;
}
