"""What comes back by mail: read, told apart, matched to its case, and filed.

Nothing here answers anybody, and nothing here acknowledges: a reply counts once a person says so.
"""
