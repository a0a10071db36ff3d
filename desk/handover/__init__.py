"""Handing over: successor, files, accesses, data."""
