"""Phrases, dates and names as English and German write them; knows no case."""
