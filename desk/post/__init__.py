"""The registered-mail desk."""
