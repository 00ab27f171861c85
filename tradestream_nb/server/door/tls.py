"""The certificate that makes it https and wss."""

from __future__ import annotations

import ssl
from pathlib import Path

from tradestream_nb.errors import ServeError


def tls_context(certfile: Path | None, keyfile: Path | None) -> ssl.SSLContext | None:
    """TLS 1.2 and later with this certificate; None without one. Raises ServeError for files that do not fit."""
    if certfile is None:
        if keyfile is not None:
            raise ServeError(f"--keyfile {keyfile} is of no use alone; add the certificate with --certfile")
        return None
    for file in (certfile, keyfile):
        if file is not None:
            _check_readable(file)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2

    def refuse() -> str:
        """In place of a prompt, at which a server without a terminal would wait for ever."""
        key = keyfile or certfile
        raise ServeError(f"the key in {key} is encrypted; decrypt it with: openssl pkey -in {key} -out FILE")

    try:
        context.load_cert_chain(certfile, keyfile, password=refuse)
    except ssl.SSLError as error:
        raise ServeError(_problem(error, certfile, keyfile)) from None
    return context


def _check_readable(file: Path) -> None:
    try:
        file.open("rb").close()
    except OSError as error:
        raise ServeError(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None


def _problem(error: ssl.SSLError, certfile: Path, keyfile: Path | None) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"the key in {keyfile or certfile} is not that of the certificate in {certfile}"
    if keyfile is None:
        return f"{certfile} holds no certificate with its private key in PEM; name the key with --keyfile"
    return f"{certfile} and {keyfile} are not a certificate and its private key in PEM"
