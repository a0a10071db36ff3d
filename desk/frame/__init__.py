"""What every page of the staff stands on: verbs, inputs, rights, places."""
