"""What machines write by themselves: reminders, follow-ups, lists of what is owed, digests."""
