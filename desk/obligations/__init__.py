"""What both sides owe, and the statement of it."""
