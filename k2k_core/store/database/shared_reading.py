"""One reading unit of work for several calls that follow each other in one thread, such as those of one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import TracebackType

from k2k_core.store.database.session import Session


class SharedReading:
    """A reading unit of work that begins with the first call that reads. A call that fails ends it, and so does
    `end`: the next call begins another one. `begin` opens a unit of work."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Session]]) -> None:
        self._begin = begin
        self._stack = ExitStack()
        self._session: Session | None = None
        self._used = False

    def __enter__(self) -> SharedReading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """The session, for one call. Raises `RuntimeError` within another call."""
        self._require_unused()
        self._used = True
        try:
            if self._session is None:
                self._session = self._stack.enter_context(self._begin())
                self._session.remember_rows()
            yield self._session
        except BaseException as error:
            stack, self._stack, self._session = self._stack, ExitStack(), None
            stack.__exit__(type(error), error, error.__traceback__)
            raise
        finally:
            self._used = False

    def end(self) -> None:
        """End the unit of work, if there is one."""
        self._require_unused()
        self._session = None
        self._stack.close()

    def _require_unused(self) -> None:
        if self._used:
            raise RuntimeError("this thread is inside a unit of work already: pass its session on")
