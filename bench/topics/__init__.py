"""What is compared with what; the work itself is in `bench.work`."""
