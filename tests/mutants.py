"""The product with one gate or one filter taken away: which of the tests would notice?

A mutant is a function with a changed body, put in place in the running process and taken out again: no file is written,
nothing is imported anew. What is taken away, one at a time:

- `require`: a call that refuses who lacks a capability
- `may`: the question whether somebody has a capability is answered yes
- `visible`: the rows that somebody sees are all of the organisation's
- `own`: a condition of a query that names who asks, or their organisation
- `same`: a comparison with who asks comes out in their favour

`sites` finds them all in the source; `test_mutants` runs them.
"""

from __future__ import annotations

import ast
import builtins
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType

import qibu
from qibu.kernel.actors import Actor
from qibu.network.rules import Capability

SOURCE = Path(qibu.__file__).parent
LEFT_OUT = ("tests", "migrations", "demo", "testing.py", "config", "locale", "__main__.py")
WHO = ("actor", "staff_id", "myself", "places")  # how source names who asks
QUERIES = {"filter", "exclude", "get", "Q"}


@dataclass(frozen=True, order=True)
class Site:
    """One gate or filter: where it stands and what stands there."""

    path: str
    line: int
    column: int
    kind: str
    text: str
    function: str

    @property
    def name(self) -> str:
        """How it is called in the table of those that stay: without its line, which moves."""
        return f"{self.path}:{self.function} {self.kind} {self.text}"


def modules() -> list[Path]:
    return sorted(
        path for path in SOURCE.rglob("*.py") if not set(path.relative_to(SOURCE).parts) & set(LEFT_OUT)
    )


@cache
def sites() -> list[Site]:
    found = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        finder = _Finder(str(path.relative_to(SOURCE)))
        finder.visit(tree)
        found += finder.found
    return found


def about_who(node: ast.AST) -> bool:
    return any(
        (isinstance(one, ast.Name) and one.id in WHO) or (isinstance(one, ast.Attribute) and one.attr in WHO)
        for one in ast.walk(node)
    )


def names_who(node: ast.AST) -> bool:
    """`actor.staff_id`, `request.actor.organisation_id`, `myself`: not a staff_id that was handed in."""
    text = ast.unparse(node)
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    named = bool(names & {"myself", "places"}) or "request.places" in text
    return named or "actor.staff_id" in text or "actor.organisation_id" in text


class _Finder(ast.NodeVisitor):
    def __init__(self, path: str) -> None:
        self.path, self.found, self.within = path, list[Site](), list[str]()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.within.append(node.name)
        self.generic_visit(node)
        self.within.pop()

    def _add(self, node: ast.expr, kind: str) -> None:
        if self.within:
            text = " ".join(ast.unparse(node).split())[:90]
            self.found.append(Site(self.path, node.lineno, node.col_offset, kind, text, ".".join(self.within)))

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "require" and self.within[-1] != "require":
            self._add(node, "require")
        elif called == "may" and len(node.args) == 1 and isinstance(node.func, ast.Attribute):
            self._add(node, "may")
        elif called == "visible" and node.args:
            self._add(node, "visible")
        if called in QUERIES:
            for one in node.keywords:
                if one.arg and names_who(one.value):
                    self._add(one.value, "own")
            for arg in node.args:
                if isinstance(arg, ast.Call) and about_who(arg) and called in {"filter", "exclude"}:
                    self._add(arg, "own")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        if names_who(node) and not any(isinstance(one, ast.Is | ast.IsNot) for one in node.ops):
            self._add(node, "same")
        self.generic_visit(node)


class _Breaker(ast.NodeTransformer):
    """Takes the one site away."""

    def __init__(self, site: Site) -> None:
        self.site, self.done = site, False

    def _is(self, node: ast.expr, kind: str) -> bool:
        found = (node.lineno, node.col_offset, kind) == (self.site.line, self.site.column, self.site.kind)
        return found and " ".join(ast.unparse(node).split())[:90] == self.site.text

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in {"require", "may"} and self._is(node, called):
            return self._instead(node, ast.Constant(called == "may"))
        if called == "visible" and self._is(node, "visible"):
            everyone = ast.Call(ast.Name("qibu_all_powerful", ast.Load()), [node.args[0]], [])
            node.args[0] = everyone
            self.done = True
            return ast.fix_missing_locations(ast.copy_location(node, node))
        if called in QUERIES:
            for one in node.keywords:
                if one.arg and self._is(one.value, "own"):
                    return self._without(node, called, one)
            for arg in node.args:
                if self._is(arg, "own"):
                    node.args.remove(arg)
                    self.done = True
                    return node
        self.generic_visit(node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if self._is(node, "same"):
            return self._instead(node, ast.Constant(isinstance(node.ops[0], ast.Eq | ast.In | ast.Is)))
        self.generic_visit(node)
        return node

    def _without(self, node: ast.Call, called: str, keyword: ast.keyword) -> ast.AST:
        self.done = True
        node.keywords.remove(keyword)
        if called == "Q" and not node.keywords and not node.args:
            node.keywords.append(ast.keyword("pk__isnull", ast.Constant(False)))
        return ast.fix_missing_locations(node)

    def _instead(self, node: ast.expr, value: ast.expr) -> ast.AST:
        """The value, with what stood there still named, so that no variable of an outer function goes missing."""
        self.done = True
        kept = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if kept is None:
            read = [one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)]
            loops = [each.target for each in ast.walk(node) if isinstance(each, ast.comprehension)]
            inner = {one.id for each in loops for one in ast.walk(each) if isinstance(one, ast.Name)}
            kept = ast.Tuple([one for one in read if one.id not in inner], ast.Load())
        pair = ast.Subscript(ast.Tuple([kept, value], ast.Load()), ast.Constant(1), ast.Load())
        return ast.fix_missing_locations(ast.copy_location(pair, node))


