"""Letters on paper: print runs, numbers of carriers, and what comes back."""
