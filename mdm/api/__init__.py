"""The REST API: records, changes, source records, events. Edges only: read, call, answer."""
