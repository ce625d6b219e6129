#!/usr/bin/env python3
"""No symbol of ours has the name of one in a library that the program loads, or of another of ours.

    check_symbols.py PROGRAM OBJECTS

A function called `warn` in our code silently takes the place of libc's for
everything that is linked with it, other libraries' calls included.  Prints each
such name with its object and exits 1.  Two of our own are no better: of two
static libraries the linker takes whichever it meets first.
"""
import pathlib
import re
import subprocess
import sys


def lines(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()


def names(paths, *options):
    """(file, symbol) of what the files define for others, without versions."""
    found = lines("nm", "--print-file-name", "--defined-only", "--extern-only", *options, *paths)
    return [(place.rsplit(":", 1)[0], symbol.partition("@")[0]) for place, _, symbol in (line.split() for line in found if len(line.split()) == 3)]


def main():
    program, objects = (str(pathlib.Path(path).resolve()) for path in sys.argv[1:])
    libraries = [found.group(1) for found in (re.search(r"=> (/\S+)", line) for line in lines("ldd", program)) if found]
    theirs = {symbol: library for library, symbol in names(libraries, "--dynamic")}
    ours = sorted(pathlib.Path(objects).rglob("*.o"))
    if not theirs or not ours:
        sys.exit(f"nothing to compare: {len(theirs)} names of libraries, {len(ours)} objects")
    found = [f"{pathlib.Path(path).relative_to(objects)}: {symbol} is also in {pathlib.Path(theirs[symbol]).name}"
             for path, symbol in names(ours) if symbol in theirs]
    first = {}
    for path, symbol in names(ours):
        if first.setdefault(symbol, path) != path:
            found.append(f"{pathlib.Path(path).relative_to(objects)}: {symbol} is also in {pathlib.Path(first[symbol]).relative_to(objects)}")
    print("\n".join(found) if found else f"{len(ours)} objects, {len(theirs)} names of libraries, none twice")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
