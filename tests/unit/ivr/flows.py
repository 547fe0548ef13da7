"""Flows for the tests of the menus."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent

from ivr.check import load_flow
from ivr.flow import Flow
from ivr.testing import PlayedCaller

ROOT = Path(__file__).parents[3]
EXTENSIONS = ("101", "102", "1055", "10", "700")


def flow(nodes: str, *, name: str = "test", start: str = "start", languages: str = "[es]") -> Flow:
    """A flow of these nodes."""
    return load_flow(document(nodes, name=name, start=start, languages=languages), name)


def document(nodes: str, *, name: str = "test", start: str = "start", languages: str = "[es]") -> str:
    head = f"flow: {name}\nlanguages: {languages}\nstart: {start}\nnodes:\n"
    return head + indent(dedent(nodes).strip("\n"), "  ") + "\n"


def call(*flows: Flow, number: str | None = "+34600111222", language: str = "es", **more: float) -> PlayedCaller:
    """A caller of the first of these flows."""
    return PlayedCaller(
        {one.name: one for one in flows}, flows[0].name, number=number, language=language, extensions=EXTENSIONS, **more
    )


MENU = """
start:
  menu:
    prompt: {es: Uno o dos.}
    wrong: {es: Eso no vale.}
    silent: {es: No le oigo.}
    extensions: true
    options:
      1: {queue: sales}
      2: {queue: support}
      9: repeat
      "*": hang_up
    fallback: {ring_group: reception}
"""
