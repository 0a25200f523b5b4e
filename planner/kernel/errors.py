"""What a verb may answer instead of a result. Each is shown to a person, so each carries a translatable reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from planner.kernel.text import Message, msg


class PlannerError(Exception):
    """The root of everything a verb refuses with; `message` is for the reader, `status` for HTTP."""

    status = 400

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


class Invalid(PlannerError):
    """The input is wrong; `fields` says where ("" is the form as a whole)."""

    status = 422

    def __init__(self, fields: Mapping[str, Message]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = dict(fields)

    @classmethod
    def at(cls, field: str, message: Message) -> Invalid:
        """One fault at one field."""
        return cls({field: message})


class Refused(PlannerError):
    """The input is right but a rule says no at this moment. `details` are further lines (who, what, when)."""

    status = 409

    def __init__(self, message: Message, details: tuple[Message, ...] = ()) -> None:
        super().__init__(message)
        self.details = details


class NotFound(PlannerError):
    """It does not exist, or it is another team's: the same answer."""

    status = 404

    def __init__(self) -> None:
        super().__init__(msg("This page does not exist, or it is not yours to see."))


class Forbidden(PlannerError):
    """The actor may not do this."""

    status = 403

    def __init__(self, message: Message | None = None, needs: str = "") -> None:
        super().__init__(message or msg("Your role does not allow this."))
        self.needs = needs
        """The permission that is missing, where a role may have it."""


class NotSignedIn(Forbidden):
    """Nobody is signed in where somebody must be."""

    status = 401


@dataclass(frozen=True)
class Difference:
    """One field that somebody else has changed meanwhile: as it stands now."""

    field: str
    theirs: object


class Stale(PlannerError):
    """The form started from an older version; `theirs` are the values as they stand now, by field name.

    `who_id` and `at` name who changed the object last, and when (an aware instant); None where nobody is known.
    """

    status = 409

    def __init__(
        self,
        theirs: Mapping[str, object],
        version: int | None = None,
        who_id: int | None = None,
        at: datetime | None = None,
    ) -> None:
        super().__init__(msg("Somebody changed this while you had it open."))
        self.theirs = dict(theirs)
        self.who_id = who_id
        self.at = at
        self.version = version


class TooMany(PlannerError):
    """Too often; try again after `seconds`."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(msg("Too many attempts. Try again in %(seconds)s seconds.", seconds=seconds))
        self.seconds = seconds
