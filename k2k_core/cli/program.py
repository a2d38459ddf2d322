"""The program `k2k`: runs one command and turns errors into a code, a message and a hint."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Sequence
from typing import TextIO

from k2k_core.cli.language import asked_for, said, speak, words
from k2k_core.cli.parser import parser, read
from k2k_core.cli.terminal import Terminal
from k2k_core.cli.usage_error import UsageError
from k2k_core.errors import Fault, K2KError
from k2k_core.messages import Message
from k2k_core.required_packages import require_packages

DONE, CHECK_FAILED, REFUSED, DEFECT = 0, 1, 2, 3
"""Exit statuses: success; a check found something; the command could not be carried out; a defect of K2K."""

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `k2k` with these arguments (by default those of the process); returns the exit status."""
    for stream in (sys.stdout, sys.stderr):
        _never_fails_to_write(stream)
    given = sys.argv[1:] if arguments is None else arguments
    speak(asked_for(given, os.environ))
    if not given:
        parser().print_help()
        return DONE
    try:
        options = read(given)
    except UsageError as error:
        return _refuse("usage", error.message, error.hint)
    options.screen = Terminal.of(sys.stdout)
    return _run(options)


def _run(options: Namespace) -> int:
    try:
        require_packages()
        status: int = options.run(options)
        sys.stdout.flush()
    except UsageError as error:
        return _refuse("usage", error.message, error.hint)
    except K2KError as error:
        return _refuse(error.code, error.message, error.hint, getattr(error, "faults", ()))
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of the output has closed it: what is still buffered must not fail at the end of the process.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        return _defect(error, getattr(options, "debug", False))
    return status


def _refuse(code: str, message: str, hint: str, faults: Sequence[Fault] = ()) -> int:
    screen = Terminal.of(sys.stderr)
    screen.line(f"{screen.bad(f'error[{code}]')}: {said(message)}")
    each = (f"{_path(fault)}: {said(fault['message'])}" for fault in faults)
    screen.lines((fault for fault in each if fault not in said(message)), "  ")
    screen.line(words("hint: {hint}", hint=said(hint)))
    return REFUSED


def _path(fault: Fault) -> str:
    """Where a fault is: a path of names, or a sentence such as the row of a file."""
    path = fault["path"]
    return said(path) if isinstance(path, Message) else path


def _defect(error: Exception, debug: bool) -> int:
    if debug:
        traceback.print_exception(error)
    what = Message("{error}: {what}", error=type(error).__name__, what=str(error))
    _refuse(K2KError.code, what, _hint_of_defect(debug))
    return DEFECT


def _hint_of_defect(debug: bool) -> str:
    if debug:
        return Message("This is a defect of K2K: report it with the traceback above.")
    return Message("This is a defect of K2K: report it with what the same command says with --debug.")


def _never_fails_to_write(stream: TextIO) -> None:
    """Replace characters that the terminal lacks, instead of raising an error."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
