"""A mail as bytes, and the conversation with a mail server."""
