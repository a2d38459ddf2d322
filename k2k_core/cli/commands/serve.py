"""`k2k serve`: the console, with housekeeping and on SQLite also a worker's sending and jobs, until it is stopped."""

from __future__ import annotations

import signal
import socket
import threading
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

import k2k_core
from k2k_core.cli.commands.database import folder_of, opened, shown
from k2k_core.cli.commands.demo import require_no_database
from k2k_core.cli.commands.worker import working
from k2k_core.cli.housekeeping import housekeeping
from k2k_core.cli.language import words
from k2k_core.cli.live_demo import live_demo
from k2k_core.cli.options import add_command
from k2k_core.cli.terminal import Terminal
from k2k_core.cli.usage_error import UsageError
from k2k_core.messages import Message
from k2k_core.required_packages import CONSOLE, require_extra

if TYPE_CHECKING:
    from k2k_core.api import K2K

MOST_PROCESSES = 64


def add_to(commands: Any) -> None:
    """Add `k2k serve`."""
    command = add_command(
        commands,
        "serve",
        serve,
        "serve the console",
        "Serves until Ctrl-C. Meanwhile the boxes of expired carts return.\n\n"
        "  k2k serve --demo          on fresh data of the demo, with a web shop; prints the log-ins\n"
        "  k2k serve                 on the network's own database\n"
        "  k2k serve --processes 4   several processes, over PostgreSQL\n\n"
        "In production set K2K_ENV=production and K2K_SECRET_KEY (docs/operating.md).",
    )
    command.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: 127.0.0.1)")
    command.add_argument("--port", type=port, default=8800, help="the port; 0 for any free one (default: 8800)")
    command.add_argument("--demo", action="store_true", help="serve fresh data of the demo")
    about = Message("number of processes; more than one needs PostgreSQL (default: 1)")
    command.add_argument("--processes", type=processes, default=1, metavar="N", help=about)


def serve(options: Namespace) -> int:
    """Serve the console until SIGINT or SIGTERM."""
    require_extra(CONSOLE)
    screen: Terminal = options.screen
    if options.demo:
        require_no_database(options)
    if options.processes > 1:
        return _serve_processes(screen, options)
    with ExitStack() as closing:
        closing.callback(signal.signal, signal.SIGTERM, signal.signal(signal.SIGTERM, _end))
        number = free_port(options.host, options.port)
        if options.demo:
            from k2k_core.cli.demo_shop import PREFIX, demo_shop  # only the demo has a shop

            screen.line(words("Making the demo's data …"))
            screen.flush()
            folder = Path("build/demo")
            k2k = closing.enter_context(live_demo(folder, f"console-{number}.db", screen))
            beside = {PREFIX: demo_shop(k2k, screen)}
        else:
            folder = folder_of(options.database)
            k2k, beside = closing.enter_context(opened(options.database)), {}
            screen.line(words("The network in {database}", database=shown(options.database)))
        closing.enter_context(housekeeping(k2k))
        if k2k.context.store.engine == "sqlite":  # one machine: what sends may as well be here (docs/operating.md)
            closing.enter_context(working(k2k))
        k2k_core.bootstrap.collect_cycles_less_often()
        _serve(screen, k2k, (options.host, number), folder, beside)
    screen.line(words("Ended."))
    return 0


def _serve_processes(screen: Terminal, options: Namespace) -> int:
    """Serve with several processes, each of which opens the database by itself."""
    _require_server(options)
    number = free_port(options.host, options.port)
    with opened(options.database):  # refuses what each process would refuse, once and before there is any
        screen.line(words("The network in {database}", database=shown(options.database)))
        screen.flush()
    from k2k_console.serving.gunicorn_server import (
        serve_processes,  # only this command needs Flask; the others start without it
    )

    status = serve_processes(
        lambda: _working(options.database),
        options.host,
        number,
        options.processes,
        data=folder_of(options.database),
        ready=lambda: _say_address(screen, options.host, number),
    )
    screen.line(words("Ended."))
    return status


def _require_server(options: Namespace) -> None:
    if options.demo:
        raise UsageError(
            Message("The demo is served by one process."),
            Message("Leave out --processes, or name a database of your own."),
        )
    if not options.database.startswith(("postgresql://", "postgres://")):
        raise UsageError(
            Message("Several processes are for PostgreSQL; a SQLite file has one writer at a time."),
            Message("Leave out --processes, or name a database with --database postgresql://... (docs/operating.md)."),
        )


@contextmanager
def _working(url: str) -> Iterator[K2K]:
    """The network as each of several processes has it open."""
    with opened(url) as k2k, housekeeping(k2k):
        k2k_core.bootstrap.collect_cycles_less_often()
        yield k2k


def processes(text: str) -> int:
    """A number of processes of an argument."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_PROCESSES):
        raise ArgumentTypeError(words("{text} is no number from 1 to {most}", text=text, most=MOST_PROCESSES))
    return int(text)


def port(text: str) -> int:
    """A port number of an argument."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ArgumentTypeError(words("{text} is no port: a number from 0 to 65535", text=text))
    return int(text)


def free_port(host: str, wanted: int) -> int:
    """The port if it is free, any free one for 0. Raises `UsageError`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, wanted, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(
            Message(
                "The console cannot listen on {host}, port {wanted}: {reason}.", host=host, wanted=wanted, reason=reason
            ),
            Message("Choose another with --port (0 takes any free one) or --host."),
        ) from None


def _serve(screen: Terminal, k2k: K2K, address: tuple[str, int], folder: Path, beside: Mapping[str, Any]) -> None:
    """Serve the console, and `beside` it applications of their own under their prefixes."""
    from k2k_console.serving.server import listen  # only this command needs Flask; the others start without it

    server = listen(k2k, *address, data=folder, beside=beside)
    with _stop_on_signals() as ended:
        threading.Thread(target=_run, args=(server, ended), name="k2k-console", daemon=True).start()
        _say_address(screen, *address)
        for prefix in beside:
            shown_at = screen.bold(f"http://{address[0]}:{address[1]}{prefix}/")
            screen.line(words("Web shop:    {address}", address=shown_at))
            screen.flush()
        ended.wait()
    server.task_dispatcher.shutdown()


def _say_address(screen: Terminal, host: str, number: int) -> None:
    screen.line(words("K2K console: {address}   (Ctrl-C ends it)", address=screen.bold(f"http://{host}:{number}/")))
    screen.flush()


def _run(server: Any, ended: threading.Event) -> None:
    try:
        server.run()
    finally:
        ended.set()


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set. An exception out of a signal may be raised, and lost, in any line that
    happens to run; an event is not."""
    ended = threading.Event()
    before = {number: signal.signal(number, lambda *_: ended.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, frame: FrameType | None) -> NoReturn:  # noqa: ARG001 - the signature of a signal handler
    raise KeyboardInterrupt
