"""What the sources of the package say about their classes and functions."""

from __future__ import annotations

import ast
import inspect
import re
from typing import Iterator, List, Optional, Sequence, Union

_Def = Union[ast.FunctionDef, ast.AsyncFunctionDef]
# Special methods that have something to say, and how their call is written.
_SPECIAL = {"__aiter__": "async for … in", "__iter__": "for … in", "__await__": "await"}
# Of exceptions, where the class that is written there is no public one.
_PUBLIC_BASES = {"_TimeoutBase": "TimeoutError"}


def markdown(doc: str, arguments: Sequence[str]) -> str:
    """A docstring: an argument begins a line with its name, "url: where to"."""
    lines: List[str] = []
    for line in inspect.cleandoc(doc).splitlines():
        found = re.match(r"(\w+): ", line)
        if found and found.group(1) in arguments:
            if lines and lines[-1] and not lines[-1].startswith(("- ", "  ")):
                lines.append("")
            lines.append(f"- `{found.group(1)}`: {line[found.end() :]}")
        elif line and lines and lines[-1].startswith(("- ", "  ")):
            lines.append(f"  {line.strip()}")
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


class Member:
    """A field or property."""

    def __init__(self, name: str, kind: str, doc: str) -> None:
        self.name = name
        self.kind = kind
        self.doc = doc

    def lines(self) -> Iterator[str]:
        kind = f": `{self.kind}`" if self.kind else ""
        words = " ".join(self.doc.split())
        yield f"- **`{self.name}`**{kind}" + (f" – {words}" if words else "")


class Function(Member):
    """A function or method; its arguments without self."""

    def __init__(self, text: str, node: _Def, is_method: bool) -> None:
        super().__init__(node.name, "", ast.get_docstring(node) or "")
        self._text = text
        self._is_async = isinstance(node, ast.AsyncFunctionDef)
        parts = list(self._parts(node.args))
        self.arguments = ", ".join(parts[1:] if is_method else parts)
        self.names = [part.lstrip("*").partition(":")[0] for part in parts]
        self.returned = f" -> {self._of(node.returns)}" if node.returns else ""

    def _of(self, node: ast.expr) -> str:
        text = " ".join((ast.get_source_segment(self._text, node) or "").split())
        return re.sub(r"^Unpack\[(\w+)\]$", r"\1", text.strip("\"'")).replace("( ", "(")

    def _one(self, argument: ast.arg, default: Optional[ast.expr] = None) -> str:
        made = argument.arg
        if argument.annotation is not None:
            made += f": {self._of(argument.annotation)}"
        if default is not None:
            value = ast.get_source_segment(self._text, default)
            made += f" = {value}" if argument.annotation is not None else f"={value}"
        return made

    def _parts(self, of: ast.arguments) -> Iterator[str]:
        plain = [*of.posonlyargs, *of.args]
        defaults = [None] * (len(plain) - len(of.defaults)) + list(of.defaults)
        for argument, default in zip(plain, defaults):
            yield self._one(argument, default)
        if of.vararg is not None:
            yield f"*{self._one(of.vararg)}"
        elif of.kwonlyargs:
            yield "*"
        for argument, given in zip(of.kwonlyargs, of.kw_defaults):
            yield self._one(argument, given)
        if of.kwarg is not None:
            yield f"**{self._one(of.kwarg)}"

    def lines(self) -> Iterator[str]:
        if self.name in _SPECIAL:
            yield f"\n**`{_SPECIAL[self.name]} it`**\n"
        else:
            awaited = "await " if self._is_async else ""
            yield f"\n**`{awaited}{self.name}({self.arguments}){self.returned}`**\n"
        yield markdown(self.doc, self.names)


class Class:
    """A class: its docstring and what is public in it, in the order of the source."""

    def __init__(self, text: str, node: ast.ClassDef) -> None:
        self._text = text
        self.doc = ast.get_docstring(node) or ""
        bases = [each.id for each in node.bases if isinstance(each, ast.Name)]
        self.bases = [_PUBLIC_BASES.get(name, name) for name in bases]
        self.call: Optional[Function] = None
        found = list(self._members(node.body))
        # Fields in a list of their own, above the methods.
        self.members: List[Member] = sorted(found, key=lambda each: isinstance(each, Function))

    def _members(self, body: Sequence[ast.stmt]) -> Iterator[Member]:
        for number, node in enumerate(body):
            if isinstance(node, ast.If):
                yield from self._members(node.body)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                yield from self._function(node)
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                yield from self._field(node, body[number + 1 : number + 2])

    def _function(self, node: _Def) -> Iterator[Member]:
        if node.name == "__init__":
            self.call = Function(self._text, node, is_method=True)
            yield from self._members(node.body)  # fields that have a docstring there
            return
        made = Function(self._text, node, is_method=True)
        decorators = [each.id for each in node.decorator_list if isinstance(each, ast.Name)]
        if node.name.startswith("_"):
            if node.name in _SPECIAL and made.doc:
                yield made
        elif {"classmethod", "staticmethod"} & set(decorators):
            return  # from_json and the like: of the package itself
        elif "property" in decorators:
            yield Member(node.name, made.returned.replace(" -> ", ""), made.doc)
        else:
            yield made

    def _field(
        self, node: Union[ast.Assign, ast.AnnAssign], behind: Sequence[ast.stmt]
    ) -> Iterator[Member]:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        name = target.id if isinstance(target, ast.Name) else getattr(target, "attr", "_")
        if name.startswith("_") or not behind or not isinstance(behind[0], ast.Expr):
            return
        doc = behind[0].value
        if isinstance(doc, ast.Constant) and isinstance(doc.value, str):
            kind = node.annotation if isinstance(node, ast.AnnAssign) else node.value
            text = ast.get_source_segment(self._text, kind) or ""
            is_value = isinstance(node, ast.Assign) and not isinstance(target, ast.Name)
            yield Member(name, "int" if is_value else text, doc.value)


class Module:
    """A file of sources."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tree = ast.parse(text)

    def find(self, name: str) -> Union[Class, Function]:
        """The class or function of that name; KeyError where there is none."""
        for node in self._tree.body:
            if getattr(node, "name", None) == name:
                if isinstance(node, ast.ClassDef):
                    return Class(self._text, node)
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    return Function(self._text, node, is_method=False)
        raise KeyError(name)
