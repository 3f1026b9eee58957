"""Reads that pages and API share: lists, search, the inbox, the figures of the home page."""
