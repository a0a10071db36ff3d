"""Whether a letter may leave: what it needs, what is true, what reads well, words to avoid."""
