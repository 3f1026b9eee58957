"""What can go wrong in a way the user can act on. The text of each is for the user."""

SHOWN = 120


class MdmError(Exception):
    """Something was not done, and its text says why to the person who asked for it."""

    code = "error"


class Invalid(MdmError):
    """A value cannot be right: what was found, what was expected, and what to do about it."""

    code = "invalid"

    def __init__(self, found: str, expected: str, hint: str = "") -> None:
        self.found = _shortened(found)
        self.expected = expected
        self.hint = hint
        super().__init__(f"Found “{self.found}”, expected {expected}.{' ' if hint else ''}{hint}")


class Conflict(MdmError):
    """Somebody else changed the same thing meanwhile, or holds what must be unique."""

    code = "conflict"


class NotAllowed(MdmError):
    """The person may not do this."""

    code = "not_allowed"


class Refused(MdmError):
    """A rule of the business says no."""

    code = "refused"


class NotFound(MdmError):
    """There is no such thing, or none that the person may see."""

    code = "not_found"


def _shortened(value: str) -> str:
    """Fit for a message, whatever was sent: one line, printable, not longer than a line."""
    shown = "".join(c if c.isprintable() else " " for c in value[:SHOWN])
    return shown + "…" if len(value) > SHOWN else shown
