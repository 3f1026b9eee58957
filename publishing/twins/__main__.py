"""`python -m publishing.twins`: the twins without Django."""

from publishing.twins.cli import main

main()
