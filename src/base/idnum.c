#include "base/idnum.h"

#include "base/utf8.h"

/* ---- GB 11643-1999 ---------------------------------------------------------- */

enum { CITIZEN = 18, CITIZEN_OLD = 15, CREDIT = 18 };

char citizen_check_digit(const char first17[17]) {
    /* Weights 2^(18-i) mod 11, ISO 7064 MOD 11-2. */
    static const int weight[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;
    for (int i = 0; i < 17; i++) {
        assert(first17[i] >= '0' && first17[i] <= '9');
        sum += (first17[i] - '0') * weight[i];
    }
    return "10X98765432"[sum % 11];
}

/* The first character that cannot stand where it stands, from 1; 0: none. */
static int wrong_character(struct span s) {
    const char *p = s.at, *end = span_end(s);
    for (int position = 1; p < end; position++) {
        int32_t c = utf8_next(&p, end);
        bool last = position == CITIZEN && s.size == CITIZEN;
        if (!(c >= '0' && c <= '9') && !(last && (c == 'X' || c == 'x')))
            return position;
    }
    return 0;
}

static int two(const char *p) { return (p[0] - '0') * 10 + p[1] - '0'; }

enum status citizen_number_parse(struct span text, struct citizen_number *ret, struct diag *d) {
    int wrong = wrong_character(text);
    if (wrong)
        return diag_fail(d, E_INPUT, "idnum.character", DIAG_N("position", wrong));
    if (text.size != CITIZEN && text.size != CITIZEN_OLD)
        return diag_fail(d, E_INPUT, "idnum.length", DIAG_N("count", text.size));
    struct citizen_number n = {0};
    if (text.size == CITIZEN)
        memcpy(n.text, text.at, CITIZEN);
    else { /* the old form leaves out the century, which was always 19 */
        memcpy(n.text, text.at, 6);
        memcpy(n.text + 6, "19", 2);
        memcpy(n.text + 8, text.at + 6, 9);
        n.text[17] = citizen_check_digit(n.text);
    }
    if (n.text[17] == 'x')
        n.text[17] = 'X';
    if (n.text[0] == '0') /* GB/T 2260: province codes begin at 11 */
        return diag_fail(d, E_INPUT, "idnum.division");
    int year = two(n.text + 6) * 100 + two(n.text + 8);
    int month = two(n.text + 10), day = two(n.text + 12);
    if (year < 1800 || !date_valid(year, month, day))
        return diag_fail(d, E_INPUT, "idnum.birth");
    if (citizen_check_digit(n.text) != n.text[17])
        return diag_fail(d, E_INPUT, "idnum.check_digit");
    memcpy(n.division, n.text, 6);
    n.birth = date_from_ymd(year, month, day);
    n.male = (n.text[16] - '0') % 2 == 1;
    *ret = n;
    return OK;
}

void number_mask(char *text, size_t size) {
    size_t head = size == CITIZEN ? 6 : 3, tail = 4;
    bool all = size < 10; /* of nine, two would be hidden */
    for (size_t i = 0; i < size; i++)
        all |= (unsigned char)text[i] >= 0x80; /* ends could fall inside a character */
    for (size_t i = 0; i < size; i++)
        if (all || (i >= head && i < size - tail))
            text[i] = '*';
}

void citizen_mask(const char *number18, char out[19]) {
    assert(strlen(number18) == CITIZEN);
    memcpy(out, number18, CITIZEN + 1);
    number_mask(out, CITIZEN);
}

/* ---- GB 32100-2015 ---------------------------------------------------------- */

/* Digits and capitals without I, O, Z, S, V; the place is the value. */
static const char credit_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int credit_value(char c) {
    const char *p = c ? strchr(credit_alphabet, c) : NULL;
    return p ? (int)(p - credit_alphabet) : -1;
}

char credit_check_digit(const char first17[17]) {
    int sum = 0, weight = 1; /* 3^(i-1) mod 31 */
    for (int i = 0; i < 17; i++) {
        int v = credit_value(first17[i]);
        assert(v >= 0);
        sum += v * weight;
        weight = weight * 3 % 31;
    }
    return credit_alphabet[(31 - sum % 31) % 31];
}

enum status credit_code_check(struct span text, struct diag *d) {
    const char *p = text.at, *end = span_end(text);
    for (int position = 1; p < end; position++) {
        int32_t c = utf8_next(&p, end);
        bool digit_only = position >= 3 && position <= 8; /* division, GB/T 2260 */
        if (c <= 0 || c > 127 || credit_value((char)c) < 0 ||
            (digit_only && (c < '0' || c > '9')))
            return diag_fail(d, E_INPUT, "idnum.credit_character", DIAG_N("position", position));
    }
    if (text.size != CREDIT)
        return diag_fail(d, E_INPUT, "idnum.credit_length", DIAG_N("count", text.size));
    if (credit_check_digit(text.at) != text.at[17])
        return diag_fail(d, E_INPUT, "idnum.credit_check_digit");
    return OK;
}
