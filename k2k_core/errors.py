"""Every error that K2K raises for a person or a program to act on.

One class per failure. The class carries the stable `code`, the HTTP `status`, the `title` (a short sentence, the same
for every error of a code) and the `hint` (what to do next); the instance carries the message with the facts of the
case. A refused operation changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Self

from k2k_core.messages import (
    Message,
    Translate,
    as_message,
    joined,
    localized,
    localized_answer,
    message_facts,
    plain_facts,
)


class K2KError(Exception):
    """Base of the error tree. `message` is safe to show; `facts` are JSON-friendly details for programs.

    The message is a template that `facts` fill, so that its reader gets it in their language (`k2k_core.messages`); a
    `Message` brings its own, and those that are given beside it are the error's.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: str = "Something went wrong inside K2K."
    hint: str = "This is a defect of K2K: report it with the message."

    def __init__(self, message: str, **facts: object) -> None:
        self.message: str = message if isinstance(message, Message) else Message(message, **facts)
        self.facts: dict[str, object] = plain_facts(facts) if facts else message_facts(self.message)
        super().__init__(self.message)

    def as_dict(self) -> dict[str, object]:
        """The error as every interface answers it: code, title, message, hint and, where there are any, facts."""
        title, hint = as_message(self.title), as_message(self.hint)  # of a refused row in the language of its answer
        answer: dict[str, object] = {"code": self.code, "title": title, "message": self.message, "hint": hint}
        if self.facts:
            answer["facts"] = self.facts
        return answer

    def localize(self, translate: Translate) -> None:
        """Put title, message, hint and sentences among the facts into another language; codes are the same in all."""
        self.message = localized(self.message, translate)
        self.facts = localized_answer(self.facts, translate)
        self.title, self.hint = translate(self.title), translate(self.hint)
        self.args = (self.message,)


class Invalid(K2KError):
    """The input breaks a rule of its field. `faults` lists every fault with its path, not only the first."""

    code, status = "invalid", 422
    title = "What was sent is not valid."
    hint = "Correct the named fields and send it again."

    def __init__(self, message: str, faults: list[Fault] | None = None, **facts: object) -> None:
        self.faults: list[Fault] = faults or []
        if self.faults:
            facts["faults"] = self.faults
        super().__init__(message, **facts)

    def at(self, path: str) -> Self:
        """The same refusal, of what stands at a path: an argument, or a row, below which its faults lie."""
        below = [{**fault, "path": f"{path}.{fault['path']}"} for fault in self.faults]
        self.faults = below or [{"path": path, "message": self.message}]
        self.facts["faults"] = self.faults
        return self

    def localize(self, translate: Translate) -> None:
        """The message of every fault too."""
        super().localize(translate)
        for fault in self.faults:
            fault["message"] = localized(fault["message"], translate)


Fault = dict[str, str]
"""`{"path": "companies[0].lots[3].boxes", "message": "..."}`"""


def joined_faults(faults: Sequence[Fault]) -> Message:
    """Every fault with its path, as one sentence."""
    return joined([Message("{path}: {problem}", path=each["path"], problem=each["message"]) for each in faults])


class InvalidQuantity(Invalid):
    """A number of boxes that is not a whole number of at least one."""

    code = "invalid_quantity"
    title = "That is no number of boxes."
    hint = "Ask for a whole number of boxes, at least 1."


class UnprintableBoxCode(Invalid):
    """A box code that cannot stand on a label as a barcode that scans."""

    code = "unprintable_box_code"
    title = "The box code cannot be printed as a barcode."
    hint = "Give the box a code of letters, digits, dots, underscores and hyphens, at most 40 characters long."


class UnreadableFile(Invalid):
    """A file that cannot be read as the table that it should be, or that is too large."""

    code = "unreadable_file"
    title = "The file cannot be read."
    hint = "Save it as CSV (UTF-8) or as XLSX, at most 20 MB and 200,000 rows, and send it again."


class CursorMismatch(Invalid):
    """A cursor that this list did not answer: it was changed, or it belongs to other filters, another sort, another
    reader or another company."""

    code = "cursor_mismatch"
    title = "The cursor belongs to another list."
    hint = "Ask for the first page again, without a cursor, and go on with what `next` answers."


class UseQuantity(Invalid):
    """The boxes of a lot that is there already are stated as its quantity, not written with its record."""

    code = "use_quantity"
    title = "The boxes of a lot are stated as its quantity."
    hint = "State the quantity (`state_quantity`) or adjust it (`adjust`): both know what was sold meanwhile."


class NotABackup(Invalid):
    """A file that is no backup, or one that was damaged or cut short since it was made."""

    code = "not_a_backup"
    title = "This is no backup, or not all of it."
    hint = (
        "Name a manifest that `k2k backup` wrote, with its data file beside it; take another backup if it is damaged."
    )


class IdempotencyMismatch(K2KError):
    """An idempotency key came again with another request."""

    code, status = "idempotency_mismatch", 422
    title = "The key was used for another request."
    hint = "Use a new key for a new request; repeat a key only with exactly the same request."


