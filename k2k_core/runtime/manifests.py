"""Checks the manifest of a plugin, and reads the plugin's settings for one company."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from types import MappingProxyType, ModuleType
from typing import Any

from marshmallow import Schema, ValidationError, fields

from k2k_core.domain.secrets import MARK
from k2k_core.field_messages import field_message
from k2k_core.hooks import Manifest, context
from k2k_core.messages import Message, joined
from k2k_core.runtime.error_text import assigned
from k2k_core.runtime.plain_texts import plain_message
from k2k_core.runtime.plugin import Refused, SettingField


def read_manifest(name: str, module: ModuleType) -> Manifest:
    """The module's `manifest`, checked. Raises `Refused` with the file and the line in which it stands."""
    try:
        return _read(name, module)
    except Refused as refused:
        raise Refused(refused.code, assigned(refused.problem, module, "manifest"), refused.next_step) from refused


def _read(name: str, module: ModuleType) -> Manifest:
    manifest = getattr(module, "manifest", None)
    if type(manifest) is not Manifest:
        raise Refused(
            "no_manifest", Message("{module}.manifest is not a k2k_core.hooks.Manifest", module=module.__name__)
        )
    for field in ("name", "title", "owner"):
        value = getattr(manifest, field)
        if type(value) not in (str, Message) or not value.strip():
            raise Refused("bad_manifest", Message("manifest.{field} is empty", field=field))
    if manifest.name != name:
        raise Refused(
            "bad_manifest",
            Message("manifest.name is {given!r}, the entry point says {name!r}", given=manifest.name, name=name),
        )
    if type(manifest.compatible) is not str:
        raise Refused("bad_manifest", Message("manifest.compatible is not a string"))
    _check_api_version(manifest.api_version)
    _check_schema(manifest)
    read_settings(manifest, {})
    return replace(manifest, title=plain_message(manifest.title))


def read_settings(manifest: Manifest, own: Mapping[str, object]) -> Mapping[str, object]:
    """A company's settings for a plugin over its defaults, loaded with its schema, read only. Raises `Refused`."""
    if any(isinstance(value, str) and value.startswith(MARK) for value in own.values()):
        raise Refused("secret_unreadable", Message("a secret setting cannot be decrypted here"), "k2k secrets check")
    given = deepcopy({**manifest.defaults, **own})  # a plugin may change what it is given: not the company's own
    if manifest.settings_schema is None:
        if given:
            raise Refused("bad_settings", Message("it has no settings, and got {given}", given=sorted(map(str, given))))
        return MappingProxyType({})
    try:
        loaded = manifest.settings_schema().load(given)
    except ValidationError as error:
        whose = Message("its settings do not load") if own else Message("its own defaults do not load")
        raise Refused(
            "bad_settings", Message("{whose}: {problems}", whose=whose, problems=_faults(error.messages))
        ) from error
    if not isinstance(loaded, Mapping):
        raise Refused("bad_manifest", Message("manifest.settings_schema loads to something that is not a mapping"))
    return MappingProxyType(dict(loaded))


_TYPES: tuple[tuple[type[fields.Field[Any]], str], ...] = (
    (fields.Integer, "whole number"),
    (fields.Number, "number"),
    (fields.Boolean, "switch"),
    (fields.String, "text"),
    (fields.List, "list"),
    (fields.Mapping, "mapping"),
    (fields.Nested, "mapping"),
)


def settings_fields(manifest: Manifest) -> tuple[SettingField, ...]:
    """The settings of a plugin, as its schema declares them."""
    if manifest.settings_schema is None:
        return ()
    declared = manifest.settings_schema().fields
    return tuple(
        SettingField(
            name,
            next((word for kind, word in _TYPES if isinstance(field, kind)), type(field).__name__.lower()),
            field.required and name not in manifest.defaults,
            deepcopy(manifest.defaults.get(name)),
            str.__str__(str(field.metadata.get("description", ""))),
            field.load_only or field.metadata.get("secret") is True,
        )
        for name, field in declared.items()
    )


def _check_api_version(version: object) -> None:
    if type(version) is not int:
        raise Refused(
            "bad_manifest", Message("manifest.api_version is {version!r}, not a whole number", version=version)
        )
    if version < context.OLDEST_API_VERSION:
        problem = Message(
            "it is written for API version {version}; this K2K works with plugins of {oldest} to {present}",
            version=version, oldest=context.OLDEST_API_VERSION, present=context.API_VERSION,
        )  # fmt: skip
        raise Refused("api_version", problem)
    if version > context.API_VERSION:
        problem = Message(
            "it needs API version {version}; this K2K has {present}", version=version, present=context.API_VERSION
        )
        raise Refused("api_version", problem, "pip install --upgrade k2k")


def _check_schema(manifest: Manifest) -> None:
    schema = manifest.settings_schema
    if schema is not None and not (isinstance(schema, type) and issubclass(schema, Schema)):
        raise Refused("bad_manifest", Message("manifest.settings_schema is not a marshmallow Schema class"))
    if not isinstance(manifest.defaults, Mapping):
        raise Refused("bad_manifest", Message("manifest.defaults is not a mapping"))


def _faults(messages: object, path: str = "") -> Message:
    """marshmallow's nested messages on one line: `discount: must be a whole number`"""
    if isinstance(messages, Mapping):
        return joined([_faults(inner, f"{path}.{key}" if path else str(key)) for key, inner in messages.items()])
    said = [field_message(str(one)) for one in (messages if isinstance(messages, list) else [messages])]
    return Message("{path}: {problem}", path=path, problem=joined(said, " ")) if path else joined(said, " ")
