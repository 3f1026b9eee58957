"""Writes the pages of docs/reference from what the code declares.

    declarations -> one function per page (pages.py) -> docs/reference/<name>.md

`python -m docs.write_reference` writes them; a test compares, so no page says what was true once.
"""