class NotFound(K2KError):
    """Nothing of that name exists here. What belongs to another company answers exactly like an unknown name."""

    code, status = "not_found", 404
    title = "There is nothing of that name here."
    hint = "Check the code or number; it must exist in this company or be shared with it."


class UnknownMethod(K2KError, AttributeError):
    """The facade has no method, or no field, of that name. It is an `AttributeError` too, as Python expects."""

    code, status = "unknown_method", 404
    title = "The facade has no method of that name."
    hint = "docs/facade.md lists the methods: look whether this version of K2K is the one that you wrote for."


class NotAllowed(K2KError):
    """The person's roles do not include this action, or the party may not do it."""

    code, status = "not_allowed", 403
    title = "You may not do this."
    hint = "Ask an admin of the company for a role that includes this action."


class ScopeMissing(NotAllowed):
    """A key or a token has no scope for this, whatever its company may do. The fact `scope` names one that would do."""

    code, status = "scope_missing", 403
    title = "The key has no scope for this."
    hint = "Ask an admin of the company for a key that has this scope."


class SessionMoved(K2KError):
    """A log-in session that was used from another address with another browser: it has ended."""

    code, status = "session_moved", 401
    title = "The session was used from elsewhere."
    hint = "Log in again. If it was not you who used it, change your password."


class VersionMismatch(K2KError):
    """A record or document has changed since the version that the caller has read."""

    code, status = "version_mismatch", 412
    title = "It has changed since you read it."
    hint = "Read it again, and repeat the change with the version that it has now."


class FeedGone(K2KError):
    """A place in a company's feed after which events are gone: they are kept for 90 days; or one that the feed does not
    have, because the network was restored to a state before it. The facts `oldest` and `last` are the places of the
    oldest event that is there and of the last."""

    code, status = "feed_gone", 410
    title = "These events are no longer there."
    hint = "Read the lists anew, and go on after the `seq` that they name."


class PreconditionRequired(K2KError):
    """A change that has to say which state of things it was made for, and does not."""

    code, status = "precondition_required", 428
    title = "The request does not say which state it is for."
    hint = "Give `as_of`, the last movement that your books have, or `movement`, the one that the lot is at now."


class Conflict(K2KError):
    """Somebody else changed the same thing first. The message says what happened."""

    code, status = "conflict", 409
    title = "It cannot be done in the present state."
    hint = "Look at the present state and decide again."


class AlreadyThere(Conflict):
    """A file or a database is at the place already where one is to be written; nothing is written over."""

    code = "already_there"
    title = "There is something at that place already."
    hint = "Name another place, or move away what is there."


class Ambiguous(Conflict):
    """A number names several things. The fact `partners` says with whom each of them is."""

    code = "ambiguous"
    title = "The number names several things."
    hint = "Name the partner too, or the id of the one that is meant."


class InUse(Conflict):
    """A record that cannot be archived yet, because something open, sold or not archived needs it."""

    code = "in_use"
    title = "It is still needed."
    hint = "End or archive what needs it first; the message names what that is."


class CartExpired(Conflict):
    """The cart ran out of time, and its boxes went back."""

    code = "cart_expired"
    title = "The cart has run out of time."
    hint = "Open a new cart."


class HeaderLocked(Conflict):
    """Ship date, ship via and carrier of a cart are fixed by its first line."""

    code = "header_locked"
    title = "The cart is for another date or ship via."
    hint = "Use the cart's own ship date and ship via, or open another cart."


class PendingLines(Conflict):
    """The vendor confirms an order with lines that the buyer has not checked out."""

    code = "pending_lines"
    title = "Some lines are not checked out yet."
    hint = "Wait for the check-out, or confirm again and drop the pending lines explicitly."


class ConfirmationRequired(Conflict):
    """A void, a release or a credit needs a typed confirmation and a reason."""

    code = "confirmation_required"
    title = "This has to be confirmed with a reason."
    hint = "Repeat it with confirm: CONFIRM and a reason."


class InsufficientStock(Conflict):
    """Fewer boxes are left than were asked for."""

    code = "insufficient_stock"
    title = "Fewer boxes are left than were asked for."
    hint = "Ask for at most the number of boxes that is left."


class StaleQuantity(Conflict):
    """A count that is older than the last one of the lot."""

    code = "stale_quantity"
    title = "The count is older than the last one."
    hint = "Drop it: a later count was stated already."


class CannotSell(K2KError):
    """Base: this line cannot be bought by this customer on this date."""

    code, status = "not_visible", 409
    title = "The customer does not see this lot."
    hint = "Ask `visible` for every reason, and whose setting it is."


class NotVisible(CannotSell):
    """The lot is hidden from this customer."""


class NoPrice(CannotSell):
    """The line has no price: it can be seen and never be ordered."""

    code = "no_price"
    title = "There is no price for this."
    hint = "Call the vendor for a quote; the explanation of the price names every step that gave none."


