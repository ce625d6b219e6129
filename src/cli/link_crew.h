/* Threads, clock and mapped files for the linkage engine, which has none of its own. */
#ifndef CLI_LINK_CREW_H
#define CLI_LINK_CREW_H

#include "link/crew.h"

/* `threads` workers, 0: as many as processors. */
struct link_crew crew_of(int threads);

/* For link_crew.released, when all texts are mapped files. */
void crew_released(void *arg, const void *at, size_t size);

struct crew_file { struct span text; void *mapped; size_t mapped_size; char *own; };
/* The text of a CSV file in UTF-8: mapped when it is that already, else converted from GB18030. E_INPUT, E_LIMIT, E_SYSTEM. */
NODISCARD enum status crew_file_open(struct crew_file *f, const char *path, struct diag *d);
void crew_file_close(struct crew_file *f);

#endif
