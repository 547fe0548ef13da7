"""A flow document checked before it is used: YAML, schema, and what only makes sense or not as a whole.

Every fault points at a line and column and says what is allowed. A flow that passes can be followed by the
interpreter without surprises: every way leads somewhere, and no loop goes round without asking the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from config.company import Company, Destination
from ivr.document import Document, Path
from ivr.errors import Fault, FlowError
from ivr.flow import (
    CALL_VARIABLES,
    Asking,
    Flow,
    Menu,
    Node,
    Opening,
    Part,
    Prompt,
    Record,
    Ring,
    Sub,
    To,
    Web,
    expressions_of,
    prompts_of,
    targets_of,
    variables_of,
)
from ivr.prompts.catalogue import prompt_names
from ivr.reading import DEFAULT_TIME_ZONE, Reader
from ivr.schema import schema_faults
from ivr.web_request import VARIABLE_IN_URL

VARIABLE = re.compile(r"\{([^{}]*)\}")
MAX_FAULTS = 100
_URL = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s#]*)?(\?[^\s#]*)?")


def check_flow(text: str, name: str = "", company: Company | None = None, file: str = "") -> list[Fault]:
    """Everything wrong with a flow, in the order of the lines; warnings too. Empty: it can be used.

    ``name``: the name that the flow is to have; ``company``: to check that queues, people and so on exist.
    """
    return _examine(text, name, company, file)[1]


def load_flow(text: str, name: str = "", company: Company | None = None, file: str = "") -> Flow:
    """The flow, if it can be used. Raises FlowError."""
    flow, faults = _examine(text, name, company, file)
    if flow is None or any(not fault.warning for fault in faults):
        raise FlowError([fault for fault in faults if not fault.warning])
    return flow


def _examine(text: str, name: str, company: Company | None, file: str) -> tuple[Flow | None, list[Fault]]:
    file = file or f"{name or 'flow'}.yaml"
    document, flow, faults = _read(text, file, company.time_zone if company else DEFAULT_TIME_ZONE)
    if document is not None and flow is not None:
        faults = (*faults, *_Meaning(document, flow, name, company).faults())
    return flow, sorted(set(faults))[:MAX_FAULTS]


@lru_cache(maxsize=64)
def _read(text: str, file: str, time_zone: str) -> tuple[Document | None, Flow | None, tuple[Fault, ...]]:
    """The document, the flow if it fits the schema, and the faults so far.

    Reading YAML is what takes time: who has read a text on a thread has it at once on the exchange's loop.
    """
    try:
        document = Document(text, file)
    except FlowError as error:
        return None, None, error.faults
    if faults := schema_faults(document):
        return document, None, tuple(faults)
    reader = Reader(document, time_zone)
    flow = reader.flow()
    return document, flow, tuple(reader.faults)


class _Meaning:
    """What a schema cannot say."""

    def __init__(self, document: Document, flow: Flow, name: str, company: Company | None) -> None:
        self._document = document
        self._flow = flow
        self._name = name
        self._known = _targets(company, flow)
        self._kinds = {node: next(iter(body)) for node, body in document.value["nodes"].items()}
        self._variables = {name for node in flow.nodes.values() for name in variables_of(node)}
        self._variables |= {*CALL_VARIABLES, *flow.variables}

    def faults(self) -> Iterator[Fault]:
        yield from self._names()
        for name, node in self._flow.nodes.items():
            yield from self._ways(name, node)
            yield from self._words(name, node)
            yield from self._details(name, node)
            if isinstance(node, Menu) and node.extensions and "#" in node.options:
                yield self._document.fault(
                    (*self._path(name), "options", "#"), "# ends a typed extension and cannot be an option", key=True
                )
        yield from self._loops()
        yield from self._unreached()

    def _path(self, node: str) -> Path:
        return "nodes", node, self._kinds[node]

    def _names(self) -> Iterator[Fault]:
        if self._name and self._flow.name != self._name:
            yield self._document.fault(("flow",), f"'{self._flow.name}' is given; allowed: {self._name}")
        if self._flow.start not in self._flow.nodes:
            yield self._document.fault(("start",), self._no_node(self._flow.start))
        for reserved in {"repeat", "return", "hang_up"} & set(self._flow.nodes):
            yield self._document.fault(("nodes", reserved), f"'{reserved}' has a meaning of its own", key=True)

    def _no_node(self, name: str) -> str:
        return f"no node '{name}'; allowed: {', '.join(sorted(self._flow.nodes))}, hang_up, return, or a destination"

    def _ways(self, name: str, node: Node) -> Iterator[Fault]:
        for way, target in targets_of(node).items():
            path = (*self._path(name), *(() if way == "go" else _steps(node, way)))
            if isinstance(target, To) and target.node not in self._flow.nodes:
                yield self._document.fault(path, self._no_node(target.node))
            if isinstance(target, Destination):
                yield from self._destination(target, path)

    def _destination(self, target: Destination, path: Path) -> Iterator[Fault]:
        shorthand = path[-1] == target.kind and path[:1] == ("nodes",) and len(path) == 3
        yield from self._exists(target.kind, target.target, path if shorthand else (*path, target.kind))

    def _exists(self, kind: str, name: str, path: Path) -> Iterator[Fault]:
        known = self._known.get(kind)
        if known is not None and name not in known:
            allowed = ", ".join(sorted(known)) or "none is defined"
            yield self._document.fault(path, f"no {kind} '{name}'; allowed: {allowed}")

    def _details(self, name: str, node: Node) -> Iterator[Fault]:
        """What the fields of one kind of node must be."""
        path = self._path(name)
        if isinstance(node, Sub):
            yield from self._exists("menu", node.flow, (*path, "name"))
        elif isinstance(node, Ring):
            for at, person in enumerate(node.people):
                yield from self._exists("person", person, (*path, "people", at))
        elif isinstance(node, Record):
            yield from self._exists("voicemail", node.box, (*path, "box"))
        elif isinstance(node, Opening) and node.switch:
            yield from self._exists("switch", node.switch, (*path, "switch"))
        elif isinstance(node, Web):
            yield from self._web(node, path)
        for where, expression in expressions_of(node).items():
            place = (*path, *_steps(node, where))
            for variable in sorted(expression.variables - self._variables):
                yield self._document.fault(place, self._no_variable(variable))

    def _web(self, node: Web, path: Path) -> Iterator[Fault]:
        host = node.url.partition("://")[2].partition("/")[0]
        if not _URL.fullmatch(VARIABLE_IN_URL.sub("0", node.url)) or "{" in host:
            allowed = "http:// or https://, a host without variables, then a path"
            yield self._document.fault((*path, "url"), f"'{node.url[:60]}' is given; allowed: {allowed}")
        for variable in VARIABLE.findall(node.url):
            if variable not in self._variables:
                yield self._document.fault((*path, "url"), self._no_variable(variable))
        if node.body and node.method == "GET":
            yield self._document.fault((*path, "body"), "a GET has none; allowed: method POST or PUT")

    def _no_variable(self, name: str) -> str:
        return f"no variable '{name}'; allowed: {', '.join(sorted(self._variables))}"

    def _words(self, name: str, node: Node) -> Iterator[Fault]:
        fields = ("prompt", "wrong", "silent") if isinstance(node, Asking) else ("prompt",)
        for field, prompt in zip(fields, prompts_of(node), strict=False):
            path = (*self._path(name), field)
            if field in self._document.value["nodes"][name][self._kinds[name]]:
                yield from self._prompt(prompt, path)

    def _prompt(self, prompt: Prompt, path: Path) -> Iterator[Fault]:
        listed = isinstance(self._at(path), list)
        for index, part in enumerate(prompt):
            yield from self._part(part, (*path, index) if listed else path)

    def _part(self, part: Part, path: Path) -> Iterator[Fault]:
        if part.prompt:
            if part.texts or part.name:
                yield self._document.fault(path, "either 'prompt' or texts of its own")
            if part.prompt not in prompt_names():
                allowed = ", ".join(sorted(prompt_names()))
                yield self._document.fault((*path, "prompt"), f"no prompt '{part.prompt}'; allowed: {allowed}")
            return
        for language in self._flow.languages:
            if language not in part.texts:
                yield self._document.fault(path, f"no text in '{language}'; an empty one says nothing")
        for language, text in part.texts.items():
            for variable in VARIABLE.findall(text.text):
                if variable not in self._variables:
                    yield self._document.fault((*path, language), self._no_variable(variable))

    def _at(self, path: Path) -> object:
        value = self._document.value
        for step in path:
            value = value[step]
        return value

    def _onward(self, name: str, *, silent: bool) -> list[str]:
        """The nodes that follow ``name``; ``silent``: only where the caller is not asked."""
        node = self._flow.nodes[name]
        if silent and isinstance(node, Asking):
            return []
        targets = [target.node for target in targets_of(node).values() if isinstance(target, To)]
        return [target for target in targets if target in self._flow.nodes]

    def _loops(self) -> Iterator[Fault]:
        """Nodes from which a way without any question leads back to themselves."""
        for name in self._flow.nodes:
            if name in self._reached(self._onward(name, silent=True), silent=True):
                yield self._document.fault(
                    ("nodes", name), "goes round in a loop that never asks the caller; put a menu into it", key=True
                )

    def _unreached(self) -> Iterator[Fault]:
        if self._flow.start in self._flow.nodes:
            for name in set(self._flow.nodes) - self._reached([self._flow.start], silent=False):
                yield self._document.fault(("nodes", name), "nothing leads here", key=True, warning=True)

    def _reached(self, starts: list[str], *, silent: bool) -> set[str]:
        reached: set[str] = set()
        pending = list(starts)
        while pending:
            name = pending.pop()
            if name not in reached:
                reached.add(name)
                pending += self._onward(name, silent=silent)
        return reached


def _steps(node: Node, where: str) -> list[str | int]:
    """A place in a node as the document has it: the keys of a menu are texts, the cases of a branch are counted."""
    steps = where.split(".")
    return [int(step) if step.isdigit() and not isinstance(node, Menu) else step for step in steps]


def _targets(company: Company | None, flow: Flow) -> dict[str, set[str]]:
    """What can be named, by kind; nothing is known without a company."""
    if company is None:
        return {}
    people = {person.extension for person in company.people}
    return {
        "menu": {menu.name for menu in company.menus} | {flow.name},
        "queue": {queue.name for queue in company.queues},
        "callback": {queue.name for queue in company.queues if queue.callback},
        "person": people | {person.login for person in company.people},
        "room": {room.extension for room in company.rooms},
        "voicemail": people | {box.box for box in company.voicemail_boxes},
        "ring_group": {group.name for group in company.ring_groups},
        "switch": {switch.name for switch in company.switches},
    }
