/* Models that a model imports.
 *
 * Of a model by itself: the file that locationURI names, relative to the file that imports it and
 * never outside the folder of the first one; when it names none, the one .dmn file of the namespace
 * in that folder.  Of a file of a pack, as in the platform: by namespace alone, among the models
 * and policies of all packs, and of editions in one folder the last by name. */
#ifndef CLI_MODEL_FOLDER_H
#define CLI_MODEL_FOLDER_H

#include "base/vec.h"
#include "cli/cli.h"
#include "dmn/dmn.h"

enum { MODEL_BYTES_MAX = 64 << 20, MODEL_NEIGHBOURS_MAX = 200 };

struct model_folder;
struct model_neighbour {
    struct model_folder *folder;
    const char *path;      /* without links: one file has one */
    const struct model_neighbour *for_whom; /* LOADING: who imports it; NULL: the first */
    bool beside;           /* found in a folder, not by its location */
    struct span uri, text; /* of one that is not BROKEN */
    const struct dmn_model *model;
    struct diag why;       /* BROKEN */
    enum { UNSEEN, LOADING, LOADED, BROKEN } state;
};
struct model_folder {
    struct cli *cli;
    const char *root, *pack; /* the first model's folder; its pack or NULL */
    bool searched;
    size_t beside;           /* models found by searching, those past the limit counted */
    VEC(struct model_neighbour *) file; /* the first model's own file first */
    struct dmn_imports imports;
};

/* Nothing is read before an import asks for it.  E_LIMIT. */
NODISCARD enum status model_folder_open(struct model_folder *f, struct cli *c, const char *path, struct diag *d);
/* E_INPUT: the first problem of an imported model, with its file. */
NODISCARD enum status model_folder_faulty(const struct model_folder *f, struct diag *d);
/* The folder part of a path, in the arena; "." when there is none. */
const char *model_folder_of(struct cli *c, const char *path);
/* The folder with the pack.json above the file; NULL: the file is in no pack. */
const char *model_pack_of(struct cli *c, const char *path);

#endif
