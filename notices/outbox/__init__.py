"""Rows of what leaves: written with the record, claimed, handed over at most once, settled."""