def all_powerful(actor: Actor) -> Actor:
    """The same person, if they might see everything of their organisation."""
    return replace(actor, capabilities=frozenset(Capability))


builtins.qibu_all_powerful = all_powerful  # type: ignore[attr-defined]  # mutants call it


class _Marker(ast.NodeTransformer):
    """Lets every site say that it is come by."""

    def __init__(self, places: dict[tuple[int, int], list[Site]]) -> None:
        self.places = places

    def visit(self, node: ast.AST) -> ast.AST:
        here = self.places.get((node.lineno, node.col_offset), []) if isinstance(node, ast.expr) else []
        text = " ".join(ast.unparse(node).split())[:90] if here else ""
        said = [ast.Constant(one.name) for one in here if one.text == text]
        changed = self.generic_visit(node)
        if not said or not isinstance(changed, ast.expr):
            return changed
        telling = ast.Call(ast.Name("qibu_come_by", ast.Load()), list(said), [])
        pair = ast.Subscript(ast.Tuple([telling, changed], ast.Load()), ast.Constant(1), ast.Load())
        return ast.copy_location(pair, node)


builtins.qibu_come_by = lambda *names: COME_BY.update(names)  # type: ignore[attr-defined]  # marks call it
COME_BY: set[str] = set()  # the names of the sites that ran lately


# -- Putting one in place

Swaps = list[tuple[FunctionType, CodeType]]  # functions, and what runs in them instead

@cache
def living() -> dict[tuple[str, str, int], list[FunctionType]]:
    """Every function of the product that exists now, by file, name and line."""
    for path in modules():  # views come with the first request, and some modules with the first use
        name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        import_module(name.removesuffix(".__init__"))
    found: dict[tuple[str, str, int], list[FunctionType]] = {}
    gc.unfreeze()  # what the tests' start set aside isn't listed
    for one in gc.get_objects():
        if type(one) is FunctionType and one.__code__.co_filename.startswith(str(SOURCE)):
            code = one.__code__
            found.setdefault((code.co_filename, code.co_qualname, code.co_firstlineno), []).append(one)
    return found


def codes(code: CodeType) -> Iterator[CodeType]:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield one
            yield from codes(one)


@cache
def source(path: str) -> str:
    return (SOURCE / path).read_text(encoding="utf-8")


class CannotBe(Exception):
    """This mutant can't be put in place."""


def replacements(site: Site) -> Swaps:
    """The functions around the site, and what they become."""
    tree, breaker = ast.parse(source(site.path)), _Breaker(site)
    broken = ast.fix_missing_locations(breaker.visit(tree))
    if not breaker.done:
        raise CannotBe("nothing changed")
    name = str(SOURCE / site.path)
    changed = compile(broken, name, "exec", dont_inherit=True)
    found = []
    for code in codes(changed):
        lines = [line for _start, _end, line in code.co_lines() if line]
        inner = [line for one in codes(code) for _s, _e, line in one.co_lines() if line]
        if lines and min(lines) <= site.line <= max([*lines, *inner]):
            found += [(one, code) for one in living().get((name, code.co_qualname, code.co_firstlineno), [])]
    if not found:
        raise CannotBe("no function of that name lives")
    return found


@contextmanager
def in_place(site: Site) -> Iterator[None]:
    with swapped(replacements(site)):
        yield


def marks(wanted: list[Site]) -> Swaps:
    """What functions become whose sites say that they are come by."""
    swaps: Swaps = []
    for path in {site.path for site in wanted}:
        places: dict[tuple[int, int], list[Site]] = {}
        for site in (site for site in wanted if site.path == path):
            places.setdefault((site.line, site.column), []).append(site)
        tree = ast.fix_missing_locations(_Marker(places).visit(ast.parse(source(path))))
        name = str(SOURCE / path)
        for code in codes(compile(tree, name, "exec", dont_inherit=True)):
            swaps += [(one, code) for one in living().get((name, code.co_qualname, code.co_firstlineno), [])]
    return swaps


@contextmanager
def swapped(swaps: Swaps) -> Iterator[None]:
    before = [(one, one.__code__) for one, _code in swaps]
    try:
        for one, code in swaps:
            one.__code__ = code
        yield
    finally:
        for one, code in before:
            one.__code__ = code
