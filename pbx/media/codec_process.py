"""A codec process: ``python -m pbx.media.codec_process FD``, started by a media worker when a leg needs a codec.

It reads batches from the socket FD and answers each, until the worker is gone. What a hostile packet may do to a
codec's library, it does here, and the calls of everybody else go on.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket as sockets
import sys

from pbx.media.codec_batch import Batch
from pbx.media.errors import CodecError
from pbx.media.transcoder import Transcoder

LARGEST = 1 << 20
NICENESS = -5


def serve(link: sockets.socket) -> None:
    """Answer batches until the other end is closed."""
    transcoder = Transcoder()
    while message := link.recv(LARGEST):
        try:
            answers = transcoder.work(Batch.from_bytes(message))
        except CodecError:
            continue
        for answer in answers:
            link.sendall(answer.to_bytes())


def main() -> int:
    """Serve the socket whose descriptor is the one argument."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)  # a worker that drains still needs its codecs; its end is ours
    with contextlib.suppress(OSError, AttributeError):
        # The tick comes before codecs: the worker's real-time precedence is not for this process.
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)
    with sockets.socket(fileno=int(sys.argv[1])) as link, contextlib.suppress(OSError):
        serve(link)
    return 0


if __name__ == "__main__":
    sys.exit(main())
