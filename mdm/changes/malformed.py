"""What was proposed cannot be right."""

from collections.abc import Sequence

from mdm.domains.spec import Problem
from mdm.errors import MdmError


class Malformed(MdmError):
    """What was proposed cannot be right; `problems` says where, what was found, and what to do."""

    code = "malformed"

    def __init__(self, problems: Sequence[Problem], *, of_pins: bool = False) -> None:
        self.problems = list(problems)
        self.of_pins = of_pins  # else of values
        super().__init__(" ".join(str(problem) for problem in self.problems))
