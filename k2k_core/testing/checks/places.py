"""Where something stands in the sources of a plugin, as `acme_friends/prices.py:12`, for messages to its author."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import FrameType, FunctionType, MethodType, ModuleType, TracebackType

DEEPEST = 8
"""How far the functions within a contribution are followed."""


class Sources:
    """The modules of a plugin: all that is imported from the package, or the single module, that it is made of."""

    def __init__(self, module: ModuleType) -> None:
        self.package = module.__name__.partition(".")[0]
        self.file = Path(module.__file__ or "")
        self.folder = self.file.parent
        self.single = not hasattr(module, "__path__")

    def files(self) -> list[Path]:
        """Its files of Python."""
        return [self.file] if self.single else sorted(self.folder.rglob("*.py"))

    def owns(self, module: object) -> bool:
        """Whether a module of that name is one of them."""
        return isinstance(module, str) and module.partition(".")[0] == self.package

    def shown(self, path: str | Path) -> str:
        """A file, as its author knows it."""
        path = Path(path)
        try:
            return str(path.relative_to(self.folder if self.single else self.folder.parent))
        except ValueError:
            return path.name

    def line(self, path: str | Path, number: int) -> str:
        """A line of a file."""
        return f"{self.shown(path)}:{number}"

    def of_frame(self, frame: FrameType | None) -> str:
        """The innermost line of the plugin that is being run; empty if none is."""
        while frame is not None:
            if self.owns(frame.f_globals.get("__name__")):
                return self.line(frame.f_code.co_filename, frame.f_lineno)
            frame = frame.f_back
        return ""

    def of_error(self, error: BaseException) -> str:
        """The innermost line of the plugin through which an exception came; empty if it came through none."""
        place, step = "", error.__traceback__
        while isinstance(step, TracebackType):
            if self.owns(step.tb_frame.f_globals.get("__name__")):
                place = self.line(step.tb_frame.f_code.co_filename, step.tb_lineno)
            step = step.tb_next
        return place

    def of_contribution(self, contribution: object) -> str:
        """The plugin's own function within a contribution; the plugin's module where it has none."""
        for function in _functions(contribution, DEEPEST):
            if self.owns(function.__module__):
                return self.line(function.__code__.co_filename, function.__code__.co_firstlineno)
        return self.line(self.file, 1)

    def of_name(self, module: str, name: str) -> str:
        """The line on which a module first gives a name a value; it may import the name from another of them."""
        for path in sorted(self.files(), key=lambda path: _module_name(self, path) != module):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if name in _named(node):
                    return self.line(path, getattr(node, "lineno", 1))
        return self.line(self.file, 1)


def _module_name(sources: Sources, path: Path) -> str:
    if sources.single:
        return sources.package
    parts = path.relative_to(sources.folder.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _named(node: ast.AST) -> set[str]:
    """What a statement names."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _functions(value: object, depth: int) -> Iterator[FunctionType]:
    """The functions within a value, from the inside: what a closure calls before the closure itself."""
    if depth == 0:
        return
    if isinstance(value, FunctionType):
        for cell in value.__closure__ or ():
            yield from _functions(_content(cell), depth - 1)
        yield value
    elif isinstance(value, MethodType):
        yield from _functions(value.__func__, depth - 1)
    elif isinstance(value, functools.partial):
        yield from _functions(value.func, depth - 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _functions(getattr(value, field.name, None), depth - 1)


def _content(cell: object) -> object:
    try:
        return getattr(cell, "cell_contents", None)
    except ValueError:
        return None  # not filled yet
