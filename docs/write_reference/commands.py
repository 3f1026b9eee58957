"""The page of commands: each with its options, as its own help says."""

import argparse
import inspect
from collections.abc import Iterable
from importlib import import_module

from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from docs.write_reference.markdown import code, page, sentence, table

OURS = ("mdm", "matching", "publishing")
# What every command of Django takes as well.
COMMON = {
    "help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color",
    "force_color", "skip_checks",
}  # fmt: skip
# Commands of Django's that this product changes: their own options are Django's.
CHANGED = {"migrate"}


def commands() -> str:
    """Every command of the product."""
    return page(
        "# Commands",
        "`./run manage <command>` runs them here; `python manage.py <command>` runs them in an "
        "installation. Each takes `--help`.",
        *(part for name in ours() for part in _command(name)),
        "## The script `./run`",
        f"```text\n{_script()}\n```",
    )


def ours() -> list[str]:
    """The names of the product's own commands."""
    return sorted(name for name, app in get_commands().items() if app in OURS)


def _command(name: str) -> Iterable[str]:
    command = load_command_class(get_commands()[name], name)
    yield f"## {name}"
    yield from _about(command)
    if name not in CHANGED:
        rows = list(_options(command, name))
        yield table(("argument", "meaning"), rows) if rows else "It takes no arguments of its own."
    else:
        yield "It takes the arguments of Django's command of that name."


def _about(command: BaseCommand) -> Iterable[str]:
    """What its module says: paragraphs, and an example that is indented."""
    said = inspect.cleandoc(import_module(type(command).__module__).__doc__ or "")
    for paragraph in said.split("\n\n"):
        example = paragraph.startswith("    ")
        words = inspect.cleandoc(paragraph) if example else sentence(paragraph)
        yield f"```sh\n{words.replace('manage.py', './run manage')}\n```" if example else words


def _options(command: BaseCommand, name: str) -> Iterable[list[str]]:
    parser = command.create_parser("manage.py", name)
    for action in parser._actions:
        if action.dest not in COMMON:
            yield [code(_written(action)), _meaning(action)]


def _written(action: argparse.Action) -> str:
    if not action.option_strings:
        return f"[{action.dest} …]" if action.nargs == "*" else action.dest
    option = action.option_strings[-1]
    if action.nargs == 0:
        return option
    return f"{option} {action.metavar or action.dest.upper()}"


def _meaning(action: argparse.Action) -> str:
    words = (action.help or "").replace(str(settings.MDM_DATA), "the data folder").rstrip(".")
    if words:
        words = words[0].upper() + words[1:] + "."
    if action.choices:
        words += " One of " + ", ".join(code(str(one)) for one in action.choices if one) + "."
    return f"{words} Required." if action.required and action.option_strings else words.strip()


def _script() -> str:
    """What `./run help` prints of its verbs."""
    from docs.write_reference.pages import FOLDER  # which imports this module

    lines = (FOLDER.parent.parent / "run").read_text().splitlines()
    return "\n".join(
        line.removeprefix("#   ") for line in lines[:14] if line.startswith("#   ./run")
    )
