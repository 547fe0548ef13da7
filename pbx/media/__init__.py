"""The media plane: a worker process that moves and mixes sound, and the client that the exchange has."""

import os

# Read by NumPy's linear algebra when it is first imported: a tick's small products are done sooner by one thread than
# shared among several.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
