"""Many cases at once: queue, board, list, search."""
