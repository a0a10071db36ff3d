"""Letters and papers as PDF: what they say, how it fits, whether stored bytes are still those."""
