/* Models that a model imports: the .dmn files beside it, and for a file of a pack
 * the models and policies of all packs. */
#ifndef CLI_MODEL_FOLDER_H
#define CLI_MODEL_FOLDER_H

#include "cli/cli.h"
#include "dmn/dmn.h"

enum { MODEL_BYTES_MAX = 64 << 20, MODEL_NEIGHBOURS_MAX = 200 };

struct model_neighbour { struct span uri, text; const struct dmn_model *model; enum { UNSEEN, LOADING, LOADED, BROKEN } state; };
struct model_folder { struct cli *cli; struct model_neighbour file[MODEL_NEIGHBOURS_MAX]; size_t count; struct dmn_imports imports; };

/* `text` is the model's: only one that imports makes the neighbours worth reading. */
void model_folder_open(struct model_folder *f, struct cli *c, const char *path, struct span text);
/* The folder part of a path, in the arena; "." when there is none. */
const char *model_folder_of(struct cli *c, const char *path);
/* The folder with the pack.json above the file; NULL: the file is in no pack. */
const char *model_pack_of(struct cli *c, const char *path);

#endif
