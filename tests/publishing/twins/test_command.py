"""How the twins are started in an installation."""

from django.conf import settings

from publishing.management.commands.run_twins import Command


def test_the_command_listens_where_the_settings_say_and_keeps_to_a_folder_of_its_own():
    parser = Command().create_parser("manage.py", "run_twins")

    options = parser.parse_args([])

    assert (options.host, options.port) == settings.MDM_TWINS_LISTEN
    assert options.data == settings.MDM_DATA / "twins"
