/* The folder of a store's keys, of its anchor and its trust file. */
#ifndef CLI_KEY_FOLDER_H
#define CLI_KEY_FOLDER_H

#include "cli/cli.h"

/* Where the keys of c->db are when nobody says: <file>.keys, data/<database>.keys for a server's
 * database.  Stores made when all stores of a folder shared keys/ go on with it.  NULL: memory. */
const char *key_folder_default(struct cli *c);
/* Before a store is made.  E_INPUT cli.keys_of_another: the folder has an owner, and the store is not there yet. */
NODISCARD enum status key_folder_free(struct cli *c, struct diag *d);
/* After the store is open: the folder's file `store` and the store's id agree.  `writing`: who has no
 * id gets one, and a folder without an owner is his from now on.  E_INPUT cli.keys_of_another. */
NODISCARD enum status key_folder_claim(struct cli *c, bool writing, struct diag *d);

#endif
