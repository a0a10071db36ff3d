"""One case: its page, its record, its flags, notes and tasks."""
