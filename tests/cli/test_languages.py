"""The command line speaks the language of `--language`, else that of the environment, else English."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import pytest

from k2k_core.cli.language import asked_for, speak
from k2k_core.cli.options import argparse_message
from k2k_core.cli.parser import parser
from k2k_core.cli.program import main
from k2k_core.texts import translator


@pytest.fixture(autouse=True)
def _english_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    speak("en")


def test_a_refusal_and_its_hint_are_said_in_the_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--language", "es", "--database", f"sqlite:///{tmp_path / 'none.db'}"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error[no_database]: No hay ninguna base de datos en sqlite:///")
    assert "consejo: Cree una con `k2k init`, o nombre otra con --database o K2K_DATABASE." in said


def test_wrong_arguments_are_refused_in_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language=es", "labels", "ANDES", "sheet", "--awb", "A-1"]) == 2
    assert "error[usage]: sheet no dice en qué formato." in capsys.readouterr().err
    assert main(["--language=es", "serve", "--port", "nine"]) == 2
    assert "argumento --port: nine no es un puerto: un número de 0 a 65535" in capsys.readouterr().err
    assert main(["--language=es", "serve", "--doors"]) == 2
    assert "argumentos que no se reconocen: --doors" in capsys.readouterr().err


def test_the_answers_of_commands_are_in_the_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path / 'k2k.db'}"
    assert main(["init", "--language", "es", "--database", database]) == 0
    assert main(["verify", "--language", "es", "--database", database]) == 0
    said = capsys.readouterr().out
    assert f"La red en {database} está lista." in said
    assert "verify: todo en orden. Existencias, libro, cajas, reservas y documentos cuadran." in said


def test_what_the_network_refuses_is_in_the_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = f"sqlite:///{tmp_path / 'k2k.db'}"
    assert main(["init", "--database", database]) == 0
    assert main(["explain", "sharing", "ANDES", "BLOOM", "--language", "es", "--database", database]) == 2
    assert "error[not_found]: No hay ninguna empresa ANDES en esta red." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "environ", "locale"),
    [
        (["verify", "--language", "es"], {"LANG": "fr_FR.UTF-8"}, "es"),
        (["--language=es", "verify"], {}, "es"),
        (["verify"], {"LANG": "es_EC.UTF-8"}, "es-EC"),
        (["verify"], {"LC_ALL": "es", "LANG": "en_US.UTF-8"}, "es"),
        (["verify"], {"LC_ALL": "", "LC_MESSAGES": "es_CO", "LANG": "C"}, "es-CO"),
        (["verify"], {}, ""),
    ],
)
def test_the_call_goes_before_the_environment(arguments: list[str], environ: dict[str, str], locale: str) -> None:
    assert asked_for(arguments, environ) == locale


@pytest.mark.parametrize("locale", ["", "C", "POSIX", "fi", "en-US"])
def test_without_a_catalogue_it_speaks_english(locale: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--language", locale or "en", "serve", "--doors"]) == 2
    assert "error[usage]: unrecognized arguments: --doors" in capsys.readouterr().err


def test_the_help_of_every_command_and_argument_is_in_the_language() -> None:
    speak("en")
    english = dict(_helps(parser()))
    speak("es")
    spanish = dict(_helps(parser()))
    assert len(english) > 150
    assert [place for place in english if spanish[place] == english[place]] == []


def _helps(made: ArgumentParser) -> Iterator[tuple[str, str]]:
    """Every help of a parser and of the commands below it, by its place."""
    if made.description:
        yield made.prog, made.description
    for action in made._actions:
        if isinstance(action, _SubParsersAction):
            yield from ((f"{made.prog} {one.dest}, listed", one.help or "") for one in action._choices_actions)
            for below in action.choices.values():
                yield from _helps(below)
        elif action.help:
            yield f"{made.prog} {action.dest}", action.help


@pytest.mark.parametrize(
    ("said", "spanish"),
    [
        ("the following arguments are required: FILE", "faltan argumentos obligatorios: FILE"),
        ("argument --port: expected one argument", "argumento --port: espera un valor"),
        ("argument --minutes: invalid int value: 'x'", "argumento --minutes: no es un número entero: 'x'"),
        (
            "argument --mode: invalid choice: 'x' (choose from 'upsert', 'replace')",
            "argumento --mode: opción no válida: 'x' (elija entre 'upsert', 'replace')",
        ),
        (
            "argument --drain: not allowed with argument --once",
            "argumento --drain: no se admite con el argumento --once",
        ),
        ("one of the arguments --awb --box is required", "hace falta uno de los argumentos --awb --box"),
        ("something new", "something new"),
    ],
)
def test_what_argparse_says_is_a_sentence_with_facts(said: str, spanish: str) -> None:
    message = argparse_message(said)
    assert message == said
    assert translator("es")(message.template).format(**message.facts) == spanish
