#!/usr/bin/env python3
"""Turns a folder of migrations NNNN_name.sql into C: embed.py DIR OUTPUT.c DEPFILE.

The numbers must be 0001, 0002, ... without a hole, and a file must not be empty:
both are mistakes of a merge that should stop the build, not the bureau.
"""
import pathlib
import re
import sys


def c_string(text):
    """A C string literal, a line a line; '?' is escaped because of trigraphs."""
    lines = []
    for line in text.splitlines(keepends=True):
        escaped = ''.join(
            chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else '\\%03o' % b
            for b in line.encode('utf-8'))
        lines.append('    "%s"' % escaped)
    return '\n'.join(lines)


def main():
    folder, output, depfile = (pathlib.Path(a) for a in sys.argv[1:4])
    files = sorted(folder.glob('*.sql'))
    entries = []
    for number, file in enumerate(files, start=1):
        match = re.fullmatch(r'(\d{4})_([a-z0-9_]+)\.sql', file.name)
        if not match or int(match.group(1)) != number:
            sys.exit(f'{file}: expected the name {number:04}_name.sql')
        text = file.read_text(encoding='utf-8')
        if not text.strip():
            sys.exit(f'{file}: is empty')
        entries.append('    {%d, "%s",\n%s},' % (number, file.stem, c_string(text)))
    body = '\n'.join(entries) if entries else '    {0, NULL, NULL}, /* none yet */'
    output.write_text(
        '/* Made by tools/embed.py. */\n'
        '#include "store/migrations.h"\n\n'
        f'const struct migration store_migrations[] = {{\n{body}\n}};\n'
        f'const size_t store_migration_count = {len(entries)};\n', encoding='utf-8')
    # The folder itself, so that a new file is noticed.
    names = [folder, *files]
    depfile.write_text('%s: %s\n' % (output, ' '.join(str(n).replace(' ', '\\ ') for n in names)))


main()
