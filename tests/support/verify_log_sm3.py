#!/usr/bin/env python3
"""Recomputes the root of an exported tree from its entries alone, with hashlib.

    verify_log_sm3.py DIR ALGORITHM

Exit status 1 when it is not the checkpoint's.  The signature is not checked."""
import base64
import hashlib
import pathlib
import sys


def tile_name(n):
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03d}")
    return "/".join(parts)


def entries(folder, size):
    for n in range((size + 255) // 256):
        width = min(256, size - n * 256)
        name = tile_name(n) + ("" if width == 256 else f".p/{width}")
        bundle = (folder / "tile/entries" / name).read_bytes()
        for _ in range(width):
            length = int.from_bytes(bundle[:2], "big")
            if len(bundle) < 2 + length:
                sys.exit(f"FAIL: torn: {name}")
            yield bundle[2:2 + length]
            bundle = bundle[2 + length:]
        if bundle:
            sys.exit(f"FAIL: something behind the entries: {name}")


def root(folder, size, algorithm):
    def digest(data):
        return hashlib.new(algorithm, data).digest()

    edge = []
    for index, entry in enumerate(entries(folder, size)):
        node = digest(b"\0" + entry)
        while index & 1:
            node = digest(b"\1" + edge.pop() + node)
            index >>= 1
        edge.append(node)
    node = edge.pop() if edge else digest(b"")
    while edge:
        node = digest(b"\1" + edge.pop() + node)
    return base64.b64encode(node).decode()


def main():
    folder = pathlib.Path(sys.argv[1])
    _, size, signed = (folder / "checkpoint").read_text(encoding="utf-8").split("\n")[:3]
    if root(folder, int(size), sys.argv[2]) != signed:
        sys.exit("FAIL: the entries do not give the signed root")
    print("ok ", size, "entries give the signed root")


if __name__ == "__main__":
    main()
