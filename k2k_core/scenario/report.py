"""Reports the results of scenario files, as text or JSON, with the exit status of `k2k run`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from k2k_core.errors import Fault, Invalid, K2KError
from k2k_core.messages import Message
from k2k_core.scenario.reader import read_scenario
from k2k_core.scenario.runner import Outcome, StepOutcome, run

Say = Callable[[str], str]

PASSED, FAILED, NOT_A_SCENARIO = 0, 1, 2
LONGEST = 200
"""Values longer than that are cut in what people read; `--json` has them whole."""


def run_files(
    paths: Sequence[str | Path],
    database_url: str | None = None,
    as_json: bool = False,
    say: Say = str,
) -> int:
    """Run every file and print the result: 0 when all expectations hold, 1 when one does not, 2 when a file is no
    scenario.

    Faults of files go to standard error, each with its path; the other files are run all the same. With `as_json` every
    file is one line of JSON. `say` puts a sentence into the language of its reader.
    """
    return max((_run_file(Path(path), database_url, as_json, say) for path in paths), default=PASSED)


def _run_file(path: Path, database_url: str | None, as_json: bool, say: Say) -> int:
    scenario, faults = read_scenario(path)
    if scenario is None:
        return _not_a_scenario(path, faults, as_json, say)
    try:
        outcome = run(scenario, database_url)
    except Invalid as error:
        return _not_a_scenario(path, error.faults or [{"path": "", "message": error.message}], as_json, say)
    except K2KError as error:
        problem = Message("{problem} ({code}) {hint}", problem=error.message, code=error.code, hint=error.hint)
        return _not_a_scenario(path, [{"path": "", "message": problem}], as_json, say)
    lines = [json.dumps(as_program(outcome))] if as_json else list(as_person(outcome, say))
    sys.stdout.write("\n".join(lines) + "\n")
    return PASSED if outcome.passed else FAILED


def as_program(outcome: Outcome) -> dict[str, Any]:
    """The outcome as `--json` prints it."""
    return {
        "scenario": outcome.name,
        "passed": outcome.passed,
        "steps": [_step_as_program(done) for done in outcome.steps],
    }


def as_person(outcome: Outcome, say: Say = str) -> Iterator[str]:
    """The outcome line by line: one for each step, and under a step each difference."""
    yield f"{outcome.name}"
    for number, done in enumerate(outcome.steps, 1):
        yield f"  {'ok  ' if done.passed else 'FAIL'} {number:3}  {_title(done, say)}"
        for difference in done.differences:
            yield f"            {difference['path'] or say(Message('result'))}"
            yield f"              {say(Message('expected  {value}', value=_short(difference['expected'])))}"
            yield f"              {say(Message('actual    {value}', value=_short(difference['actual'])))}"
        if done.differences and done.error:
            yield f"            {say(done.error['message'])}"
    failed = sum(not done.passed for done in outcome.steps)
    count = Message(
        "{count} {count:step|steps}, {failed} failed", count=len(outcome.steps), failed=failed or Message("none")
    )
    yield f"  {say(count)}"


def _step_as_program(done: StepOutcome) -> dict[str, Any]:
    outcome: dict[str, Any] = {"result": done.result} if done.error is None else {"error": done.error}
    return {
        "verb": done.step.verb,
        "as": done.step.name,
        "passed": done.passed,
        **outcome,
        "differences": done.differences,
    }


def _title(done: StepOutcome, say: Say) -> str:
    step = done.step
    given = " ".join(f"{name}={_plain(value)}" for name, value in step.arguments.items())
    refused = f"  {say(Message('refused: {code}', code=done.error['code']))}" if done.error else ""
    lines = step.note.strip("# \n").splitlines()
    return f"{step.verb} {_cut(given)}{refused}" + (f"  # {lines[0]}" if lines else "")


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _short(value: object) -> str:
    return _cut(json.dumps(value, default=str))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _not_a_scenario(path: Path, faults: Sequence[Fault], as_json: bool, say: Say) -> int:
    for each in faults:
        at = each["path"]
        place = f"{say(at) if isinstance(at, Message) else at}: " if at else ""
        sys.stderr.write(f"error[{Invalid.code}]: {path}: {place}{say(each['message'])}\n")
    if as_json:
        answer = {"scenario": path.stem, "passed": False, "steps": [], "faults": list(faults)}
        sys.stdout.write(json.dumps(answer) + "\n")
    return NOT_A_SCENARIO
