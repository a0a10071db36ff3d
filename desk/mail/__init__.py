"""Clients' mail: read, sorted, answered."""
