"""Pieces of a page that are drawn once for all they show: the rows of long lists, of which one changes at a time."""

from __future__ import annotations

import functools
from collections.abc import Hashable

from flask import current_app, request
from markupsafe import Markup

from planner.base import actor, i18n


def drawn(template: str, **shown: Hashable) -> Markup:
    """The piece with these values. They are all a template may show, beside words and icons: they are the key.

    No time of the present, no permission and no form may stand in it unless it is handed in.
    """
    return _drawn(template, i18n.language(), actor.current().timezone, request.script_root, tuple(shown.items()))


@functools.lru_cache(8192)
def _drawn(
    template: str, _language: str, _timezone: str, _root: str, shown: tuple[tuple[str, Hashable], ...]
) -> Markup:
    return Markup(current_app.jinja_env.get_template(template).render(dict(shown)))  # nosec B704: it escapes itself
