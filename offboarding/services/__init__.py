"""The verbs people use, one noun a file. `advance()` is the only door to a state."""
