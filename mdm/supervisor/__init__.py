"""Runs a whole installation from one command: broker, web, worker, scheduler, sweeper, twins.

    lock -> broker -> migrate -> seed (first start with MDM_DEMO) -> children -> ready -> watch

What is run is declared in `children.py`. A child that dies is started again; Ctrl-C or SIGTERM
stops all, the broker last; nothing outlives a killed supervisor.
"""
