"""What workers do: these modules are imported with Django set up."""