class BeforeEarliestShipDate(CannotSell):
    """The vendor cannot ship that early."""

    code = "before_earliest_ship_date"
    title = "The vendor cannot ship that early."
    hint = "Choose the date that the message names, or a later one."


class CutOffPassed(CannotSell):
    """The date would have held before the vendor's cut-off of today."""

    code = "cut_off_passed"
    title = "The cut-off of today has passed."
    hint = "Choose the date that the message names, or a later one."


class BeyondMaxDays(CannotSell):
    """The ship date lies further ahead than the buyer company takes orders."""

    code = "beyond_max_days"
    title = "The ship date is too far ahead."
    hint = "Choose an earlier ship date."


class VendorNoService(CannotSell):
    """The vendor does not ship to the buyer on that weekday."""

    code = "vendor_no_service"
    title = "The vendor does not ship on that weekday."
    hint = "Choose one of the dates that `ship_dates` lists."


class CustomerNoService(CannotSell):
    """The buyer does not serve its customer on that weekday."""

    code = "customer_no_service"
    title = "The customer is not served on that weekday."
    hint = "Choose one of the dates that `ship_dates` lists."


class Abandoned(K2KError):
    """Every worker that began a job ended before the job was done."""

    code, status = "abandoned", 500
    title = "The job was not finished."
    hint = "See whether it was done, then submit it again; the log of the workers may say why they ended."


class PluginProblem(K2KError):
    """The plugins as installed and configured cannot serve a company."""

    code, status = "plugin_problem", 500
    title = "A plugin cannot serve this company."
    hint = "Run `k2k plugins` to see the plugin, its owner and the next step."


class NotConfigured(K2KError):
    """The installation lacks something it cannot run without."""

    code, status = "not_configured", 500
    title = "The installation is not complete."
    hint = "Set what the message names and start again."


class MissingPackages(NotConfigured):
    """Packages that K2K needs are not installed, such as after an update of the program alone."""

    code = "missing_packages"
    title = "Packages that K2K needs are not installed."
    hint = "Install K2K again with its requirements: `pip install -r requirements.txt`, or `pip install --upgrade k2k`."


class NoDatabase(NotConfigured):
    """There is no database at the address that was given; none is made by accident."""

    code = "no_database"
    title = "There is no database."
    hint = "Make one with `k2k init`, or name another one with --database or K2K_DATABASE."


class NotMigrated(NotConfigured):
    """The database has no tables yet, or those of an older program."""

    code = "not_migrated"
    title = "The database is not up to date."
    hint = "Make a backup if there is something to lose, then run `k2k migrate`."


class ClockUnusable(NotConfigured):
    """The clock of the network tells no time that can be reckoned with: without a time zone, or out of the calendar."""

    code = "clock_unusable"
    title = "The clock cannot be used."
    hint = "Set the clock of the machine, or give K2K one that answers aware moments."


class EncryptionKeyMissing(NotConfigured):
    """A secret is to be stored, and there is no key to encrypt it with."""

    code = "encryption_key_missing"
    title = "There is no key for secrets."
    hint = "Make one with `k2k secrets key`, set it for every process and keep a copy apart from the backups."


class SecretUnreadable(K2KError):
    """A stored secret cannot be decrypted. Nothing is lost: with its key it can be read again."""

    code, status = "secret_unreadable", 503
    title = "A stored secret cannot be decrypted."
    hint = "Set the key that it was encrypted with; `k2k secrets check` names what cannot be decrypted."


class StoreUnavailable(K2KError):
    """The database did not do the work; nothing was written."""

    code, status = "store_unavailable", 503
    title = "The database is not available."
    hint = "Nothing was changed. Try again; if it stays, look at the database, its disk and its connections."


class StoreFull(StoreUnavailable):
    """The disk that the database is on has no room left; reading goes on."""

    code, status = "store_full", 507
    title = "The disk is full."
    hint = "Nothing was changed. Make room on the disk of the database: the next order is taken, nothing is restarted."


class StoreReadOnly(StoreUnavailable):
    """The database can be read and not be written."""

    code = "store_read_only"
    title = "The database can only be read."
    hint = "Nothing was changed. Give the program the right to write the file and its folder, or name the main server."


class StoreDamaged(StoreUnavailable):
    """What the database holds cannot be read any more, or is not what this program opened."""

    code, status = "store_damaged", 500
    title = "The database is damaged."
    hint = "End every K2K process, restore the last backup that `k2k verify` finds clean, and start them again."


class BackupFailed(K2KError):
    """The engine did not make, restore or copy the backup. What was begun was removed."""

    code, status = "backup_failed", 500
    title = "The backup was not made, or not restored."
    hint = "Look at what the engine says, at the disk and at the rights of the database's user, and try again."


def catalogue() -> Iterator[type[K2KError]]:
    """Every error class with a code of its own, in the order of the codes."""
    seen: dict[str, type[K2KError]] = {}
    pending: list[type[K2KError]] = [K2KError]
    while pending:
        found = pending.pop(0)
        seen.setdefault(found.code, found)
        pending.extend(found.__subclasses__())
    yield from (seen[code] for code in sorted(seen))
