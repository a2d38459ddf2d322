"""A WSGI server that runs beside a test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def served(server: Any) -> Iterator[int]:
    """Run a server of waitress in a thread while a block lasts; its port."""
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server.effective_port
    finally:
        _close(server)
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()


def _close(server: Any) -> None:
    """Close a server and its connections in its own thread, which must not lose its sockets while it waits for them.

    The thread is woken by whoever ends a request, too. Without the lock it could close the pipe of the trigger between
    the moment in which it is told to and the moment in which it is woken for that.
    """

    def close() -> None:
        for channel in list(server.active_channels.values()):
            channel.handle_close()  # a browser keeps its connections, and the thread would stay for them
        server.close()

    with server.trigger.lock:
        server.trigger.thunks.append(close)
        server.trigger.pull_trigger()
