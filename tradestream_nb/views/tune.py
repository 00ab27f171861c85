"""A handler's parameters as sliders and fields that turn the running streams."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Literal, get_args, get_origin

from ipywidgets import (
    HTML,
    Checkbox,
    Dropdown,
    FloatSlider,
    FloatText,
    HBox,
    IntSlider,
    IntText,
    Label,
    Layout,
    Text,
    ValueWidget,
    Widget,
)

from tradestream_nb.errors import UserError
from tradestream_nb.host import Host
from tradestream_nb.views.box import Box, Do, close_all
from tradestream_nb.views.knob import Knob, knobs

SHOW_EVERY = 1.0
NUMBERS = {float: (FloatSlider, FloatText), int: (IntSlider, IntText)}


class TuneView(Box):
    """One row per parameter; a move of it counts from the handler's next event on.

    It shows the values that run, whoever has set them, and what is said against a value stands beside it.
    """

    def __init__(self, host: Host, name: str, do: Do) -> None:
        """Raises UserError for a handler that there is not."""
        self._host, self._name, self._do = host, name, do
        self.fields: dict[str, ValueWidget] = {}
        """The widget of each parameter, by its name."""
        self.problems: dict[str, Label] = {}
        """What is wrong with the value in each field."""
        self._knobs: list[Knob] | None = None
        self._rows: list[Widget] = []
        self._values: dict[str, Any] = {}
        found, values = do(self._read)
        super().__init__(layout=Layout(width="100%"))
        self._show(found, values)

    def set(self, values: Mapping[str, Any]) -> None:
        """Set parameters as if their fields had been moved; raises UserError for what does not fit."""
        known = {knob.name: knob for knob in self._knobs or ()}
        read = {name: known[name].read(value) if name in known else value for name, value in values.items()}
        self._do(self._host.configure, self._name, read)
        self.refresh()

    def refresh(self) -> None:
        """Show the values that run now, and forget what was said against others."""
        self._show(*self._do(self._read))
        for problem in self.problems.values():
            problem.value = ""

    def pump(self, now: float) -> bool:
        """Follow what was set elsewhere, at most once a second; `now` is in monotonic seconds."""
        if now - self.sent_at < SHOW_EVERY:
            return False
        self.sent_at = now
        found, values = self._read()
        if (found, values) == (self._knobs, self._values):
            return False
        self._show(found, values)
        return True

    def html(self) -> str:
        """The parameters and their values."""
        rows = "".join(
            f"<tr><td>{escape(name)}</td><td>{escape(repr(value))}</td></tr>" for name, value in self._values.items()
        )
        return f"<b>{escape(self._name)}</b>{f'<table>{rows}</table>' if rows else ' has no parameters'}"

    def _read(self) -> tuple[list[Knob], dict[str, Any]]:
        slot = self._host.slot(self._name)
        return knobs(slot.function), dict(slot.parameters)

    def _show(self, found: list[Knob], values: dict[str, Any]) -> None:
        # Before the fields are moved, so that this is not taken for somebody who moves them.
        self._values = values
        if found == self._knobs:
            for knob in found:
                self.fields[knob.name].value = _shown(knob, values[knob.name])
            return
        self._knobs = found
        close_all(self._rows)
        # So that all of them begin below each other.
        names = f"{max((len(knob.name) for knob in found), default=0) + 1}ch"
        self.fields = {knob.name: _field(knob, values[knob.name], names) for knob in found}
        self.problems = {knob.name: Label() for knob in found}
        for knob in found:
            self.fields[knob.name].observe(lambda change, knob=knob: self._on_move(knob, change["new"]), "value")
        rows = [HBox([self.fields[name], self.problems[name]]) for name in self.fields]
        self.children = self._rows = rows or [HTML(self.html())]

    def _on_move(self, knob: Knob, shown: Any) -> None:
        """Set what a field was moved to, unless it was the view itself that moved it."""
        if shown == _shown(knob, self._values[knob.name]):
            self.problems[knob.name].value = ""
            return
        try:
            value = knob.read(shown)
            self._do(self._host.configure, self._name, {knob.name: value})
        except UserError as error:
            self.problems[knob.name].value = str(error)
        else:
            self._values[knob.name] = value
            self.problems[knob.name].value = ""

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        self.refresh()
        return super()._repr_mimebundle_(**options)

    def __repr__(self) -> str:
        return f"<TuneView {self._name}>"


def _shown(knob: Knob, value: Any) -> Any:
    """A parameter's value as its field holds it."""
    return value if _is_chosen(knob) or _is_number(knob) else knob.text(value)


def _is_chosen(knob: Knob) -> bool:
    return not knob.optional and (knob.kind is bool or get_origin(knob.kind) is Literal)


def _is_number(knob: Knob) -> bool:
    return not knob.optional and knob.kind in NUMBERS


def _field(knob: Knob, value: Any, names: str) -> ValueWidget:
    """The widget that fits a parameter best, holding its value; `names` is how wide its name stands."""
    look = {
        "description": knob.name,
        "tooltip": knob.description or knob.name,
        "style": {"description_width": names},
        "layout": Layout(width=f"calc({names} + 20em)"),
        "value": _shown(knob, value),
    }
    if _is_chosen(knob):
        return Checkbox(**look) if knob.kind is bool else Dropdown(options=get_args(knob.kind), **look)
    if not _is_number(knob):
        return Text(continuous_update=False, **look)
    slider, text = NUMBERS[knob.kind]
    if knob.low is None or knob.high is None:
        return text(**look)
    fine = {"step": (knob.high - knob.low) / 100, "readout_format": ".4g"} if knob.kind is float else {}
    return slider(min=knob.low, max=knob.high, **fine, **look)
