"""kill -9 in the middle of writing: what was committed is there, and writing goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pbx.journal import Journal, JournalReader, Position

WRITER = """
import asyncio, sys
from pathlib import Path
from pbx.journal import Journal

async def main():
    journal = Journal(Path(sys.argv[1]), segment_bytes=20_000, group_window_s=0)
    await journal.start()
    number = 0
    while True:
        for _ in range(20):
            journal.append({"id": number, "text": "x" * 50})
            number += 1
        await journal.flush()
        print(number, flush=True)

asyncio.run(main())
"""


async def test_every_event_that_was_committed_survives_a_kill(tmp_path: Path) -> None:
    for _ in range(2):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        committed = 0
        for line in writer.stdout:
            committed = int(line)
            if committed >= 2000:
                break
        writer.kill()
        writer.communicate()
        journal = Journal(tmp_path)
        await journal.start()
        journal.append({"id": "after"})
        await journal.close()
        reader, position, ids = JournalReader(tmp_path), Position(0, 0), list[object]()
        while True:
            documents, behind = reader.read(position)
            if not documents:
                break
            ids += [document["id"] for document in documents]
            position = behind or position
        assert reader.damaged == 0
        last_run = ids[len(ids) - 1 - ids[::-1].index(0) : -1]
        assert ids[-1] == "after"
        assert last_run[:committed] == list(range(committed))
        assert last_run == list(range(len(last_run)))
