"""The client's pages: no sign-in, no script, no cookie."""
