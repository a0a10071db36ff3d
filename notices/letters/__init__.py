"""From a case to what a letter says, and what one letter says against another."""
