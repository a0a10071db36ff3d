"""Measuring the application against named peers, in the same run and on the same machine."""
