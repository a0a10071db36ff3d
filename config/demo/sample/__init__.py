"""A believable firm to look around in, made by walking the real verbs at past dates."""
