"""Campaigns: many relationships that end for one reason."""
