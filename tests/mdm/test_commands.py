"""Commands of the product start at once."""

from django.core.management import get_commands, load_command_class

OWN = ("mdm", "matching", "publishing")


def test_only_what_starts_or_migrates_the_installation_checks_it_first() -> None:
    found = {name: load_command_class(app, name) for name, app in get_commands().items()
             if app in OWN}  # fmt: skip

    checked = {name for name, command in found.items() if command.requires_system_checks}

    assert len(found) > 10
    assert checked <= {"migrate", "runall"}
