"""A YAML text as plain values that remember where they stood.

Only what a flow needs is read: mappings with text keys, lists, texts, numbers, true and false. Anchors, aliases and
tags are refused, as are documents that are too long or too deep: a flow comes from a user, and must cost little.
"""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, NodeEvent, ScalarEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivr.errors import Fault, FlowError, dotted

MAX_CHARACTERS = 128 * 1024
MAX_DEPTH = 24
MAX_VALUES = 20_000

Path = tuple[str | int, ...]


class Document:
    """``value``: what the text says; ``position(path)``: line and column (from 1) of a key, or of its value."""

    def __init__(self, text: str, file: str, *, times: int = 1) -> None:
        """Raises FlowError when the text is not YAML that can be read.

        ``times`` the size of a flow is allowed: files of one's own are larger than what comes over the API.
        """
        self.file = file
        self._most_values = times * MAX_VALUES
        self._keys: dict[Path, tuple[int, int]] = {}
        self._values: dict[Path, tuple[int, int]] = {(): (1, 1)}
        self._faults: list[Fault] = []
        if len(text) > times * MAX_CHARACTERS:
            most = f"{times * MAX_CHARACTERS} characters"
            raise FlowError([Fault(file, 1, 1, f"the document is too long; allowed: {most}")])
        try:
            self._refuse_what_costs(text)
            node = YAML(typ="safe", pure=True).compose(text)
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            why = _one_line(error.problem or error.context)
            raise FlowError([Fault(file, line, column, f"not YAML: {why}")]) from None
        except (YAMLError, ValueError) as error:
            raise FlowError([Fault(file, 1, 1, f"not YAML: {_one_line(str(error))}")]) from None
        self.value: Any = None if node is None else self._plain(node, ())
        if self._faults:
            raise FlowError(self._faults)

    def position(self, path: Path, *, key: bool = False) -> tuple[int, int]:
        """Where the value at ``path`` stands, or its key; of the nearest parent when it is not there."""
        while path not in self._values:
            path = path[:-1]
        return self._keys.get(path, self._values[path]) if key else self._values[path]

    def fault(self, path: Path, message: str, *, key: bool = False, warning: bool = False) -> Fault:
        """A fault that points at ``path``."""
        line, column = self.position(path, key=key)
        where = dotted(path)
        return Fault(self.file, line, column, f"{where}: {message}" if where else message, warning, path)

    def _refuse_what_costs(self, text: str) -> None:
        depth = values = 0
        for event in YAML(typ="safe", pure=True).parse(text):
            at = (event.start_mark.line + 1, event.start_mark.column + 1)
            if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
                raise FlowError([Fault(self.file, *at, "anchors and aliases are not allowed: write the value again")])
            if isinstance(event, CollectionStartEvent | ScalarEvent) and event.tag:
                raise FlowError([Fault(self.file, *at, "tags are not allowed")])
            depth += isinstance(event, CollectionStartEvent)
            depth -= isinstance(event, CollectionEndEvent)
            values += isinstance(event, NodeEvent)
            if depth > MAX_DEPTH or values > self._most_values:
                most = f"depth {MAX_DEPTH}, {self._most_values} values"
                raise FlowError([Fault(self.file, *at, f"too much; allowed: {most}")])

    def _plain(self, node: Node, path: Path) -> Any:
        self._values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, MappingNode):
            return self._mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self._plain(item, (*path, index)) for index, item in enumerate(node.value)]
        assert isinstance(node, ScalarNode)
        return _scalar(node)

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            at = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, ScalarNode):
                self._faults.append(Fault(self.file, *at, "a key must be a text"))
                continue
            key = key_node.value
            if key in result:
                self._faults.append(Fault(self.file, *at, f"'{key}' stands here twice"))
            self._keys[(*path, key)] = at
            result[key] = self._plain(value_node, (*path, key))
        return result


def _scalar(node: ScalarNode) -> str | int | float | bool | None:
    kind = str(node.tag).rpartition(":")[2]
    text: str = node.value
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        # 0x1F, 1_000, .inf and their like are texts here: a flow has no use for them.
        return text
    if kind == "bool":
        return text.lower() == "true"
    return None if kind == "null" else text


def _one_line(text: str | None) -> str:
    return " ".join((text or "it cannot be read").split())[:200]
