"""A notice from its draft to its receipt."""
