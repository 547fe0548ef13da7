"""A media worker as the server starts it: its log lines look as those of the other processes do."""

from __future__ import annotations

import logging
import sys

from centralita import logs
from pbx.media import worker


def main() -> int:
    """``pbx.media.worker.main`` with the arguments of the command line; its exit status."""
    logs.configure("media")
    logging.getLogger("media").setLevel(logging.INFO)
    return worker.main()


if __name__ == "__main__":
    sys.exit(main())
