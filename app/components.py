"""The Dash components of assets/components.mjs."""

from __future__ import annotations

from typing import Any, ClassVar

from dash.development.base_component import Component


class _Own(Component):  # type: ignore[misc]
    """What Dash wants to know of a component; ``names`` are its properties."""

    _namespace = "ravine"
    _children_props: ClassVar[list[str]] = []
    _base_nodes: ClassVar[list[str]] = ["children"]
    names: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **props: Any) -> None:
        self._type = type(self).__name__
        self._prop_names = self.available_properties = list(self.names)
        self._valid_wildcard_attributes: list[str] = []
        self.available_wildcard_properties: list[str] = []
        super().__init__(**props)


class Dial(_Own):
    """A knob's name, a slider and a box to type into.

    ``value`` is the text in the box. ``kind`` is "number", "list", "axis" or "name" and says how it
    is laid out. ``range`` is [low, high, scale, whole] as of an `app.knobs.Knob`; without one there
    is no slider. ``marks`` are values on it. ``name`` stands before it, ``label`` is what a screen
    reader says and ``hint`` what a pointer is shown; ``error`` is a sentence below it.
    """

    names = (
        *("id", "value", "kind", "name", "label", "hint"),
        *("range", "marks", "placeholder", "error"),
    )


class Choice(_Own):
    """One of several ``options``, each {value, label}, or {group, items} in a menu.

    ``kind`` is "menu" or "buttons". A menu with a ``placeholder`` may have no value; with
    ``summaries``, {value: sentence} in the order of the thumbnails, it shows those too.
    """

    names = ("id", "value", "kind", "label", "options", "placeholder", "summaries")


class Ticks(_Own):
    """Any of several ``options``, {value, label}: one at least, and ``most`` at the same time."""

    names = ("id", "value", "label", "options", "most")


class Popup(_Own):
    """A button with a ``face`` and a ``label``, and the children that it opens, with a ``title``.

    What is ``lazy`` is made when it is first opened.
    """

    names = ("children", "face", "label", "title", "className", "lazy")


class Location(_Own):
    """The query of the page's address as ``search``, whenever that changes while it is open."""

    names = ("id", "search")


class Store(_Own):
    """``data`` that callbacks hand on to each other."""

    names = ("id", "data")
