"""time_import.py STATEMENT: milliseconds that it takes, without the start of the interpreter."""

import sys
from time import perf_counter

began = perf_counter()
exec(sys.argv[1])
took = perf_counter() - began
print(f'{{"ms": {1000 * took}, "modules": {len(sys.modules)}}}')
