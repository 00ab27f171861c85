"""What a log of uvicorn tells of tokens that were sent in an address: that there was one."""

from __future__ import annotations

import logging

import pytest

from tradestream_nb.asgi.redacted import redacted

ACCESS = '%s - "%s %s HTTP/%s" %d'


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("/ws?token=secret", "/ws?token=***"),
        ("/ws?a=1&token=secret&b=2", "/ws?a=1&token=***&b=2"),
        ("/ws?token=secret&token=secret", "/ws?token=***&token=***"),
        ("/token=1?notoken=2", "/token=1?notoken=2"),
    ],
)
def test_a_token_is_written_as_stars(caplog: pytest.LogCaptureFixture, address: str, written: str) -> None:
    logger = logging.getLogger("uvicorn.access")
    logger.setLevel(logging.INFO)
    with redacted():
        logger.info(ACCESS, "127.0.0.1:5", "GET", address, "1.1", 200)
        logger.info("without arguments")
    assert caplog.messages == [f'127.0.0.1:5 - "GET {written} HTTP/1.1" 200', "without arguments"]


def test_afterwards_logs_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    with redacted():
        pass
    logging.getLogger("uvicorn.error").warning("%s", "/ws?token=mine")
    assert caplog.messages == ["/ws?token=mine"]
