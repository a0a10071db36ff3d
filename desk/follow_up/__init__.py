"""After the end: follow-ups, closing, a way back."""
