"""Does an action: one call of the facade for a record, or an outcome for each of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from k2k_console.fields import Fault
from k2k_console.page_views.action_forms import ActionForm
from k2k_console.page_views.facade_methods import parameters
from k2k_console.page_views.reader import Reader
from k2k_console.vocabulary import Action, Call, Finding, Outcome, Preview, Progress, Refusal
from k2k_console.vocabulary.actions import key_of_part
from k2k_core.domain.jobs import KINDS
from k2k_core.errors import Invalid, K2KError, NotAllowed, NotFound

HOLD = "error"
"""The console has every save held back that causes an error, until its person saves it all the same."""

MOST_AT_LENGTH = 50
"""An action on more rows than this may take longer than a person waits for a page: it becomes a job, of its verb where
the facade has those, else one that calls it for each row."""

REFUSED = "refused"


def do_one(reader: Reader, action: Action, name: str, form: ActionForm, key: str, anyway: bool = False) -> Any:
    """Do an action to one record; returns what the facade answers, and raises what it raises."""
    if action.call is not None:
        call = Call(reader.k2k, reader.company, [name], form.values, key, form.expected, anyway, form.version)
        return action.call(call)
    return getattr(reader.k2k, action.verb)(reader.company, **_arguments(action, name, form, anyway), key=key)


def _arguments(action: Action, name: str, form: ActionForm, anyway: bool) -> dict[str, Any]:
    known = parameters(action.verb)
    values = dict(form.values) if action.values is None else {action.values: dict(form.values)}
    guarded = "expected" in known or action.values is not None
    expected = {"expected": form.expected} if guarded and form.expected else {}
    version = {"version": form.version} if takes_version(action) and form.version is not None else {}
    return {action.subject: name, **action.given, **values, **_held(action, anyway), **expected, **version}


def takes_version(action: Action) -> bool:
    """Whether a record that has changed since its dialog was opened is refused as a whole, and not by its fields."""
    known = parameters(action.verb)
    return "version" in known and "expected" not in known


def _held(action: Action, anyway: bool) -> dict[str, str]:
    return {"hold": HOLD} if "hold" in parameters(action.verb) and not anyway else {}


def do_each(reader: Reader, action: Action, names: Sequence[str], form: ActionForm, key: str) -> Outcome:
    """Do an action to several records, each by itself: those that are refused do not affect the others."""
    if action.call is not None:
        call = Call(reader.k2k, reader.company, names, form.values, key, form.expected, shown=form.shown)
        answer = action.call(call)
        return answer if isinstance(answer, Outcome) else Outcome(names, answer=answer)
    if "rows" in parameters(action.verb):
        rows = [{action.subject: name, **action.given, **form.values} for name in names]
        if action.verb in KINDS and len(rows) > MOST_AT_LENGTH:
            job = reader.k2k.submit(reader.company, action.verb, {"rows": rows}, key=key)
            return Outcome((), answer=Progress(job["id"]))
        if len(rows) > MOST_AT_LENGTH:
            return _by_a_worker(reader, action, names, form, key)
        command = getattr(reader.k2k, action.verb)
        results = command(reader.company, rows=rows, key=key, **_held(action, anyway=False))["results"]
        return Outcome.of({name: result.get("error") for name, result in zip(names, results, strict=True)})
    if len(names) > MOST_AT_LENGTH:
        return _by_a_worker(reader, action, names, form, key)
    refusals = {name: _refusal(reader, action, name, form, key) for name in names}
    done = [name for name, refusal in refusals.items() if refusal is None]
    return Outcome(done, [refusal for refusal in refusals.values() if refusal is not None])


def _by_a_worker(reader: Reader, action: Action, names: Sequence[str], form: ActionForm, key: str) -> Outcome:
    """An action on many records as a job, which calls its verb for each."""
    rows = [{"name": name, "arguments": _arguments(action, name, form, anyway=False)} for name in names]
    job = reader.k2k.submit(reader.company, "each", {"method": action.verb, "rows": rows}, key=key)
    return Outcome((), answer=Progress(job["id"]))


def preview_of(reader: Reader, preview: Preview, names: Sequence[str], form: ActionForm, key: str) -> Outcome:
    """What an action would do to several records."""
    return preview.read(Call(reader.k2k, reader.company, names, form.values, key, form.expected))


def _refusal(reader: Reader, action: Action, name: str, form: ActionForm, key: str) -> Refusal | None:
    """Do it to a record; why that was refused, or None."""
    try:
        do_one(reader, action, name, form, key_of_part(key, name))
    except K2KError as error:
        return Refusal.of(name, error)
    return None


def place(error: K2KError, form: ActionForm) -> None:
    """Put an error of the facade beside the fields that it names, else over the form; what no form can mend is raised
    again."""
    if error.status >= 500 or isinstance(error, NotAllowed | NotFound):
        raise error
    placed = 0
    for fault in error.faults if isinstance(error, Invalid) else ():
        name = next((part for part in reversed(re.split(r"[.\[\]]+", fault["path"])) if part in form.typed), None)
        if name is not None:
            form.add(name, Fault(fault["message"], error.code, error.hint))
            placed += 1
    if not placed:
        form.add("", Fault.of(error))


def findings_of(error: K2KError) -> list[Finding]:
    """The findings for which a save was held back; none where it was refused for another reason."""
    found: Any = error.facts.get("findings", ())
    return [Finding.of(one) for one in found]
