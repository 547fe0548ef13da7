"""A YAML file that remembers on which line each of its values stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

MAX_BYTES = 4 << 20
MAX_DEPTH = 32

Path_ = Sequence[str | int]


class SourceError(Exception):
    """The file cannot be read as YAML; one readable line with file and line."""


class YamlSource:
    """``value``: what the file says; ``line``: where it says so."""

    def __init__(self, file: Path) -> None:
        """Read ``file``. Raises SourceError."""
        self.file = file
        try:
            if file.stat().st_size > MAX_BYTES:
                raise SourceError(f"{file}: larger than {MAX_BYTES >> 20} MiB")
            self.text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise SourceError(f"{file}: there is no such file") from None
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(f"{file}: cannot be read: {error}") from None
        try:
            self._root: Node | None = YAML(typ="safe", pure=True).compose(self.text)
            _refuse_aliases(file, self._root)
            self.value: Any = YAML(typ="safe", pure=True).load(self.text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = f"{file}:{mark.line + 1}" if mark else str(file)
            raise SourceError(f"{where}: not YAML: {error.problem or error.context}") from None
        except (YAMLError, ValueError, TypeError, RecursionError) as error:
            raise SourceError(f"{file}: not YAML: {' '.join(str(error).split())}") from None

    def line(self, path: Path_) -> int:
        """The line (from 1) of the value at ``path``, or of the nearest thing around it that the file has."""
        node = self._root
        line = 1
        for step in path:
            node = _child(node, step)
            if node is None:
                break
            line = node.start_mark.line + 1
        return line


def _child(node: Node | None, step: str | int) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: Node = node.value[step]
        return child
    return None


def _refuse_aliases(file: Path, root: Node | None) -> None:
    # An alias can make a small file unfold into gigabytes; no company file needs one.
    seen: set[int] = set()
    for node, depth in _walk(root, 0):
        if id(node) in seen:
            raise SourceError(f"{file}:{node.start_mark.line + 1}: aliases (*name) are not allowed")
        if depth > MAX_DEPTH:
            raise SourceError(f"{file}:{node.start_mark.line + 1}: nested deeper than {MAX_DEPTH}")
        if isinstance(node, MappingNode | SequenceNode):
            seen.add(id(node))


def _walk(node: Node | None, depth: int) -> Iterator[tuple[Node, int]]:
    waiting = [(node, depth)] if node is not None else []
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        if isinstance(node, MappingNode):
            waiting += [(child, depth + 1) for pair in node.value for child in pair]
        elif isinstance(node, SequenceNode):
            waiting += [(child, depth + 1) for child in node.value]
