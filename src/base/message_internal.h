/* The catalogue that tools/messages.py makes of every messages.csv. */
#ifndef BASE_MESSAGE_INTERNAL_H
#define BASE_MESSAGE_INTERNAL_H

#include <stddef.h>

struct message_entry {
    const char *code;
    const char *text[2]; /* by enum lang */
};

extern const struct message_entry message_table[]; /* sorted by code, bytewise */
extern const size_t message_table_size;

#endif
