"""Cleaning of values: pure functions from text to the one spelling that is stored.

Each takes text and returns text, "" for none. What cannot be right raises `mdm.errors.Invalid`
with what was found, what was expected and what to do.
"""
