"""Simulators of the targets, for demos, tests and mapping work.

One process serves every twin under a path of its own (`/coupa`, `/s4`), with its own store and its
own append-only log. A twin checks each request against `publishing/contracts`, refuses what the
real system refuses in that system's own words, and knows nothing of the rest of the product: no
Django, no settings, no database of ours.

    server -> switchboard -> (faults) -> coupa | s4 -> store, journal
                          -> control (this machine only)

Where a real target would quietly ignore something (an unknown or a read-only field), a twin
refuses it, because a mapping that sends such a field is wrong.
"""
