"""What many endings say together."""
