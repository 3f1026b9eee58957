"""Files that come in: read, map, check, preview, run.

    content -> read -> Table -> map -> ColumnMap -> check -> messages -> intake

`run` leads a file through these steps; the others are pure but for looking things up.
"""
