#!/usr/bin/env python3
"""The engines feel, dmn and cohort, and what they use of base, ask nothing of a system.

    check_engines.py OBJECTS | --self-test

They are to run in the browser and inside a database: memory, text, arithmetic and sorting
of the C library and ICU (texts, patterns, sets of characters, zones: data in memory) are all that they may call (ALLOWED).  Goes from the engines' object files to
those of base that define what they call, and so on; prints each object that calls something else and exits 1.
FILES are the doors that read files for a program and are left out where there are none.
"""
import pathlib
import re
import subprocess
import sys

ENGINES = ("feel", "dmn", "cohort")
FILES = {"dmn/tck_files.c"}  # the folders of the DMN compatibility kit
ALLOWED = re.compile(r"""^(
    bcmp | mem(cpy|move|set|cmp|chr|mem) | str(len|n?cmp|n?casecmp|chr|chrnul|rchr|n?dup|nlen|str|spn|cspn|toll?|toull?|tod|pbrk) | v?snprintf | vasprintf
  | (m|c|re)alloc | aligned_alloc | free | qsort(_r)? | bsearch | abort | __assert_fail
  | pow | fabs | floor | ceil | round | log(2|10)? | exp | sqrt | ldexp | frexp | fmod | trunc | l?lround | l?lrint
  | __errno_location | __ctype_b_loc | to(upper|lower)
  | __(u?div|u?mod|u?divmod|float|fix|mul|popcount|clz|ctz|ashl|lshr)[a-z]*[0-9]? | __cpu_(model|indicator_init)
  | _GLOBAL_OFFSET_TABLE_ | __stack_chk_fail | __[a-z_]*_chk | __isoc(99|23)_[a-z]*scanf | __isoc23_strtou?ll?
  | (uregex_|uset_|ucal_|u_)[A-Za-z0-9]+_[0-9]+
  | __bid[a-z0-9_]* | bid[0-9a-z_]* | XML_[A-Za-z]* | __(asan|ubsan|msan|tsan|sanitizer)_[a-zA-Z0-9_]* | __gcov[a-z_]* | __sancov[a-z_]*
)$""", re.VERBOSE)


def symbols(path):
    """What an object defines for others, and what it wants of them."""
    defined, wanted = set(), set()
    for line in subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout.splitlines():
        kind, name = line.split()[-2:]
        if kind in "Uwv":
            wanted.add(name.partition("@")[0])
        elif kind.isupper() or kind == "i":
            defined.add(name)
    return defined, wanted


def source(path, root):
    """build/src/feel/libfeel.a.p/lex.c.o -> feel/lex.c"""
    parts = path.relative_to(root).parts
    return f"{parts[0]}/{parts[-1].removesuffix('.o')}"


def foreign(objects, begin):
    """(object, symbol) of what is wanted of nobody among the objects, from those that `begin` names on."""
    owner = {name: path for path, (defined, _) in objects.items() for name in defined}
    queue, seen, found = [path for path in objects if begin(path)], set(), []
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in sorted(objects[path][1]):
            if name in owner:
                queue.append(owner[name])
            elif not ALLOWED.match(name):
                found.append((path, name))
    return found, seen


def self_test():
    objects = {"feel/a.c": ({"a"}, {"b", "memcpy"}), "base/b.c": ({"b"}, {"open", "strlen"}), "base/c.c": ({"c"}, {"write"})}
    found, seen = foreign(objects, lambda path: path.startswith("feel"))
    assert found == [("base/b.c", "open")] and "base/c.c" not in seen, found
    for name in ("time", "getenv", "fopen", "pthread_create", "mmap", "clock_gettime", "printf", "exit", "getrandom", "strerror_l"):
        assert not ALLOWED.match(name), name


def main():
    self_test()
    if sys.argv[1:] == ["--self-test"]:
        return 0
    root = pathlib.Path(sys.argv[1]).resolve()
    objects = {source(path, root): symbols(path) for path in sorted(root.rglob("*.o"))}
    begin = [path for path in objects if path.split("/")[0] in ENGINES and path not in FILES]
    if len(begin) < 3 * 10:
        sys.exit(f"only {len(begin)} objects of the engines in {root}")
    found, seen = foreign(objects, lambda path: path in begin)
    print("\n".join(f"{path}: calls {name}" for path, name in sorted(found)) if found
          else f"{len(seen)} objects, none calls the system")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
