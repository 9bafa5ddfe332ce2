"""YAML files as dataclasses: a mistake is one line that names the file, the line and the place."""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from importlib.resources import files
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin

import yaml
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError, IterableValidationError
from cattrs.cols import homogenous_tuple_structure_factory, mapping_structure_factory
from cattrs.gen import make_dict_structure_fn

T = TypeVar("T")
Keys = tuple[Any, ...]
Hook = Callable[[Any, Any], Any]
HookFactory = Callable[[Any, Any], Hook]
# In C where PyYAML has it: eight times as quick.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DeclarationError(ValueError):
    """A file that is not as it must be."""


def declared(package: str, name: str, of: type[T]) -> T:
    """The file ``name`` of a package as a value of type ``of``."""
    return parse((files(package) / name).read_text(encoding="utf-8"), of, name)


def parse(text: str, of: type[T], source: str) -> T:
    """YAML as a value of type ``of``; raises :class:`DeclarationError`, which calls the text ``source``.

    A file of which nothing but comments is there is an empty list.
    """
    try:
        content = yaml.load(text, Loader=_LOADER)  # noqa: S506 - either is a safe one
    except yaml.YAMLError as error:
        raise DeclarationError(f"{source}: {_syntax_error(error)}") from error
    if content is None and get_origin(of) in {tuple}:
        content = []
    try:
        return _converter().structure(content, of)
    except (ClassValidationError, IterableValidationError, TypeError, ValueError) as error:
        keys, wrong = _mistake(error)
        place = [f"line {_line(text, keys)}", ".".join(map(str, keys)), wrong]
        raise DeclarationError(": ".join(filter(None, [source, *place]))) from error


def _syntax_error(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark else " ".join(str(error).split())


def _mistake(error: BaseException) -> tuple[Keys, str]:
    """The first mistake: the keys that lead to it, and what is wrong there."""
    if isinstance(error, IterableValidationError):
        (first, note), *_ = error.group_exceptions()[0]
        return _below(note.index, first)
    if isinstance(error, ClassValidationError):
        fields, others = error.group_exceptions()
        if missing := [note.name for wrong, note in fields if isinstance(wrong, KeyError)]:
            return (), f"lacks {', '.join(missing)}"
        return _below(fields[0][1].name, fields[0][0]) if fields else _mistake(others[0])
    if isinstance(error, ForbiddenExtraKeysError):
        return (), f"has no field {', '.join(sorted(map(str, error.extra_fields)))}"
    return (), str(error)


def _below(key: object, error: BaseException) -> tuple[Keys, str]:
    keys, wrong = _mistake(error)
    return (key, *keys), wrong


def _line(text: str, keys: Keys) -> int:
    """The line on which what the keys lead to begins, as far as it is there."""
    node = yaml.compose(text, Loader=_LOADER)
    for key in keys:
        node = _child(node, key) or node
    return node.start_mark.line + 1 if node else 1


def _child(node: yaml.Node | None, key: Any) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    child: yaml.Node | None = node.value[key] if isinstance(node, yaml.SequenceNode) else None
    return child


@cache
def _converter() -> Converter:
    """Takes values as they are written: nothing is made to fit, and no unknown field is left aside."""
    converter = Converter()
    converter.register_structure_hook(int, _plain("a whole number", int))
    converter.register_structure_hook(float, _plain("a number", int, float))
    converter.register_structure_hook(bool, _plain("true or false", bool))
    converter.register_structure_hook(str | int, _plain("text", str, int))
    # A region's code may stand without quotes.
    converter.register_structure_hook(str, lambda value, of: str(_plain("text", str, int)(value, of)))
    factories: tuple[tuple[Callable[[Any], bool], HookFactory], ...] = (
        (is_dataclass, _dataclass_hook),
        (lambda of: get_origin(of) is dict, _mapping_hook),
        (lambda of: get_origin(of) in {tuple}, _tuple_hook),
        (lambda of: get_origin(of) is Literal, _literal_hook),
        (lambda of: get_origin(of) is UnionType and all(map(is_dataclass, get_args(of))), _choice_hook),
    )
    for predicate, factory in factories:
        converter.register_structure_hook_factory(predicate, factory)
    return converter


def _plain(name: str, *kinds: type) -> Hook:
    def hook(value: Any, _: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError(f"{value!r} is not {name}")
        return value

    return hook


def _literal_hook(of: Any, _: Any) -> Hook:
    def hook(value: Any, _: Any) -> Any:
        if value not in get_args(of):
            raise ValueError(f"{value!r} is not one of {', '.join(get_args(of))}")
        return value

    return hook


def _dataclass_hook(of: Any, converter: Any) -> Hook:
    return _container(dict, "a mapping", make_dict_structure_fn(of, converter, _cattrs_forbid_extra_keys=True))


def _mapping_hook(of: Any, converter: Any) -> Hook:
    return _container(dict, "a mapping", mapping_structure_factory(of, converter))


def _tuple_hook(of: Any, converter: Any) -> Hook:
    """A list of any length, or of the length that the type has; its items are of one type."""
    others = get_args(of)[1:]
    inner = homogenous_tuple_structure_factory(of, converter)

    def hook(value: Any, _: Any) -> Any:
        if others != (...,) and len(value) != len(others) + 1:
            raise ValueError(f"{value!r} has not {len(others) + 1} items")
        return inner(value, of)

    return _container(list, "a list", hook)


def _choice_hook(of: Any, converter: Any) -> Hook:
    """Of several dataclasses the first of which no required field is missing, else the last."""
    choices = get_args(of)
    required = {one: {field.name for field in fields(one) if field.default is MISSING} for one in choices}

    def hook(value: Any, _: Any) -> Any:
        chosen = next(
            (one for one in choices if isinstance(value, dict) and required[one] <= value.keys()), choices[-1]
        )
        return converter.structure(value, chosen)

    return hook


def _container(kind: type, name: str, inner: Hook) -> Hook:
    def hook(value: Any, of: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError(f"{value!r} is not {name}")
        return inner(value, of)

    return hook
