"""A webhook is posted within its timeout, with a verified certificate, once, and only to its endpoint."""

from __future__ import annotations

import datetime as dt
import time
from email.utils import format_datetime
from typing import Any

import pytest

from k2k_core.delivery.signing import is_signed, new_secret, signatures
from k2k_core.delivery.webhook_post import PostLimits, post
from k2k_core.domain.retry_policy import Outcome
from tests.delivery.receivers import HANG_UP, Reply, receiving, speaking

BODY = b'{"type":"webhook.test"}'


def posted(url: str, **more: Any) -> Outcome:
    limits = PostLimits(**{"connect": 2.0, "answer": 2.0, "local": True, **more})
    return post(url, {"Content-Type": "application/json"}, BODY, limits)


def test_it_is_posted_as_it_is() -> None:
    with receiving() as receiver:
        outcome = posted(receiver.url)
    assert (outcome.delivered, outcome.error) == (True, "")
    (request,) = receiver.posted
    assert (request.path, request.body) == ("/hooks?of=k2k", BODY)
    assert request.headers["host"] == receiver.url.split("/")[2]
    assert request.headers["content-type"] == "application/json"


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_2xx_is_delivered(status: int) -> None:
    with receiving(lambda one: Reply(status)) as receiver:
        assert posted(receiver.url).delivered


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with receiving() as other, receiving(lambda one: Reply(status, {"Location": other.url})) as receiver:
        outcome = posted(receiver.url)
    assert (outcome.delivered, outcome.error, other.posted) == (False, f"answered {status}", [])


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 503])
def test_anything_else_is_not(status: int) -> None:
    with receiving(lambda one: Reply(status)) as receiver:
        outcome = posted(receiver.url)
    assert (outcome.delivered, outcome.error, outcome.gone) == (False, f"answered {status}", status == 410)


@pytest.mark.parametrize(
    ("status", "text", "seconds"),
    [
        *[(503, "120", 120.0), (429, " 7 ", 7.0), (500, "120", None)],
        *[(503, "soon", None), (503, "-5", None), (429, "1e9", None)],
        *[(503, "1.5", 1.5), (429, "0", 0.0), (503, "9" * 20, 1e8), (503, "9" * 400, None), (503, "", None)],
        *[(503, "\u0661", None), (503, "Sunday, 06-Nov-94 08:49:37 GMT", 0.0), (503, "2026-11-30T04:00:00Z", None)],
        *[(503, "Sun Nov  6 08:49:37 1994", 0.0), (503, "Sun, 06 Nov 9999999 08:49:37 GMT", None)],
        *[(503, "Fri, 31 Dec 9999 23:59:59 GMT", 1e8), (503, "Mon, 99 Foo 2026 99:99:99 GMT", None)],
    ],
)
def test_a_pause_that_the_receiver_asks_for_is_told(status: int, text: str, seconds: float | None) -> None:
    with receiving(lambda one: Reply(status, {"Retry-After": text})) as receiver:
        asked = posted(receiver.url).retry_after
    assert asked == (None if seconds is None else dt.timedelta(seconds=seconds))


def test_a_pause_may_be_a_date() -> None:
    then = format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90), usegmt=True)
    with receiving(lambda one: Reply(503, {"Retry-After": then})) as receiver:
        asked = posted(receiver.url).retry_after
    assert asked is not None
    assert dt.timedelta(seconds=80) < asked <= dt.timedelta(seconds=90)


def test_a_receiver_that_hangs_up_or_is_not_there_has_not_got_it() -> None:
    with receiving(lambda one: Reply(HANG_UP)) as receiver:
        assert posted(receiver.url).error == "the connection failed: RemoteDisconnected"
    assert posted(receiver.url).error == "the connection failed: ConnectionRefusedError"


DRIP = [(b"HTTP/1.1 200 OK\r\n", 0.0), *[(b"X-More: more\r\n", 0.2)] * 50]
"""A head that never ends, a line every fifth of a second."""


@pytest.mark.parametrize("script", [[(b"", 30.0)], DRIP, [(b"HTTP/1.1 100 Continue\r\n\r\n", 0.1)] * 60])
def test_a_receiver_that_takes_its_time_is_given_no_more_than_the_whole_answer_may_take(script: Any) -> None:
    with speaking(script) as port:
        begun = time.monotonic()
        outcome = posted(f"http://127.0.0.1:{port}/", answer=0.6)
        took = time.monotonic() - begun
    assert (outcome.delivered, outcome.error) == (False, "no answer in time")
    assert took < 5


def test_an_endless_answer_is_read_to_a_bound() -> None:
    endless = [(b"HTTP/1.1 200 OK\r\n\r\n", 0.0), *[(b"x" * 65536, 0.0)] * 2000]
    with speaking(endless) as port:
        assert posted(f"http://127.0.0.1:{port}/").delivered


@pytest.mark.parametrize(
    "answer", [b"hello\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 100, b"HTTP/1.1 200 " + b"a" * 200_000]
)
def test_what_is_no_answer_is_a_failure(answer: bytes) -> None:
    with speaking([(answer, 0.0)]) as port:
        outcome = posted(f"http://127.0.0.1:{port}/")
    assert not outcome.delivered
    assert outcome.error.startswith("the connection failed: ")


@pytest.mark.needs("openssl")
def test_the_receivers_certificate_must_be_that_of_the_name_and_of_an_authority(trust: Any) -> None:
    with receiving(trust=trust.server) as receiver:
        named = receiver.url.replace("127.0.0.1", "localhost")
        assert posted(named, trust=trust.client).delivered
        assert posted(named).error.startswith("the receiver's certificate is not valid")
        assert posted(receiver.url, trust=trust.client).error.startswith("the receiver's certificate is not valid")
        assert len(receiver.posted) == 1


def test_without_leave_the_house_is_not_called() -> None:
    with receiving() as receiver:
        assert "https://" in posted(receiver.url, local=False).error
        assert receiver.posted == []


def test_signatures_are_those_of_the_standard() -> None:
    """The example of the specification's own libraries."""
    key, message_id, moment = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
    assert signatures([key], message_id, moment, b'{"test": 2432232314}') == (
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_while_a_secret_is_exchanged_both_sign() -> None:
    old, new = new_secret(), new_secret()
    header = signatures([new, old], "msg_1", 7, BODY)
    assert old != new
    assert len(header.split(" ")) == 2
    assert is_signed(old, header, "msg_1", 7, BODY)
    assert is_signed(new, header, "msg_1", 7, BODY)
    assert not is_signed(new_secret(), header, "msg_1", 7, BODY)
    assert not is_signed(new, header, "msg_1", 8, BODY)
