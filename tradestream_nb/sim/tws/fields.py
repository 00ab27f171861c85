"""The text of a message: fields that each end in a NUL, and no types but those the reader expects."""

from __future__ import annotations

import sys

import msgspec

UNSET = sys.float_info.max
"""What TWS sends for a number it does not have."""
UNSET_INTEGER = 2**31 - 1

Field = str | int | float | bool | None


class Malformed(ValueError):
    """Raised when a request ends too early or holds text where a number belongs."""


class WireContract(msgspec.Struct, frozen=True):
    """A contract as a client describes it, perhaps only in part."""

    con_id: int = 0
    symbol: str = ""
    sec_type: str = ""
    last_trade_date: str = ""
    strike: float = 0.0
    right: str = ""
    multiplier: str = ""
    exchange: str = ""
    primary_exchange: str = ""
    currency: str = ""
    local_symbol: str = ""
    trading_class: str = ""


def render(*fields: Field) -> bytes:
    """The body of a message: None as nothing, truth as 1 or 0, whole numbers without a point."""
    return "".join(f"{_text(field)}\0" for field in fields).encode()


def _text(field: Field) -> str:
    if field is None:
        return ""
    if isinstance(field, bool):
        return "1" if field else "0"
    if isinstance(field, float):
        return _number(field)
    # A NUL inside would shift every field behind it.
    return str(field).replace("\0", " ")


def _number(value: float) -> str:
    if value == UNSET:
        return "1.7976931348623157E308"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


class Fields:
    """One request, read field by field; every reader raises Malformed where its kind of value is missing."""

    def __init__(self, body: bytes) -> None:
        texts = body.decode(errors="backslashreplace").split("\0")
        self._fields = texts[:-1]
        self._next = 0

    def text(self) -> str:
        """The next field as it is."""
        if self._next >= len(self._fields):
            raise Malformed(f"the message ends after {len(self._fields)} fields")
        self._next += 1
        return self._fields[self._next - 1]

    def integer(self) -> int:
        """The next field as a whole number, nothing as 0."""
        text = self.text()
        try:
            return int(text or 0)
        except ValueError:
            raise Malformed(f"field {self._next} is {text!r}, not a whole number") from None

    def number(self) -> float:
        """The next field as a number, nothing as 0."""
        number = self.optional_number()
        return 0.0 if number is None else number

    def optional_number(self) -> float | None:
        """The next field as a number; None when it is empty or says that it is not set."""
        text = self.text()
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            raise Malformed(f"field {self._next} is {text!r}, not a number") from None
        return None if value == UNSET else value

    def flag(self) -> bool:
        """The next field as yes or no, nothing as no."""
        return self.text().lower() in ("1", "true")

    def contract(self) -> WireContract:
        """The twelve fields of a contract."""
        con_id = self.integer()
        before = (self.text(), self.text(), self.text())
        strike = self.number()
        return WireContract(con_id, *before, strike, *(self.text() for _ in range(7)))

    def skip(self, count: int = 1) -> None:
        """Leave out fields that mean nothing here."""
        for _ in range(count):
            self.text()
