"""What the application is measured against, as its makers would have it used."""
