"""The letters of a campaign, ordered and counted."""
