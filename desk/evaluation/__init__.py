"""Evaluating a case and deciding on it."""
