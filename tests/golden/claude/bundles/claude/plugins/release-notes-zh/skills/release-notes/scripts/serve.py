"""Serve release facts over standard input and output."""

import sys

for line in sys.stdin:
    print(line, end="")
